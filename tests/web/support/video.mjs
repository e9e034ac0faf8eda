// Videos of the stage (tests/station/staged.h): people are white squares, violence is a black upper left corner, and whoever is
// in the upper half of the picture then takes part in it.
import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = join(tmpdir(), `vigil-web-videos-${process.pid}`);

const h264 = ["libx264", "-preset", "ultrafast", "-g", "25", "-bf", "2"];

// fight: when there is violence, as ffmpeg's expression of t; "0": never.
export async function stagedVideo({ name = "staged.mp4", seconds = 12, fight = "between(t,4,7)", codec = h264 } = {}) {
  const file = join(folder, name);
  if (await stat(file).catch(() => null)) return file;
  await mkdir(folder, { recursive: true });
  const person = number => `color=c=white:s=24x48:r=25:d=${seconds}[s${number}];`;
  const graph = `color=c=gray:s=320x240:r=25:d=${seconds}[a];${person(1)}${person(2)}${person(3)}`
    + "[a][s1]overlay=x=60+20*sin(t):y=30[b];[b][s2]overlay=x=120-20*sin(t):y=36[c];[c][s3]overlay=x=40+12*t:y=170[d];"
    + `[d]drawbox=c=black:t=fill:w=48:h=48:x=0:y=0:enable='${fight}'[e]`;
  await run("ffmpeg", ["-v", "error", "-y", "-filter_complex", graph, "-map", "[e]", "-pix_fmt", "yuv420p",
    "-c:v", ...codec, file]);
  return file;
}
