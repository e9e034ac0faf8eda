import { expect, it } from "vitest";
import { browserOf } from "./agents";

it("tells browsers apart that name each other", () => {
  expect(browserOf("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")).toBe(
    "Chrome, Linux",
  );
  expect(
    browserOf(
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    ),
  ).toBe("Safari, iOS");
  expect(browserOf("curl/8")).toBe("");
});
