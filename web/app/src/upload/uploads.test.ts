import { describe, expect, it } from "vitest";
import { jobOf, toBegin, uploads, type Sending } from "./uploads";

const file = (key: string, state: Sending["state"]): Sending => ({ key, name: key, size: 1, sent: 0, state, message: "", job: null });

describe("uploads", () => {
  it("are two at a time", () => {
    expect(toBegin([file("a", "waiting"), file("b", "waiting"), file("c", "waiting")])).toEqual(["a", "b"]);
    expect(toBegin([file("a", "sending"), file("b", "paused"), file("c", "waiting"), file("d", "waiting")])).toEqual(["c"]);
    expect(toBegin([file("a", "sending"), file("b", "sending"), file("c", "waiting")])).toEqual([]);
  });

  it("know their job by their address", () => {
    expect(jobOf("http://host/api/v1/uploads/17")).toBe(17);
    expect(jobOf("/api/v1/uploads/17?x=1")).toBe(17);
    expect(jobOf("/api/v1/uploads")).toBeNull();
    expect(jobOf(null)).toBeNull();
  });

  it("are followed from choice to removal", () => {
    const { added, changed, removed } = uploads.actions;
    let all = uploads.reducer(undefined, added({ key: "a", name: "a.mp4", size: 10 }));
    all = uploads.reducer(all, changed({ key: "a", sent: 5, state: "sending" }));
    expect(all).toMatchObject([{ name: "a.mp4", sent: 5, state: "sending", job: null }]);
    expect(uploads.reducer(all, removed("a"))).toEqual([]);
  });
});
