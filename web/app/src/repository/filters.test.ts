import { describe, expect, it } from "vitest";
import { dayOf, isFiltered, lastDays, noFilters, readFilters, startOfDay, toQuery, writeFilters, type Filters } from "./filters";

const everything: Filters = {
  from: "2022-07-28",
  until: "2022-07-29",
  cameras: [3, 5],
  uploads: true,
  kind: "violence",
  review: "kept",
  pinned: true,
  leastScore: 0.7,
  words: "red jacket & more",
  person: 12,
  job: 4,
  oldestFirst: true,
};

describe("filters of the repository", () => {
  it("come back from the page's address as they went in", () => {
    expect(readFilters(writeFilters(everything))).toEqual(everything);
    expect(readFilters(writeFilters(noFilters))).toEqual(noFilters);
  });

  it("leave an empty address when nothing is asked for", () => {
    expect(writeFilters(noFilters).toString()).toBe("");
    expect(isFiltered(noFilters)).toBe(false);
    expect(isFiltered({ ...noFilters, oldestFirst: true })).toBe(false);
    expect(isFiltered(everything)).toBe(true);
  });

  it("pass over what is not understood", () => {
    expect(readFilters(new URLSearchParams("from=yesterday&until=2022-13-45&camera=a,2,-1&review=maybe&score=7&person=1.5"))).toEqual({
      ...noFilters,
      cameras: [2],
      leastScore: 1,
    });
  });

  it("take no other text for a day", () => {
    expect(dayOf("2022-07-28")).toBe("2022-07-28");
    for (const text of [null, "", "x", "2022-13-45", "20220728", "2022-07-28T10:00"]) expect(dayOf(text)).toBeUndefined();
  });

  it("ask the server for whole days of the reader's clock", () => {
    const query = toQuery({ ...noFilters, from: "2022-07-28", until: "2022-07-28" });
    expect(query.from).toBe(new Date(2022, 6, 28).toISOString());
    expect(query.until).toBe(new Date(2022, 6, 29).toISOString());
    expect(toQuery(noFilters)).toEqual({});
  });

  it("know the days up to today", () => {
    expect(lastDays(7, new Date(2022, 2, 3))).toEqual({ from: "2022-02-25", until: "2022-03-03" });
    expect(startOfDay("2022-12-31", 1)).toEqual(new Date(2023, 0, 1));
  });
});
