// Opens a page in a headless Chromium, evaluates an expression in it and prints the result as JSON.
//
//   node browse.mjs PAGE EXPRESSION [SCREENSHOT.png [WIDTH]]
//
// EXPRESSION may be a promise. The browser is driven through its own pipe (Chrome DevTools Protocol on descriptors 3 and 4), so
// no port is opened and no package is needed. What the page writes to its console as an error, and what it throws, ends in
// "problems". Exit code 1 with the reason on standard error when the page cannot be opened.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [page, expression, screenshot, width = "1280"] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "vigil-browser-"));
const browser = spawn(process.env.CHROMIUM || "chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required",
  "--allow-file-access-from-files", `--user-data-dir=${profile}`, `--window-size=${width},900`, "--remote-debugging-pipe",
  "about:blank",
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

function finish(code) {
  browser.kill("SIGKILL");
  browser.on("exit", () => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 40, retryDelay: 100 });  // its children still write
    process.exit(code);
  });
}
const fail = reason => {
  console.error(String(reason));
  finish(1);
};
browser.on("error", fail);
setTimeout(() => fail("the browser did not answer in time"), 90_000).unref();

let next = 0;
let received = "";
const waiting = new Map();
const problems = [];
const loaded = Promise.withResolvers ? Promise.withResolvers() : (() => {
  const out = {};
  out.promise = new Promise(fulfil => { out.resolve = fulfil; });
  return out;
})();

function send(method, params = {}, sessionId = undefined) {
  const id = ++next;
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
  return new Promise((fulfil, reject) => waiting.set(id, { fulfil, reject }));
}

browser.stdio[4].on("data", bytes => {
  received += bytes;
  const messages = received.split("\0");
  received = messages.pop();
  for (const text of messages) {
    const { id, result, error, method, params } = JSON.parse(text);
    if (id) {
      const { fulfil, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(error.message);
      else fulfil(result);
    } else if (method === "Page.loadEventFired") {
      loaded.resolve();
    } else if (method === "Runtime.exceptionThrown") {
      problems.push(params.exceptionDetails.exception?.description || params.exceptionDetails.text);
    } else if (method === "Log.entryAdded" && params.entry.level === "error") {
      problems.push(params.entry.text);
    }
  }
});

async function look() {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const ask = (method, params) => send(method, params, sessionId);
  for (const domain of ["Page", "Runtime", "Log"]) await ask(`${domain}.enable`);
  await ask("Emulation.setDeviceMetricsOverride", { width: Number(width), height: 900, deviceScaleFactor: 1, mobile: false });
  if (process.env.DARK) await ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
  const { errorText } = await ask("Page.navigate", { url: pathToFileURL(resolve(page)).href });
  if (errorText) throw errorText;
  await loaded.promise;
  const { result, exceptionDetails } = await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw exceptionDetails.exception?.description || exceptionDetails.text;
  if (screenshot) {
    const { cssContentSize } = await ask("Page.getLayoutMetrics");
    const clip = { x: 0, y: 0, width: Number(width), height: Math.min(cssContentSize.height, 6000), scale: 1 };
    const { data } = await ask("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
    writeFileSync(screenshot, Buffer.from(data, "base64"));
  }
  console.log(JSON.stringify({ value: result.value ?? null, problems }));
}
look().then(() => finish(0), fail);
