import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StreamState } from "./stream";

class FakeBuffer extends EventTarget {
  updating = false;
  appended: ArrayBuffer[] = [];
  refuses: string | null = null; // name of what appending throws
  end = 0;
  get buffered() {
    return { length: this.end > 0 ? 1 : 0, start: () => 0, end: () => this.end };
  }
  appendBuffer(piece: ArrayBuffer) {
    if (this.refuses) throw Object.assign(new Error(), { name: this.refuses });
    this.appended.push(piece);
    this.end += 1;
  }
  remove() {}
}

class FakeSource extends EventTarget {
  static all: FakeSource[] = [];
  static isTypeSupported = () => true;
  readyState = "open";
  buffer = new FakeBuffer();
  unknown = false;
  constructor() {
    super();
    FakeSource.all.push(this);
  }
  addSourceBuffer() {
    if (this.unknown) throw new Error("not this coding");
    return this.buffer;
  }
}

class FakeSocket {
  static all: FakeSocket[] = [];
  closed = false;
  onopen?: () => void;
  onmessage?: (event: { data: unknown }) => void;
  constructor() {
    FakeSocket.all.push(this);
  }
  send() {}
  close() {
    this.closed = true;
  }
  begin() {
    this.onopen?.();
    this.onmessage?.({ data: JSON.stringify({ type: "init", mime: "video/mp4", width_px: 2, height_px: 2 }) });
  }
  give(bytes: number) {
    this.onmessage?.({ data: new ArrayBuffer(bytes) });
  }
}

class FakeVideo extends EventTarget {
  currentTime = 0;
  playbackRate = 1;
  paused = false;
  src = "";
  removeAttribute() {
    this.src = "";
  }
  load() {}
}

const newest = <T>(all: readonly T[]): T => all[all.length - 1]!;

describe("a live video that the browser cannot play on", () => {
  let states: StreamState["kind"][];
  let video: FakeVideo;
  let held: Set<string>;
  let stop: () => void;

  beforeEach(async () => {
    vi.useFakeTimers();
    vi.resetModules();
    vi.stubGlobal("window", { MediaSource: FakeSource, location: { href: "http://127.0.0.1/" } });
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSource.all = [];
    FakeSocket.all = [];
    held = new Set();
    let made = 0;
    vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
      held.add(`blob:${++made}`);
      return `blob:${made}`;
    });
    vi.spyOn(URL, "revokeObjectURL").mockImplementation(url => void held.delete(url));
    states = [];
    video = new FakeVideo();
    const { playLive } = await import("./stream");
    stop = playLive(video as unknown as HTMLVideoElement, 1, {
      tell: ({ kind }) => newest(states) !== kind && states.push(kind),
      newestBoxes: () => null,
    });
  });
  afterEach(() => {
    stop();
    expect(held.size).toBe(0);
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const play = () => {
    newest(FakeSocket.all).begin();
    newest(FakeSource.all).dispatchEvent(new Event("sourceopen"));
    newest(FakeSocket.all).give(10);
    vi.advanceTimersByTime(300);
  };

  const ways: Record<string, () => void> = {
    "its buffer reports an error": () => newest(FakeSource.all).buffer.dispatchEvent(new Event("error")),
    "its element reports an error": () => video.dispatchEvent(new Event("error")),
    "its source ends": () => newest(FakeSource.all).dispatchEvent(new Event("sourceended")),
    "nothing can be added": () => {
      newest(FakeSource.all).buffer.refuses = "InvalidStateError";
      newest(FakeSocket.all).give(10);
    },
    "the buffer is full of what is not shown yet": () => {
      newest(FakeSource.all).buffer.refuses = "QuotaExceededError";
      newest(FakeSocket.all).give(10);
    },
    "pieces pile up": () => {
      newest(FakeSource.all).buffer.updating = true;
      for (let i = 0; i < 20; i++) newest(FakeSocket.all).give(1024 * 1024);
    },
  };
  it.each(Object.keys(ways))("is told and played from a new connection when %s", way => {
    play();
    expect(states).toEqual(["connecting", "playing"]);
    ways[way]!();
    expect(states).toEqual(["connecting", "playing", "broken"]);
    expect(FakeSocket.all[0]!.closed).toBe(true);
    expect([FakeSocket.all.length, video.src, held.size]).toEqual([1, "", 0]);
    vi.advanceTimersByTime(600);
    expect(FakeSocket.all).toHaveLength(2);
    play();
    expect(states).toEqual(["connecting", "playing", "broken", "playing"]);
    expect(newest(FakeSource.all).buffer.appended).toHaveLength(1);
  });

  it("is tried again ever more rarely, and soon once it has played for a while", () => {
    const breakAndWait = () => {
      video.dispatchEvent(new Event("error"));
      const before = FakeSocket.all.length;
      let waited = 0;
      while (FakeSocket.all.length === before) {
        vi.advanceTimersByTime(100);
        waited += 100;
      }
      return waited;
    };
    play();
    expect(breakAndWait()).toBe(500);
    play();
    expect(breakAndWait()).toBe(1000);
    play();
    expect(breakAndWait()).toBe(2000);
    play();
    vi.advanceTimersByTime(15_000);
    expect(breakAndWait()).toBe(500);
  });

  it("is told when its coding is refused after all", () => {
    newest(FakeSocket.all).begin();
    newest(FakeSource.all).unknown = true;
    newest(FakeSource.all).dispatchEvent(new Event("sourceopen"));
    expect(states).toEqual(["connecting", "broken"]);
  });

  it("is not tried again once nobody looks", () => {
    play();
    video.dispatchEvent(new Event("error"));
    stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});
