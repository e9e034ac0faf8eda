import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ShownPictures } from "./pictureStream";

const bytes = new ArrayBuffer(4);

describe("pushed pictures", () => {
  let held: Set<string>;
  let pictures: ShownPictures;
  let shown: string[];
  beforeEach(() => {
    held = new Set();
    shown = [];
    let made = 0;
    vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
      held.add(`blob:${++made}`);
      return `blob:${made}`;
    });
    vi.spyOn(URL, "revokeObjectURL").mockImplementation(url => void held.delete(url));
    pictures = new ShownPictures(url => shown.push(url));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("are shown as they come and acknowledged once they are", () => {
    pictures.add(bytes);
    expect(shown).toEqual(["blob:1"]);
    expect(pictures.shown()).toBe('{"ack":1}');
    pictures.add(bytes);
    pictures.add(bytes);
    expect(shown).toEqual(["blob:1", "blob:2", "blob:3"]);
    expect(pictures.shown()).toBe('{"ack":3}');
    expect(pictures.shown()).toBeNull();
  });

  it("are let go when the next is shown, and not before", () => {
    pictures.add(bytes);
    pictures.shown();
    pictures.add(bytes);
    expect([...held]).toEqual(["blob:1", "blob:2"]);
    pictures.shown();
    expect([...held]).toEqual(["blob:2"]);
    pictures.close();
    expect(held.size).toBe(0);
  });

  it("are counted anew by each connection", () => {
    pictures.add(bytes);
    pictures.add(bytes);
    pictures.restart();
    expect(pictures.shown()).toBeNull();
    pictures.add(bytes);
    expect(pictures.shown()).toBe('{"ack":1}');
    pictures.close();
    pictures.close();
    expect(held.size).toBe(0);
  });
});
