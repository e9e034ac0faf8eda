// Of the bar of a day: which stretch of time is seen, where a time lies on it, what is recorded there. Times are milliseconds.

export interface Span {
  from: number;
  to: number;
}

export const timeAt = ({ from, to }: Span, share: number): number => from + (to - from) * share;
export const shareOf = ({ from, to }: Span, time: number): number => (time - from) / (to - from);

const shortestView = 60_000;

// Nearer (factor below 1) or further away, so that the time under the pointer stays there; never beyond the limits.
export function zoomed(view: Span, factor: number, around: number, limits: Span): Span {
  const length = Math.max(shortestView, Math.min(limits.to - limits.from, (view.to - view.from) * factor));
  return within({ from: around - shareOf(view, around) * length, to: around + (1 - shareOf(view, around)) * length }, limits);
}

// The same length, moved back between the limits.
export function within(view: Span, limits: Span): Span {
  const length = Math.min(view.to - view.from, limits.to - limits.from);
  const from = Math.max(limits.from, Math.min(view.from, limits.to - length));
  return { from, to: from + length };
}

export const shifted = (view: Span, by: number, limits: Span): Span => within({ from: view.from + by, to: view.to + by }, limits);

// Puts a time into sight, in the middle, if it is not.
export function showing(view: Span, time: number, limits: Span): Span {
  if (time >= view.from && time <= view.to) return view;
  const half = (view.to - view.from) / 2;
  return within({ from: time - half, to: time + half }, limits);
}

const stepsS = [10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 21_600];

// Round times of the local clock to write on the bar, at most so many. dayStart: when the day begins.
export function marksOf(view: Span, most: number, dayStart: number): number[] {
  const step = 1000 * (stepsS.find(each => (view.to - view.from) / (each * 1000) <= most) ?? stepsS[stepsS.length - 1]!);
  const first = dayStart + Math.ceil((view.from - dayStart) / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((view.to - first) / step) + 1) }, (_, i) => first + i * step);
}

export interface Segment {
  id: number;
  url: string;
  begin: number;
  end: number;
  pinned: boolean;
}

// Each once, as it was told last, in order of time.
export function segmentsOf(all: readonly { id: number; url: string; begin: string; end: string; pinned: boolean }[]): Segment[] {
  const known = new Map(
    all.map(({ id, url, begin, end, pinned }) => [id, { id, url, begin: Date.parse(begin), end: Date.parse(end), pinned }]),
  );
  return [...known.values()].sort((a, b) => a.begin - b.begin);
}

// Those of which something lies in the view.
export const seen = (segments: readonly Segment[], { from, to }: Span): Segment[] =>
  segments.filter(({ begin, end }) => end > from && begin < to);

// What their pins may be changed to: on, where some have none, and off, where some have one.
export const pinsFor = (segments: readonly Segment[]): boolean[] =>
  [true, false].filter(pinned => segments.some(segment => segment.pinned !== pinned));

const gapMs = 1500;

// Segments that follow each other without a gap, as one stretch each.
export function stretches(segments: readonly Segment[]): Span[] {
  const all: Span[] = [];
  for (const { begin, end } of segments) {
    const last = all[all.length - 1];
    if (last && begin - last.to <= gapMs) last.to = Math.max(last.to, end);
    else all.push({ from: begin, to: end });
  }
  return all;
}

const shortestFit = 3_600_000;
const aroundFit = 300_000;

// The part of the day in which something was recorded.
export function fitted(segments: readonly Segment[], day: Span): Span {
  const [first, last] = [segments[0], segments[segments.length - 1]];
  if (!first || !last) return day;
  const length = Math.max(shortestFit, last.end - first.begin + 2 * aroundFit);
  return within({ from: first.begin - aroundFit, to: first.begin - aroundFit + length }, day);
}

// Where playback goes for a time: into the segment that holds it, else to the beginning of the next; null: nothing follows.
export function locate(segments: readonly Segment[], time: number): { index: number; offsetS: number } | null {
  const index = segments.findIndex(({ end }) => end > time);
  if (index < 0) return null;
  return { index, offsetS: Math.max(0, (time - segments[index]!.begin) / 1000) };
}
