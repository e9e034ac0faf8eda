// Curves of scores: from windows to points, and from points to places in a drawing.

export type Window = readonly number[]; // [begin_s, end_s, score]

export interface Point {
  x: number;
  y: number | null;
}

const middle = ([begin = 0, end = 0]: Window) => (begin + end) / 2;

// A null stands where windows are missing, so that no line is drawn across.
export function curveOf(windows: readonly Window[]): Point[] {
  const steps = windows
    .slice(1)
    .map((window, i) => middle(window) - middle(windows[i]!))
    .sort((a, b) => a - b);
  const usual = steps[steps.length >> 1] ?? 0;
  return windows.flatMap((window, i) => {
    const before = windows[i - 1];
    const gap = before !== undefined && middle(window) - middle(before) > 2.5 * usual;
    return [...(gap ? [{ x: (middle(window) + middle(before)) / 2, y: null }] : []), { x: middle(window), y: window[2] ?? null }];
  });
}

export interface Scale {
  from: number;
  to: number;
  size: number;
}

export const place = ({ from, to, size }: Scale, value: number): number => (to > from ? ((value - from) / (to - from)) * size : 0);
export const valueAt = ({ from, to, size }: Scale, pixel: number): number =>
  Math.min(to, Math.max(from, from + (pixel / Math.max(1, size)) * (to - from)));

// The `d` of an SVG path through the points.
export function pathOf(points: readonly Point[], x: Scale, y: Scale): string {
  let path = "";
  let drawing = false;
  for (const point of points) {
    if (point.y === null) {
      drawing = false;
      continue;
    }
    path += `${drawing ? "L" : "M"}${place(x, point.x).toFixed(1)} ${(y.size - place(y, point.y)).toFixed(1)}`;
    drawing = true;
  }
  return path;
}

const niceSteps = [1, 2, 5, 10];

// Round values between the ends of a scale, about so many.
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const raw = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * niceSteps.find(each => each * power >= raw - 1e-12)!;
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
