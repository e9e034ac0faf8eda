// Polygons and lines on a camera's picture, in shares of its width and height. docs/rules-toml.md

export type Point = number[]; // [x, y]

export const fewestCorners = 3;

const rounded = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;

export const clamped = ([x = 0, y = 0]: Point): Point => [rounded(x), rounded(y)];

export const movedPoint = (points: readonly Point[], index: number, to: Point): Point[] =>
  points.map((point, i) => (i === index ? clamped(to) : point));

export const translated = (points: readonly Point[], dx: number, dy: number): Point[] => {
  // A whole shape stops at the picture's edge and keeps its form.
  const [xs, ys] = [points.map(point => point[0]!), points.map(point => point[1]!)];
  const x = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), dx));
  const y = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), dy));
  return points.map(point => clamped([point[0]! + x, point[1]! + y]));
};

// A new corner in the middle of the side that begins at the index.
export function withCorner(points: readonly Point[], after: number): Point[] {
  const [a, b] = [points[after]!, points[(after + 1) % points.length]!];
  return [...points.slice(0, after + 1), clamped([(a[0]! + b[0]!) / 2, (a[1]! + b[1]!) / 2]), ...points.slice(after + 1)];
}

export const withoutCorner = (points: readonly Point[], index: number): Point[] =>
  points.length > fewestCorners ? points.filter((_, i) => i !== index) : [...points];

// How far around a corner it is taken hold of: as far as wanted, but not beyond the middle between it and the next one.
// size: of the picture, in the unit of what is wanted.
export function reachOf(points: readonly Point[], index: number, wanted: number, [width, height]: readonly [number, number]): number {
  const [x = 0, y = 0] = points[index]!;
  const away = points.filter((_, i) => i !== index).map(point => Math.hypot((point[0]! - x) * width, (point[1]! - y) * height));
  return Math.min(wanted, ...away.map(distance => distance / 2));
}

const cross = (o: Point, a: Point, b: Point) => (a[0]! - o[0]!) * (b[1]! - o[1]!) - (a[1]! - o[1]!) * (b[0]! - o[0]!);

function sidesCross(a: Point, b: Point, c: Point, d: Point): boolean {
  return cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0;
}

// Whether two sides of a polygon cross: what is inside is then not what it seems.
export function crossesItself(points: readonly Point[]): boolean {
  const side = (i: number) => [points[i]!, points[(i + 1) % points.length]!] as const;
  return points.some((_, i) =>
    points.some((__, j) => j > i + 1 && !(i === 0 && j === points.length - 1) && sidesCross(...side(i), ...side(j))),
  );
}

export function middleOf(points: readonly Point[]): Point {
  const sum = points.reduce<Point>((all, point) => [all[0]! + point[0]!, all[1]! + point[1]!], [0, 0]);
  return [sum[0]! / Math.max(1, points.length), sum[1]! / Math.max(1, points.length)];
}

// The end of an arrow that crosses the line from its left to its right, as seen by who walks from its first point to its second.
export function rightOf(from: Point, to: Point, length: number, aspect: number): { tail: Point; head: Point } {
  const [dx, dy] = [(to[0]! - from[0]!) * aspect, to[1]! - from[1]!];
  const size = Math.hypot(dx, dy) || 1;
  // On a picture, y goes down: right of the way (dx, dy) is (-dy, dx).
  const [nx, ny] = [(-dy / size) * (length / aspect), (dx / size) * length];
  const middle = middleOf([from, to]);
  return { tail: [middle[0]! - nx / 2, middle[1]! - ny / 2], head: [middle[0]! + nx / 2, middle[1]! + ny / 2] };
}
