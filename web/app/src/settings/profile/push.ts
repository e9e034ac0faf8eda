import type { PushSubscription as Subscription } from "../../api/generated";

export const pushIsPossible = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

// A key as the API writes it, base64url, in bytes.
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, letter => letter.charCodeAt(0));
}

export function base64urlOf(bytes: ArrayBuffer | null): string {
  const text = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const described = (own: PushSubscription): Subscription => ({
  endpoint: own.endpoint,
  p256dh: base64urlOf(own.getKey("p256dh")),
  auth: base64urlOf(own.getKey("auth")),
});

const worker = () => navigator.serviceWorker.register("/push-worker.js");

// This browser's subscription, if it has one.
export async function currentPush(): Promise<Subscription | null> {
  const own = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  return own ? described(own) : null;
}

// Asks the user for permission; throws where it is refused.
export async function subscribe(key: string): Promise<Subscription> {
  await worker();
  const { pushManager } = await navigator.serviceWorker.ready;
  return described(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) }));
}

export async function unsubscribe(): Promise<void> {
  const own = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  await own?.unsubscribe();
}
