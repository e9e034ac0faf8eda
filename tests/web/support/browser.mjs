// A real Chromium, and pages in it that complain of what a page must not do.
//
//   const browser = await startBrowser();
//   const page = await browser.page(t, { width: 375, language: "ru" });    // fails the test t for console errors and foreign requests
//   const state = await browser.stay(page => logIn(page, server, admin));  // for page(t, { state })
//   await shot(page, "login");                                             // into the folder VIGIL_SCREENSHOTS
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const app = resolve(import.meta.dirname, "../../../web/app/package.json");
const { chromium } = createRequire(app)("playwright-core");

const folder = process.env.VIGIL_SCREENSHOTS;

// This machine under a name that, unlike 127.0.0.1, browsers do not trust over plain HTTP.
export const lan = "vigil.test";

export async function startBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required", `--host-resolver-rules=MAP ${lan} 127.0.0.1`],
  });

  // expects: what the page may complain of, as /status of 401/ where a test gives a wrong password. state: of a browser that is logged in already, as context.storageState() gives it.
  async function open({ width = 1400, height = 900, language = "en", scheme = "light", state, expects } = {}) {
    const context = await browser.newContext({
      viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce", locale: language, ...(state ? { storageState: state } : {}),
    });
    context.setDefaultTimeout(20_000);
    const opened = await context.newPage();
    const problems = [];
    opened.on("pageerror", error => problems.push(error.message));
    opened.on("console", message => {
      if (message.type() === "error" && !expects?.test(message.text())) problems.push(message.text());
    });
    opened.on("request", request => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && hostname !== "127.0.0.1" && hostname !== lan) problems.push(`asks ${hostname} for something`);
    });
    const close = async () => {
      await context.close();
      assert.deepEqual(problems, [], "what the page complained of");
    };
    return { opened, close };
  }

  async function page(t, options) {
    const { opened, close } = await open(options);
    t.after(close);
    return opened;
  }

  // Gives the state in which a visit leaves the browser.
  async function stay(visit) {
    const { opened, close } = await open();
    await visit(opened);
    const state = await opened.context().storageState();
    await close();
    return state;
  }
  return { page, stay, close: () => browser.close() };
}

export async function shot(page, name) {
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
