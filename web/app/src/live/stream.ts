import { openSocket } from "../api/socket";
import { Acknowledger, correct, Delay, outdated, ranges, retryDelay } from "./policy";

export type StreamState =
  | { kind: "connecting" }
  | { kind: "playing" }
  // The browser could not play on; a new connection is tried.
  | { kind: "broken" }
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
const steadyAfterMs = 10_000;
const mostWaitingBytes = 16 * 1024 * 1024;

// One connection of the camera: a SourceBuffer and what waits to go into it.
class Feed {
  private readonly waiting: ArrayBuffer[] = [];
  private waitingBytes = 0;
  private readonly closed = new AbortController();
  private readonly delay = new Delay();
  private buffer: SourceBuffer | null = null;
  private readonly source = new Source!();
  private readonly url = URL.createObjectURL(this.source);

  // broken: nothing more will be played; called once at most.
  constructor(
    private readonly video: HTMLVideoElement,
    mime: string,
    private readonly broken: () => void,
  ) {
    const { signal } = this.closed;
    this.source.addEventListener("sourceopen", () => this.open(mime), { once: true, signal });
    for (const end of ["sourceended", "sourceclose"]) this.source.addEventListener(end, () => this.fail(), { signal });
    video.addEventListener("error", () => this.fail(), { signal });
    video.disableRemotePlayback = true;
    video.src = this.url;
  }

  add(piece: ArrayBuffer): void {
    this.waiting.push(piece);
    this.waitingBytes += piece.byteLength;
    if (this.waitingBytes > mostWaitingBytes) this.fail();
    else this.next();
  }

  private open(mime: string): void {
    try {
      this.buffer = this.source.addSourceBuffer(mime);
    } catch {
      this.fail();
      return;
    }
    const { signal } = this.closed;
    this.buffer.addEventListener("updateend", () => this.next(), { signal });
    this.buffer.addEventListener("error", () => this.fail(), { signal });
    this.next();
  }

  private fail(): void {
    if (this.closed.signal.aborted) return;
    this.close();
    this.broken();
  }

  private next(): void {
    const { buffer } = this;
    if (!buffer || buffer.updating || this.source.readyState !== "open") return;
    const old = outdated(this.video.currentTime, ranges(buffer.buffered));
    try {
      if (old) buffer.remove(old.start, old.end);
      else if (this.waiting[0]) {
        buffer.appendBuffer(this.waiting[0]);
        this.waitingBytes -= this.waiting.shift()!.byteLength;
      }
    } catch (error) {
      // The buffer is full: only what is about to be shown stays.
      const shown = this.video.currentTime - 1;
      if ((error as DOMException).name === "QuotaExceededError" && shown > (ranges(buffer.buffered)[0]?.start ?? shown))
        buffer.remove(0, shown);
      else this.fail();
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
    if (this.closed.signal.aborted) return;
    this.closed.abort();
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

// Plays a camera in a video element until the function that it gives is called. Where the browser cannot play on, a new
// connection begins with a key frame: it is tried soon at first, then ever more rarely.
export function playLive(video: HTMLVideoElement, camera: number, { tell, newestBoxes }: LiveOptions): () => void {
  let feed: Feed | null = null;
  let acks = new Acknowledger();
  let failures = 0; // since it last played for a while
  let playingSince: number | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closeSocket = () => {};

  const end = () => {
    playingSince = null;
    feed?.close();
    feed = null;
  };

  const read = (message: VideoMessage) => {
    end();
    if (message.type === "init" && Source?.isTypeSupported(message.mime)) {
      feed = new Feed(video, message.mime, broken);
      if (failures === 0) tell({ kind: "connecting" });
    } else if (message.type === "init") tell({ kind: "refused", reason: message.mime });
    else tell({ kind: message.type, reason: message.reason });
  };

  const connect = () => {
    closeSocket = openSocket(`/cameras/${camera}/live/video`, {
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
  };

  const broken = () => {
    closeSocket();
    end();
    tell({ kind: "broken" });
    retry = setTimeout(connect, retryDelay(failures++));
  };

  const timer = setInterval(() => {
    if (!feed?.watch(newestBoxes())) return;
    playingSince ??= performance.now();
    if (performance.now() - playingSince > steadyAfterMs) failures = 0;
    tell({ kind: "playing" });
  }, watchEveryMs);
  connect();

  return () => {
    clearInterval(timer);
    clearTimeout(retry);
    closeSocket();
    end();
  };
}
