import { describe, expect, it } from "vitest";
import { addressProblem } from "./address";
import { codecName } from "./codecs";

describe("a camera's address", () => {
  it("is a stream or a device", () => {
    for (const good of ["rtsp://10.0.0.2/live", "rtsps://user:pass@cam.local:322/1", "http://cam/video.mjpg", " /dev/video0 "])
      expect(addressProblem(good)).toBeNull();
  });
  it("is told what is wrong with it", () => {
    expect(addressProblem(" ")).toBe("empty");
    expect(addressProblem("ftp://cam/x")).toBe("kind");
    expect(addressProblem("/etc/passwd")).toBe("kind");
    expect(addressProblem("rtsp:///stream")).toBe("host");
  });
});

it("calls codings what people call them", () =>
  expect(["avc1.640028", "hvc1.1", "mjpeg"].map(codecName)).toEqual(["H.264", "H.265", "mjpeg"]));
