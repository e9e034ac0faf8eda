import { describe, expect, it } from "vitest";
import { freeId, missing, newChannel, rulesWithout, trimmed, type Channel } from "./channels";

const hook: Channel = { id: 3, name: "Pager", type: "webhook", url: "https://x", secret: "", has_secret: true };

describe("channels of alerts", () => {
  it("leave out empty members, so that secrets stay", () =>
    expect(trimmed(hook)).toEqual({ id: 3, name: "Pager", type: "webhook", url: "https://x" }));
  it("let the discovery of an MQTT channel be switched off, which is empty", () => {
    const broker = { ...newChannel(1, "Home", "mqtt"), host: "192.168.1.5", user: "" };
    expect(trimmed(broker)).toEqual({ id: 1, name: "Home", type: "mqtt", host: "192.168.1.5", discovery_prefix: "homeassistant" });
    expect(trimmed({ ...broker, discovery_prefix: "" })["discovery_prefix"]).toBe("");
  });
  it("tell what they lack", () => {
    expect(missing(hook)).toEqual([]);
    expect(missing({ id: 1, name: " ", type: "email", to: [] })).toEqual(["name", "url", "from", "to"]);
  });
  it("get new ids", () => {
    expect(freeId([])).toBe(1);
    expect(freeId([hook])).toBe(4);
  });
  it("leave the rules when they go", () => expect(rulesWithout([{ id: 1, name: "r", channels: [3, 4] }], 3)[0]!.channels).toEqual([4]));
});
