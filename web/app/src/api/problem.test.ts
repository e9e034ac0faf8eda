import i18next from "i18next";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import en from "../i18n/en.json";
import ru from "../i18n/ru.json";
import { messageOf } from "./problem";

beforeAll(() =>
  i18next.init({ lng: "ru", resources: { en: { translation: en }, ru: { translation: ru } }, interpolation: { escapeValue: false } }),
);

const problem = (code: string, message: string, field?: string) => ({ status: 422, data: { code, message, ...(field && { field }) } });

describe("problems", () => {
  it("are told in the reader's language, the field's own text first", () => {
    expect(messageOf(problem("pinned", "this event is pinned"))).toBe(ru.problems.pinned);
    expect(messageOf(problem("wrong_credentials", "the password is incorrect", "current"))).toBe(ru.problems["wrong_credentials-current"]);
    expect(messageOf(problem("wrong_credentials", "…"))).toBe(ru.problems.wrong_credentials);
  });

  it("keep the server's words where these say more", () => {
    expect(messageOf(problem("invalid", "count: must be 1 … 1000", "count"))).toContain("count: must be 1 … 1000");
    expect(messageOf(problem("never_heard_of", "$t(app.close) {{message}}"))).toContain("$t(app.close) {{message}}");
  });

  it("tell the network from the server", () => {
    expect(messageOf({ status: "FETCH_ERROR", error: "failed" })).toBe(ru.problems.unreachable);
    expect(messageOf({ status: 500, data: "<html>" })).toBe(ru.problems.unknown);
  });

  it("have texts for all codes of the server that pages can meet", () => {
    const forPrograms = ["malformed", "method", "range", "too_many", "tus", "type", "unknown_field", "web_socket"];
    const folder = join(import.meta.dirname, "../../../../src/server");
    const code = readdirSync(folder)
      .filter(name => name.endsWith(".cpp"))
      .map(name => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    const codes = new Set([...code.matchAll(/(?:Problem\(|return \{)\s*\d{3},\s*"([a-z_]+)"/g)].map(match => match[1]!));
    expect(codes.size).toBeGreaterThan(20);
    expect([...codes].filter(each => !(each in en.problems) && !forPrograms.includes(each))).toEqual([]);
  });
});
