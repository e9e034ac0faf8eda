import { describe, expect, it } from "vitest";
import { may, type Deed } from "./permissions";

describe("permissions", () => {
  const allowed = (role: "viewer" | "operator" | "admin") =>
    (["see", "review", "upload", "training", "cameras", "users", "settings", "alerts", "retention", "audit"] as Deed[]).filter(deed =>
      may(role, deed),
    );

  it("let viewers see and do nothing", () => expect(allowed("viewer")).toEqual(["see"]));
  it("let operators review, upload and look at training", () =>
    expect(allowed("operator")).toEqual(["see", "review", "upload", "training"]));
  it("let administrators do everything", () => expect(allowed("admin")).toHaveLength(10));
});
