import { describe, expect, it } from "vitest";
import {
  fitted,
  locate,
  marksOf,
  pinsFor,
  seen,
  segmentsOf,
  shifted,
  showing,
  stretches,
  timeAt,
  within,
  zoomed,
  type Segment,
} from "./geometry";

const hour = 3_600_000;
const day = { from: 0, to: 24 * hour };
const segment = (id: number, begin: number, end: number): Segment => ({ id, url: `/${id}`, begin, end, pinned: false });

describe("the bar of a day", () => {
  it("zooms around the pointer", () => {
    const view = zoomed(day, 0.5, 6 * hour, day);
    expect(view).toEqual({ from: 3 * hour, to: 15 * hour });
    expect(timeAt(view, 0.25)).toBe(6 * hour);
  });

  it("never shows more than the day or less than a minute", () => {
    expect(zoomed(day, 3, hour, day)).toEqual(day);
    const near = zoomed({ from: 0, to: 60_000 }, 0.1, 0, day);
    expect(near.to - near.from).toBe(60_000);
    expect(within({ from: -hour, to: hour }, day)).toEqual({ from: 0, to: 2 * hour });
  });

  it("moves within the day", () => {
    expect(shifted({ from: 22 * hour, to: 23 * hour }, 5 * hour, day)).toEqual({ from: 23 * hour, to: 24 * hour });
  });

  it("follows the playhead out of sight", () => {
    const view = { from: 2 * hour, to: 4 * hour };
    expect(showing(view, 3 * hour, day)).toBe(view);
    expect(showing(view, 10 * hour, day)).toEqual({ from: 9 * hour, to: 11 * hour });
  });

  it("is marked at round times", () => {
    expect(marksOf(day, 12, 0).map(time => time / hour)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]);
    expect(marksOf({ from: hour + 1, to: 2 * hour }, 4, 0).map(time => time / hour)).toEqual([1.5, 2]);
  });
});

describe("recorded segments", () => {
  const all = [segment(1, 0, 10_000), segment(2, 10_200, 20_000), segment(3, 60_000, 70_000)];

  it("are seen when any of them lies in the view", () => {
    const ids = (from: number, to: number) => seen(all, { from, to }).map(({ id }) => id);
    expect(ids(9_000, 10_200)).toEqual([1]);
    expect(ids(9_999, 60_001)).toEqual([1, 2, 3]);
    expect(ids(20_000, 60_000)).toEqual([]);
  });

  it("come in order, and once where two answers hold them", () => {
    const told = (id: number, second: number) => ({
      id,
      url: `/${id}`,
      begin: new Date(second * 1000).toISOString(),
      end: new Date(second * 1000 + 4000).toISOString(),
      pinned: false,
    });
    expect(segmentsOf([told(1, 0), told(3, 8), told(2, 4), told(3, 8)])).toEqual([
      segment(1, 0, 4000),
      segment(2, 4000, 8000),
      segment(3, 8000, 12_000),
    ]);
  });

  it("are as they were told last", () => {
    const told = (pinned: boolean) => ({ id: 1, url: "/1", begin: "2026-01-01T00:00:00Z", end: "2026-01-01T00:00:04Z", pinned });
    expect(segmentsOf([told(false), told(true)]).map(({ pinned }) => pinned)).toEqual([true]);
    expect(segmentsOf([told(true), told(false)]).map(({ pinned }) => pinned)).toEqual([false]);
  });

  it("are pinned and unpinned, where only some of them are pinned", () => {
    const [first, second] = [segment(1, 0, 10_000), segment(2, 10_000, 20_000)];
    const pinned = (one: Segment) => ({ ...one, pinned: true });
    expect(pinsFor([first, second])).toEqual([true]);
    expect(pinsFor([pinned(first), second])).toEqual([true, false]);
    expect(pinsFor([pinned(first), pinned(second)])).toEqual([false]);
    expect(pinsFor([])).toEqual([]);
  });

  it("that follow each other are one stretch", () => {
    expect(stretches(all)).toEqual([
      { from: 0, to: 20_000 },
      { from: 60_000, to: 70_000 },
    ]);
    expect(stretches([])).toEqual([]);
  });

  it("are what is seen of the day at first, an hour at least", () => {
    expect(fitted([], day)).toEqual(day);
    expect(fitted([segment(1, 2 * hour, 2 * hour + 5000)], day)).toEqual({ from: 2 * hour - 300_000, to: 3 * hour - 300_000 });
    expect(fitted([segment(1, 0, 5000), segment(2, 23 * hour, 24 * hour)], day)).toEqual(day);
  });

  it("are entered where the time lies, or at the next one", () => {
    expect(locate(all, 12_200)).toEqual({ index: 1, offsetS: 2 });
    expect(locate(all, 30_000)).toEqual({ index: 2, offsetS: 0 });
    expect(locate(all, 70_000)).toBeNull();
  });
});
