// Opens a page in a headless Chromium, evaluates an expression in it and prints the result as JSON.
//
//   node browse.mjs PAGE EXPRESSION [SCREENSHOT.png [WIDTH]]
//
// EXPRESSION may be a promise, and may await cdp(METHOD, PARAMETERS), a command of the Chrome DevTools Protocol, for what a
// page cannot do to itself: press a key, be printed. The browser is driven through its own pipe (that protocol on descriptors 3
// and 4), so no port is opened and no package is needed. What the page writes to its console as an error, what it throws and
// what it asks the network for ends in "problems". Exit code 1 with the reason on standard error when the page cannot be opened.
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
  browser.on("exit", () => remove(code, 50));
  setTimeout(() => browser.kill("SIGKILL"), 3000).unref();
  send("Browser.close");
}
// The browser's children may still write: then what was emptied is full again.
function remove(code, tries) {
  try {
    rmSync(profile, { recursive: true, force: true });
  } catch (error) {
    if (tries > 0) return setTimeout(remove, 100, code, tries - 1);
    console.error(`left behind: ${error.message}`);
  }
  process.exit(code);
}
const fail = reason => {
  console.error(String(reason));
  finish(1);
};
browser.on("error", reason => {
  console.error(String(reason));
  remove(1, 0);
});
browser.stdio[3]?.on("error", () => {});  // it is gone; its exit ends us
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
    const { id, result, error, method, params, sessionId } = JSON.parse(text);
    if (id) {
      const { fulfil, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(error.message);
      else fulfil(result);
    } else if (method === "Page.loadEventFired") {
      loaded.resolve();
    } else if (method === "Runtime.bindingCalled") {
      answer(JSON.parse(params.payload), sessionId);
    } else if (method === "Network.requestWillBeSent" && !/^(file|data|blob|about):/.test(params.request.url)) {
      problems.push(`The page asked for ${params.request.url}`);
    } else if (method === "Runtime.exceptionThrown") {
      problems.push(params.exceptionDetails.exception?.description || params.exceptionDetails.text);
    } else if (method === "Log.entryAdded" && params.entry.level === "error") {
      problems.push(params.entry.text);
    }
  }
});

// The page's side of cdp(), and ours.
const helper = `{
  let next = 0;
  const waiting = new Map();
  globalThis.cdp = (method, params = {}) => new Promise((fulfil, reject) => {
    waiting.set(++next, { fulfil, reject });
    cdpCall(JSON.stringify({ number: next, method, params }));
  });
  globalThis.cdpAnswer = (number, how, what) => waiting.get(number)[how](what);
}`;
async function answer({ number, method, params }, sessionId) {
  const [how, what] = await send(method, params, sessionId).then(result => ["fulfil", result], error => ["reject", error]);
  await send("Runtime.evaluate", { expression: `cdpAnswer(${number}, ${JSON.stringify(how)}, ${JSON.stringify(what)})` }, sessionId);
}

async function look() {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const ask = (method, params) => send(method, params, sessionId);
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await ask(`${domain}.enable`);
  await ask("Runtime.addBinding", { name: "cdpCall" });
  await ask("Page.addScriptToEvaluateOnNewDocument", { source: helper });
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
