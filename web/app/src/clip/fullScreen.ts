type VideoOfPhones = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

// Whether this browser fills the screen with anything: iPhones do so with videos alone.
export const canFillScreen = (): boolean => document.fullscreenEnabled || "webkitEnterFullscreen" in HTMLVideoElement.prototype;

// Fills the screen with the element, or where only videos may, with the video in it.
export function fillScreen(element: HTMLElement): void {
  if (typeof element.requestFullscreen === "function") {
    void element.requestFullscreen().catch(() => undefined);
    return;
  }
  const video = element.querySelector<VideoOfPhones>("video");
  if (video && video.readyState > 0) video.webkitEnterFullscreen?.();
}
