import { describe, expect, it } from "vitest";
import { freeId, missing, rulesWithout, trimmed, type Channel } from "./channels";

const hook: Channel = { id: 3, name: "Pager", type: "webhook", url: "https://x", secret: "", has_secret: true };

describe("channels of alerts", () => {
  it("leave out empty members, so that secrets stay", () =>
    expect(trimmed(hook)).toEqual({ id: 3, name: "Pager", type: "webhook", url: "https://x" }));
  it("tell what they lack", () => {
    expect(missing(hook)).toEqual([]);
    expect(missing({ id: 1, name: " ", type: "email", to: [] })).toEqual(["name", "url", "from", "to"]);
  });
  it("get new ids", () => {
    expect(freeId([])).toBe(1);
    expect(freeId([hook])).toBe(4);
  });
  it("leave the rules when they go", () => expect(rulesWithout([{ id: 1, name: "r", channels: [3, 4] }], 3)[0]!.channels).toEqual([4]));
});
