import { useEffect, useRef, type RefObject } from "react";

// Calls back for each frame that the video presents, with that frame's own time in seconds; also after the size changed.
// Where a browser cannot tell frames' times, with the playhead's.
export function useFrames(video: RefObject<HTMLVideoElement | null>, frame: (mediaTime: number) => void): void {
  const last = useRef(0); // stays when only what is drawn has changed
  useEffect(() => {
    const element = video.current;
    if (!element) return undefined;
    let handle = 0;
    const exact = typeof element.requestVideoFrameCallback === "function";
    const present = (mediaTime: number) => {
      last.current = mediaTime;
      frame(mediaTime);
    };
    const next = () => {
      handle = exact
        ? element.requestVideoFrameCallback((_, { mediaTime }) => {
            present(mediaTime);
            next();
          })
        : requestAnimationFrame(() => {
            present(element.currentTime);
            next();
          });
    };
    next();
    const resized = new ResizeObserver(() => frame(last.current));
    resized.observe(element);
    return () => {
      resized.disconnect();
      if (exact) element.cancelVideoFrameCallback(handle);
      else cancelAnimationFrame(handle);
    };
  }, [video, frame]);
}
