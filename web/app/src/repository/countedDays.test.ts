import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countsOf, stretchesOf } from "./countedDays";

const zone = process.env["TZ"];
beforeAll(() => {
  process.env["TZ"] = "Europe/Berlin";
});
afterAll(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const day = (name: string, events: number) => ({ day: name, events, violent: 1 });

describe("counted days", () => {
  it("are asked for at once while the clock stays as it is", () => {
    expect(stretchesOf(["2026-07-01", "2026-07-02", "2026-07-03"])).toEqual([
      {
        days: ["2026-07-01", "2026-07-02", "2026-07-03"],
        from: new Date("2026-06-30T22:00:00Z"),
        until: new Date("2026-07-03T22:00:00Z"),
        utcOffsetMin: 120,
      },
    ]);
  });

  it("are asked for apart where the clock is put back", () => {
    const stretches = stretchesOf(["2026-10-23", "2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"]);
    expect(stretches.map(({ days, utcOffsetMin }) => [days.length, utcOffsetMin])).toEqual([
      [2, 120],
      [1, 120],
      [2, 60],
    ]);
    expect(stretches[1]).toMatchObject({ from: new Date("2026-10-24T22:00:00Z"), until: new Date("2026-10-25T23:00:00Z") });
  });

  it("hold the last hour of such a day", () => {
    const [change] = stretchesOf(["2026-10-25"]);
    expect(countsOf(change!, [day("2026-10-25", 3), day("2026-10-26", 2)])).toEqual([{ day: "2026-10-25", events: 5, violent: 2 }]);
    const [usual] = stretchesOf(["2026-07-01", "2026-07-02"]);
    expect(countsOf(usual!, [day("2026-07-02", 2)])).toEqual([day("2026-07-02", 2)]);
  });
});
