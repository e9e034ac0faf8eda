import { retryDelay } from "../live/policy";
import { apiRoot } from "./base";

interface SocketHandlers {
  message: (data: string | ArrayBuffer, socket: WebSocket) => void;
  open?: (socket: WebSocket) => void;
  closed?: () => void;
}

// A WebSocket of the API that connects again whenever it is lost. What it gives closes it for good.
export function openSocket(path: string, { message, open, closed }: SocketHandlers): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let ended = false;

  const connect = () => {
    const url = new URL(apiRoot + path, window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const own = new WebSocket(url);
    socket = own;
    own.binaryType = "arraybuffer";
    own.onopen = () => {
      failures = 0;
      open?.(own);
    };
    own.onmessage = event => message(event.data as string | ArrayBuffer, own);
    own.onclose = () => {
      if (ended) return;
      closed?.();
      timer = setTimeout(connect, retryDelay(failures++));
    };
  };
  connect();

  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}
