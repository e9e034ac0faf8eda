// The test server (tests/server/program) on a free port with a folder of its own.
//
//   const server = await startServer({ camera: await stagedVideo() });
//   await page.goto(server.setupLink);
//   await server.stop();
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../../..");
const program = process.env.VIGIL_TEST_SERVER ?? join(root, "build/release/tests/server/test_server");
const web = process.env.VIGIL_WEB ?? join(root, "web/app/dist");

export async function startServer({ camera, runs } = {}) {
  const data = await mkdtemp(join(tmpdir(), "vigil-web-test-"));
  const more = [...(camera ? ["--camera", camera] : []), ...(runs ? ["--runs", runs] : [])];
  const server = spawn(program, ["--data", data, "--web", web, ...more], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise(fulfil => server.on("exit", fulfil));
  const failed = new Promise((_, reject) => {
    server.on("error", reject);
    server.on("exit", code => reject(new Error(`the server ended with ${code} before it listened`)));
  });
  failed.catch(() => {});
  const lines = createInterface({ input: server.stdout });
  const ready = new Promise((fulfil, reject) => lines.once("line", line => {
    try {
      fulfil(JSON.parse(line));
    } catch {
      reject(new Error(`the server said: ${line}`));
    }
  }));
  const { url, setup_link: setupLink } = await Promise.race([ready, failed]);

  const stop = async () => {
    server.stdin.end();  // it ends with its input
    const late = setTimeout(() => server.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
    await rm(data, { recursive: true, force: true });
  };
  return { url, setupLink, stop };
}
