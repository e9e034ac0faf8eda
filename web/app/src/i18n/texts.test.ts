import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "./en.json";
import ru from "./ru.json";

type Catalogue = { [key: string]: string | Catalogue };

const flat = (texts: Catalogue, prefix = ""): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  );

const plural = /_(zero|one|two|few|many|other)$/;
const keysOf = (texts: Catalogue) => new Set(flat(texts).map(([key]) => key.replace(plural, "")));
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1]).sort();

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(path) && !/\.test\.ts$|generated\.ts$/.test(path) ? [readFileSync(path, "utf8")] : [];
  });
const code = sources(join(import.meta.dirname, "..")).join("\n");

// Keys stand in the code as they are; those with a part that is computed stand there up to it.
const literal = new Set([...code.matchAll(/"([a-zA-Z]+(?:\.[a-zA-Z_-]+)+)"/g)].map(match => match[1]!));
const computed = [...code.matchAll(/`([a-zA-Z]+(?:\.[a-zA-Z_-]+)*\.)\$\{[^`]*\}([a-zA-Z.]*)`/g)].map(match => ({
  begin: match[1]!,
  end: match[2]!,
}));
const isComputed = (key: string) => computed.some(({ begin, end }) => key.startsWith(begin) && key.endsWith(end));

describe("texts", () => {
  it("have the same keys in all languages", () => {
    expect([...keysOf(ru)].sort()).toEqual([...keysOf(en)].sort());
  });

  it("have all plural forms of their language", () => {
    const forms = (language: string) => new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [language, texts] of [
      ["en", en],
      ["ru", ru],
    ] as const) {
      const all = new Map(flat(texts));
      for (const key of all.keys()) {
        if (plural.test(key))
          for (const form of forms(language)) expect(all.has(key.replace(plural, `_${form}`)), `${language}: ${key}, ${form}`).toBe(true);
      }
    }
  });

  it("name the same values in all languages", () => {
    const russian = new Map(flat(ru));
    for (const [key, text] of flat(en)) expect(placeholders(russian.get(key) ?? ""), key).toEqual(placeholders(text));
  });

  it("are there for every key of the code", () => {
    const known = keysOf(en);
    const roots = new Set(Object.keys(en));
    const missing = [...literal].filter(key => roots.has(key.split(".")[0]!) && !known.has(key));
    expect(missing).toEqual([]);
  });

  it("are all in use", () => {
    expect([...keysOf(en)].filter(key => !literal.has(key) && !isComputed(key))).toEqual([]);
  });
});
