import { describe, expect, it } from "vitest";
import { Acknowledger, correct, Delay, Latency, leastDelay, mostDelay, outdated, retryDelay } from "./policy";

describe("the playhead of a live video", () => {
  it("waits while there is nothing", () => {
    expect(correct(0, [])).toEqual({ seekTo: null, rate: 1 });
  });

  it("goes to the stream's own time at the beginning", () => {
    expect(correct(0, [{ start: 5000, end: 5003 }]).seekTo).toBeCloseTo(5002.2);
    expect(correct(0, [{ start: 5000, end: 5000.3 }]).seekTo).toBe(5000);
  });

  it("is left alone 0.8 s behind the newest picture", () => {
    expect(correct(99.2, [{ start: 90, end: 100 }])).toEqual({ seekTo: null, rate: 1 });
    expect(correct(99.1, [{ start: 90, end: 100 }])).toEqual({ seekTo: null, rate: 1 });
  });

  it("catches up when it is late and waits when it is early", () => {
    expect(correct(98, [{ start: 90, end: 100 }]).rate).toBeCloseTo(1.15);
    expect(correct(98.8, [{ start: 90, end: 100 }]).rate).toBeCloseTo(1.06);
    expect(correct(99.8, [{ start: 90, end: 100 }]).rate).toBeCloseTo(0.91);
  });

  it("jumps when it is far behind", () => {
    expect(correct(92, [{ start: 90, end: 100 }]).seekTo).toBeCloseTo(99.2);
  });

  it("jumps over pictures that were dropped", () => {
    expect(
      correct(94.95, [
        { start: 90, end: 95 },
        { start: 97, end: 98 },
      ]),
    ).toEqual({ seekTo: 97.2, rate: 1 });
    expect(
      correct(96, [
        { start: 90, end: 95 },
        { start: 97, end: 98 },
      ]).seekTo,
    ).toBeCloseTo(97.2);
  });
});

describe("the delay of a live video", () => {
  const steps = (lag: number, count: number, delay = new Delay()) => {
    let at = 0;
    for (let i = 0; i < count; i++) at = delay.step(100 + i, 100 + i - lag);
    return at;
  };

  it("is short while boxes come in time, and while none come", () => {
    expect(steps(0.3, 10)).toBe(leastDelay);
    expect(new Delay().step(100, null)).toBe(leastDelay);
  });

  it("grows at once when boxes are late, and shrinks slowly", () => {
    const delay = new Delay();
    expect(steps(1.5, 1, delay)).toBeCloseTo(1.75);
    expect(steps(0.3, 1, delay)).toBeCloseTo(1.72);
    expect(steps(0.3, 200, delay)).toBe(leastDelay);
    expect(steps(30, 1, delay)).toBe(mostDelay);
  });

  it("is what the playhead keeps to", () => {
    const buffered = [{ start: 90, end: 100 }];
    expect(correct(98, buffered, 2)).toEqual({ seekTo: null, rate: 1 });
    expect(correct(99.5, buffered, 2)).toEqual({ seekTo: null, rate: 0.5 });
    expect(correct(0, buffered, 2).seekTo).toBe(98);
  });
});

describe("the buffer", () => {
  it("is trimmed now and then, behind what is shown", () => {
    expect(outdated(15, [{ start: 0, end: 16 }])).toBeNull();
    expect(outdated(25, [{ start: 0, end: 26 }])).toEqual({ start: 0, end: 17 });
    expect(outdated(25, [])).toBeNull();
  });
});

describe("acknowledgements", () => {
  it("tell the sum of the bytes, not at every message", () => {
    const acks = new Acknowledger();
    expect(acks.arrived(1000, 1000)).toBe('{"ack":1000}');
    expect(acks.arrived(1000, 1100)).toBeNull();
    expect(acks.arrived(300_000, 1200)).toBe('{"ack":302000}');
    expect(acks.arrived(10, 2300)).toBe('{"ack":302010}');
  });
});

describe("a lost connection", () => {
  it("is tried again ever more rarely", () => {
    expect([0, 1, 2, 9].map(retryDelay)).toEqual([500, 1000, 2000, 10_000]);
  });
});

describe("latency", () => {
  it("is the clock's time less the picture's", () => {
    const latency = new Latency();
    expect(latency.of(1, 1)).toBeNull();
    latency.frame(10_000_000, 1_700_000_010_000_000);
    expect(latency.of(9.5, 1_700_000_010_500)).toBeCloseTo(1);
  });
  it("of a picture with boxes is that of the newest boxes", () => {
    const latency = new Latency();
    expect(latency.ofNewest(1)).toBeNull();
    latency.frame(10_000_000, 1_700_000_010_000_000);
    expect(latency.ofNewest(1_700_000_010_700)).toBeCloseTo(0.7);
  });
});
