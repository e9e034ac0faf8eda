import { describe, expect, it } from "vitest";
import { contained } from "./draw";
import { peopleAt, readBoxes, RecentPeople, type Box, type Person } from "./people";

const person = (id: number, box: Box, more: Partial<Person> = {}): Person => ({
  id,
  box,
  violence: null,
  violent: false,
  seen: true,
  pose: null,
  ...more,
});

describe("people of a frame", () => {
  const frames = [
    { time_us: 0, people: [person(1, [0, 0, 10, 20]), person(2, [50, 50, 10, 10])] },
    { time_us: 100_000, people: [person(1, [10, 20, 20, 40], { violent: true, violence: 0.9 })] },
    { time_us: 5_000_000, people: [person(1, [90, 90, 10, 10])] },
  ];

  it("are those of the frame at its own time", () => {
    expect(peopleAt(frames, 100_000)[0]).toMatchObject({ box: [10, 20, 20, 40], violent: true });
  });

  it("move on straight lines between frames", () => {
    expect(peopleAt(frames, 50_000)[0]!.box).toEqual([5, 10, 15, 30]);
  });

  it("stay where they are when the next frame lacks them", () => {
    expect(peopleAt(frames, 50_000)[1]!.box).toEqual([50, 50, 10, 10]);
  });

  it("are as violent as the earlier frame says", () => {
    expect(peopleAt(frames, 99_000 - 1_000)[0]!.violent).toBe(false);
  });

  it("are nobody before the first frame and long after one", () => {
    expect(peopleAt(frames, -500_000)).toEqual([]);
    expect(peopleAt(frames, 3_000_000)).toEqual([]);
    expect(peopleAt([], 0)).toEqual([]);
  });

  it("stand for a moment before a long gap and after the last frame, and are not drawn on frames that are not theirs", () => {
    expect(peopleAt(frames, 300_000)[0]!.box).toEqual([10, 20, 20, 40]);
    expect(peopleAt(frames, 1_000_000)).toEqual([]);
    expect(peopleAt(frames, 5_200_000)[0]!.box).toEqual([90, 90, 10, 10]);
    expect(peopleAt(frames, 5_300_000)).toEqual([]);
  });

  it("forgive a clock that rounds", () => {
    expect(peopleAt(frames, 99_500)[0]!.violent).toBe(true);
  });

  it("move with their key points", () => {
    const pose = (x: number, score: number) => [x, 0, score];
    const moving = [
      { time_us: 0, people: [person(1, [0, 0, 1, 1], { pose: pose(0, 0.9) })] },
      { time_us: 100_000, people: [person(1, [0, 0, 1, 1], { pose: pose(10, 0.5) })] },
    ];
    expect(peopleAt(moving, 50_000)[0]!.pose).toEqual([5, 0, 0.5]);
  });
});

describe("people of a live stream", () => {
  it("are kept in order of time and forgotten in the end", () => {
    const recent = new RecentPeople(1_000_000);
    for (const time_us of [0, 200_000, 100_000, 1_150_000]) recent.add({ time_us, people: [] });
    expect(recent.frames.map(frame => frame.time_us)).toEqual([200_000, 1_150_000]);
  });

  it("give way to those of a time line that begins anew", () => {
    const recent = new RecentPeople();
    for (const time_us of [3_600_000_000, 3_600_100_000, 0, 100_000]) recent.add({ time_us, people: [] });
    expect(recent.frames.map(frame => frame.time_us)).toEqual([0, 100_000]);
    expect(recent.newest()).toBe(0.1);
  });
});

describe("a file of boxes", () => {
  it("is read line by line, without the broken end", () => {
    const text = `{"time_s": 1.5, "people": [{"id": 3, "box": [1, 2, 3, 4], "score": 0.8, "seen": true, "violence": 0.7, "violent": true, "key_points": [[1, 2, 0.5]]}]}
{"time_s": 1.6, "people": []}
{"time_s": 1.7, "peop`;
    expect(readBoxes(text)).toEqual([
      { time_us: 1_500_000, people: [person(3, [1, 2, 3, 4], { violence: 0.7, violent: true, pose: [1, 2, 0.5] })] },
      { time_us: 1_600_000, people: [] },
    ]);
  });
});

describe("a picture in its element", () => {
  it("lies in the middle and is shown whole", () => {
    expect(contained(200, 100, 100, 100)).toEqual({ left: 50, top: 0, width: 100, height: 100 });
    expect(contained(100, 200, 200, 100)).toEqual({ left: 0, top: 75, width: 100, height: 50 });
  });
});
