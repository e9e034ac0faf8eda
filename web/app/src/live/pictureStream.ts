import { openSocket } from "../api/socket";

// The pictures of a connection: each is shown, those before it are let go, and the server hears how many have been shown.
export class ShownPictures {
  private urls: string[] = []; // the last is shown, or about to be
  private received = 0;
  private told = 0;

  constructor(private readonly show: (url: string) => void) {}

  // A new connection counts anew.
  restart(): void {
    this.received = this.told = 0;
  }

  add(jpeg: ArrayBuffer): void {
    const url = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
    this.urls.push(url);
    this.received++;
    this.show(url);
  }

  // The last is shown, or cannot be. Gives the message to send, or null.
  shown(): string | null {
    this.forget(1);
    if (this.told === this.received) return null;
    this.told = this.received;
    return JSON.stringify({ ack: this.received });
  }

  close(): void {
    this.forget(0);
  }

  private forget(kept: number): void {
    for (const url of this.urls.splice(0, this.urls.length - kept)) URL.revokeObjectURL(url);
  }
}

// Shows a camera's pictures, with or without boxes burned in, in an image until the function that it gives is called. That the
// camera is gone is told by its video's socket (stream.ts).
export function playPictures(image: HTMLImageElement, camera: number, { boxes }: { boxes: boolean }): () => void {
  const pictures = new ShownPictures(url => {
    image.src = url;
  });
  let current: WebSocket | null = null;
  const shown = () => {
    const ack = pictures.shown();
    if (ack && current?.readyState === WebSocket.OPEN) current.send(ack);
  };
  image.addEventListener("load", shown);
  image.addEventListener("error", shown);

  const closeSocket = openSocket(`/cameras/${camera}/live/pictures?boxes=${boxes}`, {
    open: socket => {
      current = socket;
      pictures.restart();
    },
    message: data => {
      if (typeof data !== "string") pictures.add(data);
    },
    closed: () => {
      current = null;
    },
  });

  return () => {
    closeSocket();
    image.removeEventListener("load", shown);
    image.removeEventListener("error", shown);
    image.removeAttribute("src");
    pictures.close();
  };
}
