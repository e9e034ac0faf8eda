import { afterEach, expect, it, vi } from "vitest";
import { canFillScreen, fillScreen } from "./fullScreen";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("is filled with an element and what is drawn over its video", () => {
  const requestFullscreen = vi.fn(() => Promise.reject(new Error("not now")));
  fillScreen({ requestFullscreen } as unknown as HTMLElement);
  expect(requestFullscreen).toHaveBeenCalledOnce();
});

it("is filled with the video alone on phones that allow nothing else", () => {
  const webkitEnterFullscreen = vi.fn();
  const element = (readyState: number) => ({ querySelector: () => ({ readyState, webkitEnterFullscreen }) }) as unknown as HTMLElement;
  fillScreen(element(0));
  expect(webkitEnterFullscreen).not.toHaveBeenCalled();
  fillScreen(element(1));
  expect(webkitEnterFullscreen).toHaveBeenCalledOnce();
});

it("is offered only where something can fill it", () => {
  const browser = (fullscreenEnabled: boolean | undefined, video: object) => {
    vi.stubGlobal("document", { fullscreenEnabled });
    vi.stubGlobal("HTMLVideoElement", { prototype: video });
    return Boolean(canFillScreen());
  };
  expect(browser(true, {})).toBe(true);
  expect(browser(undefined, { webkitEnterFullscreen: () => undefined })).toBe(true);
  expect(browser(false, {})).toBe(false);
});
