import { describe, expect, it } from "vitest";
import { actionOf } from "./keys";
import { current, decided, emptyQueue, moved, refused, undone, without, withArrived } from "./queue";

const three = withArrived(emptyQueue, [7, 8, 9]);

describe("the queue of new events", () => {
  it("goes on after a decision and ends after the last", () => {
    const after = decided(decided(three, "kept"), "dismissed");
    expect(current(after)).toBe(9);
    expect(after.decisions).toEqual([
      { id: 7, review: "kept" },
      { id: 8, review: "dismissed" },
    ]);
    expect(current(decided(after, "kept"))).toBeUndefined();
  });

  it("goes back and forth within its ends", () => {
    expect(current(moved(three, -1))).toBe(7);
    expect(current(moved(moved(three, 2), -1))).toBe(8);
    expect(moved(three, 99).index).toBe(3);
  });

  it("takes back the last decision, wherever one has gone since", () => {
    const back = undone(moved(decided(three, "kept"), 1))!;
    expect(back.id).toBe(7);
    expect(current(back.queue)).toBe(7);
    expect(undone(back.queue)).toBeNull();
  });

  it("lets what comes meanwhile wait at the end, once", () => {
    expect(withArrived(decided(three, "kept"), [8, 9, 10]).ids).toEqual([7, 8, 9, 10]);
  });

  it("lets an event come again whose decision failed, and leaves later decisions alone", () => {
    const after = refused(decided(decided(three, "kept"), "dismissed"), 7);
    expect(after.ids).toEqual([8, 9, 7]);
    expect(current(after)).toBe(9);
    expect(after.decisions).toEqual([{ id: 8, review: "dismissed" }]);
    expect(current(refused(decided(withArrived(emptyQueue, [7]), "kept"), 7))).toBe(7);
  });

  it("closes the gap of a deleted event", () => {
    expect(current(without(moved(three, 1), 7))).toBe(8);
    expect(current(without(moved(three, 1), 8))).toBe(9);
  });

  it("remembers only the last decision of an event", () => {
    expect(decided(moved(decided(three, "kept"), -1), "dismissed").decisions).toEqual([{ id: 7, review: "dismissed" }]);
  });
});

describe("keys", () => {
  const press = (code: string, key: string, more = {}) => actionOf({ code, key, ctrlKey: false, metaKey: false, altKey: false, ...more });
  it("are found by place, whatever the layout", () => {
    expect(press("KeyK", "k")).toBe("keep");
    expect(press("KeyK", "л")).toBe("keep");
    expect(press("KeyD", "в")).toBe("dismiss");
    expect(press("Slash", "?")).toBe("help");
    expect(press("Digit7", "?")).toBe("help");
  });
  it("leave the browser's own alone", () => {
    expect(press("KeyP", "p", { ctrlKey: true })).toBeNull();
    expect(press("KeyQ", "q")).toBeNull();
  });
});
