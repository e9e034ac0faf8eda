// When a live video plays faster, jumps or forgets; when the server hears how much has arrived. Times are seconds of the video.

export interface Range {
  start: number;
  end: number;
}

// So far behind the newest picture playback stays at least, and at most.
export const leastDelay = 0.8;
export const mostDelay = 3.5;

const tolerated = 0.15;
const farBehind = 3.2; // beyond the delay
const tooNear = 0.6; // short of the delay: then it is gone back to quickly
const nearestToEdge = 0.15;

export interface Correction {
  // Play on from there; null: where it is.
  seekTo: number | null;
  rate: number;
}

const spare = 0.25;
const forgets = 0.98; // a step: half of it in eight seconds

// How far behind the newest picture playback is to stay so that the boxes of each frame are there when it is shown: a busy
// server sends them late. Asked at every step.
export class Delay {
  private lag = 0;

  // Both in seconds of the video; null: no boxes have come.
  step(newestPicture: number, newestBoxes: number | null): number {
    if (newestBoxes === null) return leastDelay;
    this.lag = Math.max(newestPicture - newestBoxes, this.lag * forgets);
    return Math.max(leastDelay, Math.min(mostDelay, this.lag + spare));
  }
}

// What brings the playhead back to where it should be. buffered: in rising order.
export function correct(currentTime: number, buffered: readonly Range[], delay = leastDelay): Correction {
  const last = buffered[buffered.length - 1];
  if (!last) return { seekTo: null, rate: 1 };
  const goal = Math.max(last.start, last.end - delay);
  const inside = buffered.some(range => currentTime >= range.start - 0.01 && currentTime <= range.end);
  const behind = last.end - currentTime;
  if (!inside || behind > delay + farBehind) return { seekTo: goal, rate: 1 };
  // At the end of a stretch that another follows, playback would stand still for ever.
  const current = buffered.find(range => currentTime >= range.start - 0.01 && currentTime <= range.end)!;
  if (current !== last && current.end - currentTime < nearestToEdge) return { seekTo: goal, rate: 1 };
  const off = behind - delay;
  if (Math.abs(off) <= tolerated) return { seekTo: null, rate: 1 };
  return { seekTo: null, rate: off < -tooNear ? 0.5 : Math.max(0.9, Math.min(1.15, 1 + 0.15 * off)) };
}

const keptBehind = 8;
const trimAfter = 20;

// What of the buffer can go; null: nothing worth the work.
export function outdated(currentTime: number, buffered: readonly Range[]): Range | null {
  const first = buffered[0];
  if (!first || currentTime - first.start < trimAfter) return null;
  return { start: first.start, end: currentTime - keptBehind };
}

export const ranges = (all: TimeRanges): Range[] =>
  Array.from({ length: all.length }, (_, i) => ({ start: all.start(i), end: all.end(i) }));

const ackEveryBytes = 256 * 1024;
const ackEveryMs = 1000;

// Says when to tell the server how many bytes have arrived since the connection began.
export class Acknowledger {
  private received = 0;
  private told = 0;
  private toldAt = 0;

  // The message to send after a binary message of that size, or null.
  arrived(bytes: number, nowMs: number): string | null {
    this.received += bytes;
    if (this.received - this.told < ackEveryBytes && nowMs - this.toldAt < ackEveryMs) return null;
    this.told = this.received;
    this.toldAt = nowMs;
    return JSON.stringify({ ack: this.received });
  }
}

// Milliseconds before the next attempt to connect: soon at first, then ever more rarely.
export const retryDelay = (failures: number): number => Math.min(10_000, 500 * 2 ** Math.min(failures, 5));

// The video's delay against the clock: pairs of stream time and clock come with the boxes.
export class Latency {
  private wallMinusTimeUs: number | null = null;
  private newestWallUs: number | null = null;

  frame(timeUs: number, wallUs: number): void {
    this.wallMinusTimeUs = wallUs - timeUs;
    this.newestWallUs = wallUs;
  }

  // Seconds between now and when the shown picture was taken; null: not known.
  of(mediaTime: number, nowMs: number): number | null {
    if (this.wallMinusTimeUs === null) return null;
    return (nowMs * 1000 - (mediaTime * 1e6 + this.wallMinusTimeUs)) / 1e6;
  }

  // The same of a picture with boxes burned in, which is pushed along with them.
  ofNewest(nowMs: number): number | null {
    return this.newestWallUs === null ? null : (nowMs * 1000 - this.newestWallUs) / 1e6;
  }
}
