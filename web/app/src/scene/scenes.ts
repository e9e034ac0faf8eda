import type { Line, Mask, Rule, Scene, Zone } from "../api/generated";
import type { Point } from "./geometry";

// What is drawn on the picture: one list of shapes, whatever they are in the scene.
export type ShapeKind = "zones" | "lines" | "masks";

export interface ShapeId {
  kind: ShapeKind;
  index: number;
}

export const sameShape = (a: ShapeId | null, b: ShapeId | null) => a?.kind === b?.kind && a?.index === b?.index;

// Whether two scenes say the same. A database may give back their parts in another order than it got them.
export function sameScene(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [own, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(own);
  return names.length === Object.keys(other).length && names.every(name => name in other && sameScene(own[name], other[name]));
}

export function pointsOf(scene: Scene, { kind, index }: ShapeId): Point[] {
  if (kind !== "lines") return scene[kind][index]?.polygon ?? [];
  const line = scene.lines[index];
  return line ? [line.from, line.to] : [];
}

const replaced = <T>(all: readonly T[], index: number, part: Partial<T>): T[] =>
  all.map((each, i) => (i === index ? { ...each, ...part } : each));

export function withPoints(scene: Scene, { kind, index }: ShapeId, points: Point[]): Scene {
  if (kind === "zones") return { ...scene, zones: replaced<Zone>(scene.zones, index, { polygon: points }) };
  if (kind === "masks") return { ...scene, masks: replaced<Mask>(scene.masks, index, { polygon: points }) };
  return { ...scene, lines: replaced<Line>(scene.lines, index, { from: points[0]!, to: points[1]! }) };
}

const square: Point[] = [
  [0.35, 0.35],
  [0.65, 0.35],
  [0.65, 0.65],
  [0.35, 0.65],
];

// A name that no zone or line has yet.
export function freeName(scene: Scene, base: string): string {
  const taken = new Set([...scene.zones, ...scene.lines].map(each => each.name));
  for (let i = 1; ; ++i) if (!taken.has(`${base} ${i}`)) return `${base} ${i}`;
}

export function withShape(scene: Scene, kind: ShapeKind, name: string): { scene: Scene; added: ShapeId } {
  const added = { kind, index: scene[kind].length };
  if (kind === "zones") return { added, scene: { ...scene, zones: [...scene.zones, { name, polygon: square }] } };
  if (kind === "masks") return { added, scene: { ...scene, masks: [...scene.masks, { kind: "privacy", polygon: square }] } };
  return { added, scene: { ...scene, lines: [...scene.lines, { name, from: [0.35, 0.7], to: [0.65, 0.4] }] } };
}

const place = { zones: "zone", lines: "line" } as const;

// Rules that speak of a zone or line follow its new name; without a name left they speak of none.
function followed(rules: readonly Rule[], kind: "zones" | "lines", before: string, after: string | undefined): Rule[] {
  const key = place[kind];
  return rules.map(rule => {
    if (rule[key] !== before) return rule;
    const { [key]: _, ...rest } = rule;
    return after === undefined ? (rest as Rule) : { ...rule, [key]: after };
  });
}

export function renamed(scene: Scene, kind: "zones" | "lines", index: number, name: string): Scene {
  const before = scene[kind][index]?.name;
  if (before === undefined) return scene;
  const rules = followed(scene.rules, kind, before, name);
  return kind === "zones"
    ? { ...scene, rules, zones: replaced<Zone>(scene.zones, index, { name }) }
    : { ...scene, rules, lines: replaced<Line>(scene.lines, index, { name }) };
}

export function withoutShape(scene: Scene, { kind, index }: ShapeId): Scene {
  const rest = { ...scene, [kind]: scene[kind].filter((_, i) => i !== index) } as Scene;
  if (kind === "masks") return rest;
  const name = scene[kind][index]?.name;
  return name === undefined ? rest : { ...rest, rules: followed(scene.rules, kind, name, undefined) };
}
