import { expect, it } from "vitest";
import { base64urlOf, bytesOf } from "./push";

it("writes keys as base64url and reads them", () => {
  const bytes = new Uint8Array([251, 255, 0, 62]);
  expect(base64urlOf(bytes.buffer)).toBe("-_8APg");
  expect([...bytesOf("-_8APg")]).toEqual([...bytes]);
  expect(base64urlOf(null)).toBe("");
});
