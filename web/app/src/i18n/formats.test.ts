import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { clock, decimal } from "./formats";

beforeAll(() => i18next.init({ lng: "en", resources: { en: { translation: { a: "a" } }, ru: { translation: { a: "а" } } } }));

describe("the place of a playhead", () => {
  it("is told to a tenth, in the reader's way", async () => {
    expect([0, 62.34, 59.96, 3600, NaN].map(clock)).toEqual(["0:00.0", "1:02.3", "1:00.0", "60:00.0", "0:00.0"]);
    await i18next.changeLanguage("ru");
    expect(clock(62.34)).toBe("1:02,3");
    expect(decimal(0.5)).toBe("0,50");
    await i18next.changeLanguage("en");
    expect(decimal(0.5)).toBe("0.50");
  });
});
