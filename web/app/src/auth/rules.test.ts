import { describe, expect, it } from "vitest";
import { looksLikeMail, safeNext, tokenOf, wantsCode } from "./rules";

describe("after the log-in", () => {
  it("the page that was wanted is shown", () => expect(safeNext("/events/7?a=1")).toBe("/events/7?a=1"));
  it("no other site is", () => {
    for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", null])
      expect(safeNext(next)).toBe("/live");
  });
});

describe("the one-time link", () => {
  it("holds its token behind the #", () => {
    expect(tokenOf("#token=ab-C_1")).toBe("ab-C_1");
    expect(tokenOf("")).toBe("");
  });
});

describe("the second factor", () => {
  it("is asked for when the server wants it", () => {
    expect(wantsCode({ code: "second_factor_needed", message: "" })).toBe(true);
    expect(wantsCode({ code: "wrong_credentials", message: "" })).toBe(false);
    expect(wantsCode(null)).toBe(false);
  });
});

describe("an e-mail address", () => {
  it("has something on both sides of an @", () => {
    expect(looksLikeMail("abc@gmail.com")).toBe(true);
    expect(looksLikeMail("abc")).toBe(false);
    expect(looksLikeMail("a b@c")).toBe(false);
  });
});
