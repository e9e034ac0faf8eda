import { openSocket } from "../api/socket";
import { Acknowledger, correct, Delay, outdated, ranges } from "./policy";

export type StreamState =
  | { kind: "connecting" }
  | { kind: "playing" }
  // The camera is off, lost or not yet there.
  | { kind: "gone"; reason: string }
  // This browser does not play the camera's coding.
  | { kind: "refused"; reason: string };

type VideoMessage = { type: "init"; mime: string; width_px: number; height_px: number } | { type: "refused" | "gone"; reason: string };

const Source: typeof MediaSource | undefined =
  typeof window === "undefined"
    ? undefined
    : ((window as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? window.MediaSource);

const watchEveryMs = 250;

// One connection of the camera: a SourceBuffer and what waits to go into it.
class Feed {
  private readonly waiting: ArrayBuffer[] = [];
  private readonly delay = new Delay();
  private buffer: SourceBuffer | null = null;
  private readonly source = new Source!();
  private readonly url = URL.createObjectURL(this.source);

  constructor(
    private readonly video: HTMLVideoElement,
    mime: string,
  ) {
    this.source.addEventListener(
      "sourceopen",
      () => {
        this.buffer = this.source.addSourceBuffer(mime);
        this.buffer.addEventListener("updateend", () => this.next());
        this.next();
      },
      { once: true },
    );
    video.disableRemotePlayback = true;
    video.src = this.url;
  }

  add(piece: ArrayBuffer): void {
    this.waiting.push(piece);
    this.next();
  }

  private next(): void {
    const { buffer } = this;
    if (!buffer || buffer.updating || this.source.readyState !== "open") return;
    const old = outdated(this.video.currentTime, ranges(buffer.buffered));
    try {
      if (old) buffer.remove(old.start, old.end);
      else if (this.waiting[0]) {
        buffer.appendBuffer(this.waiting[0]);
        this.waiting.shift();
      }
    } catch (error) {
      // The buffer is full: only what is about to be shown stays.
      if ((error as DOMException).name === "QuotaExceededError" && this.video.currentTime > 1) buffer.remove(0, this.video.currentTime - 1);
    }
  }

  // Keeps the playhead where it should be. newestBoxes: in seconds of the video.
  watch(newestBoxes: number | null): boolean {
    const buffered = this.buffer && this.source.readyState === "open" ? ranges(this.buffer.buffered) : [];
    const last = buffered[buffered.length - 1];
    const { seekTo, rate } = correct(this.video.currentTime, buffered, last && this.delay.step(last.end, newestBoxes));
    if (seekTo !== null) this.video.currentTime = seekTo;
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    if (buffered.length > 0 && this.video.paused) void this.video.play().catch(() => undefined);
    return buffered.length > 0;
  }

  close(): void {
    this.video.removeAttribute("src");
    this.video.load();
    URL.revokeObjectURL(this.url);
  }
}

interface LiveOptions {
  tell: (state: StreamState) => void;
  // Of when the newest boxes are, in seconds of the video; null: there are none.
  newestBoxes: () => number | null;
}

// Plays a camera in a video element until the function that it gives is called.
export function playLive(video: HTMLVideoElement, camera: number, { tell, newestBoxes }: LiveOptions): () => void {
  let feed: Feed | null = null;
  let acks = new Acknowledger();
  const end = () => {
    feed?.close();
    feed = null;
  };

  const read = (message: VideoMessage) => {
    end();
    if (message.type === "init" && Source?.isTypeSupported(message.mime)) {
      feed = new Feed(video, message.mime);
      tell({ kind: "connecting" });
    } else if (message.type === "init") tell({ kind: "refused", reason: message.mime });
    else tell({ kind: message.type, reason: message.reason });
  };

  const timer = setInterval(() => {
    if (feed?.watch(newestBoxes())) tell({ kind: "playing" });
  }, watchEveryMs);

  const closeSocket = openSocket(`/cameras/${camera}/live/video`, {
    open: () => {
      acks = new Acknowledger();
    },
    message: (data, socket) => {
      if (typeof data === "string") {
        read(JSON.parse(data) as VideoMessage);
        return;
      }
      const ack = acks.arrived(data.byteLength, performance.now());
      if (ack) socket.send(ack);
      feed?.add(data);
    },
    closed: () => {
      end();
      tell({ kind: "connecting" });
    },
  });

  return () => {
    clearInterval(timer);
    closeSocket();
    end();
  };
}
