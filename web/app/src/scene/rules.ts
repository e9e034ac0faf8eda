import type { Rule, Scene } from "../api/generated";

// What each kind of rule asks for, with what holds where nothing is said. docs/rules-toml.md
export interface NumberField {
  name: "min_s" | "merge_gap_s" | "cool_down_s" | "radius" | "people" | "speed";
  usual: number;
  min: number;
  max: number;
  step: number;
}

const day = 86_400;
const seconds = (name: "min_s" | "merge_gap_s" | "cool_down_s", usual: number): NumberField => ({
  name,
  usual,
  min: 0,
  max: day,
  step: name === "cool_down_s" ? 10 : 0.5,
});
const coolDown = seconds("cool_down_s", 0);

export interface KindFields {
  zone: "needed" | "optional" | "none";
  line: boolean;
  numbers: readonly NumberField[];
}

export const kindFields: Record<Rule["kind"], KindFields> = {
  zone: { zone: "needed", line: false, numbers: [seconds("min_s", 1), seconds("merge_gap_s", 2), coolDown] },
  line: { zone: "none", line: true, numbers: [seconds("merge_gap_s", 0), coolDown] },
  loitering: {
    zone: "optional",
    line: false,
    numbers: [seconds("min_s", 30), { name: "radius", usual: 2, min: 0.1, max: 100, step: 0.5 }, seconds("merge_gap_s", 5), coolDown],
  },
  crowd: {
    zone: "optional",
    line: false,
    numbers: [{ name: "people", usual: 5, min: 1, max: 10_000, step: 1 }, seconds("min_s", 5), seconds("merge_gap_s", 2), coolDown],
  },
  running: {
    zone: "optional",
    line: false,
    numbers: [{ name: "speed", usual: 1.5, min: 0.1, max: 20, step: 0.1 }, seconds("min_s", 1), seconds("merge_gap_s", 0.5), coolDown],
  },
};

export const ruleKinds = Object.keys(kindFields) as Rule["kind"][];

// A loitering rule with a zone has no radius of its own.
export const numbersOf = (rule: Rule): readonly NumberField[] =>
  kindFields[rule.kind].numbers.filter(field => !(field.name === "radius" && rule.zone));

// The rule as one of another kind: keeps what that kind has as well, and fills in what it must have.
export function ofKind(rule: Rule, kind: Rule["kind"], scene: Scene): Rule {
  const fields = kindFields[kind];
  const changed: Rule = { name: rule.name, kind };
  if (rule.schedule) changed.schedule = rule.schedule;
  if (rule.cool_down_s !== undefined) changed.cool_down_s = rule.cool_down_s;
  const zone = fields.zone === "none" ? undefined : (rule.zone ?? (fields.zone === "needed" ? scene.zones[0]?.name : undefined));
  if (zone !== undefined) changed.zone = zone;
  const line = fields.line ? (rule.line ?? scene.lines[0]?.name) : undefined;
  if (line !== undefined) changed.line = line;
  if (kind === "crowd") changed.people = rule.people ?? 5;
  return changed;
}

export function newRule(scene: Scene, base: string): Rule {
  const taken = new Set(scene.rules.map(rule => rule.name));
  let count = 1;
  while (taken.has(`${base} ${count}`)) ++count;
  const kind = scene.zones.length > 0 ? "zone" : scene.lines.length > 0 ? "line" : "loitering";
  return ofKind({ name: `${base} ${count}`, kind }, kind, scene);
}

// What keeps a scene from being saved: texts of `scene.problems`.
export function problemsOf(scene: Scene): ("placeName" | "sameName" | "ruleName" | "sameRule" | "ruleZone" | "ruleLine")[] {
  const places = [...scene.zones, ...scene.lines].map(each => each.name.trim());
  const rules = scene.rules.map(rule => rule.name.trim());
  const zones = new Set(scene.zones.map(zone => zone.name));
  const lines = new Set(scene.lines.map(line => line.name));
  const found = {
    placeName: places.includes(""),
    sameName: new Set(places).size < places.length,
    ruleName: rules.includes(""),
    sameRule: new Set(rules).size < rules.length,
    ruleZone: scene.rules.some(rule => (kindFields[rule.kind].zone === "needed" || rule.zone !== undefined) && !zones.has(rule.zone ?? "")),
    ruleLine: scene.rules.some(rule => kindFields[rule.kind].line && !lines.has(rule.line ?? "")),
  };
  return (Object.keys(found) as (keyof typeof found)[]).filter(name => found[name]);
}
