// What a camera recorded, on the timeline.
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { api, startProduct, until } from "./support/product.mjs";
import { stagedVideo } from "./support/video.mjs";

let product;
let server;
let browser;
let state;
const recordings = (page, server) => {
  const from = new Date(Date.now() - 3600e3).toISOString();
  const end = new Date(Date.now() + 3600e3).toISOString();
  return api(page, server, "GET", `/cameras/1/recordings?from=${from}&until=${end}`);
};
before(async () => {
  product = await startProduct({ camera: await stagedVideo() }, async (page, server) => {
    await api(page, server, "PATCH", "/cameras/1", { recording: true });
    await until("three recorded segments", async () => (await recordings(page, server)).length >= 3, { within: 120_000 });
  });
  ({ server, browser, state } = product);
});
after(() => product?.stop());

test("Timeline: recorded segments play one after the other, and events lie on the bar", async t => {
  const page = await browser.page(t, { state });
  const [first, second] = (await recordings(page, server)).sort((a, b) => Date.parse(a.begin) - Date.parse(b.begin));
  await page.goto(`${server.url}/timeline?camera=1`);
  await page.getByRole("heading", { level: 1, name: "Timeline" }).waitFor();
  const clock = page.locator("[data-time]");
  await clock.waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await shot(page, "timeline");
  const at = async () => Number(await clock.getAttribute("data-time"));
  await until("the first segment to play", async () => (await at()) > Date.parse(first.begin) + 500, { within: 20_000 });
  // Near its end, so that the test need not wait for all of it.
  await page.evaluate(() => {
    for (const video of document.querySelectorAll("video")) if (!video.paused) video.currentTime = Math.max(0, video.duration - 1);
  });
  await until("the second segment to play", async () => (await at()) > Date.parse(second.begin) + 300, { within: 20_000 });
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  for (let i = 0; i < 6; ++i) await page.getByRole("button", { name: "Zoom in" }).click();
  await shot(page, "timeline-near");
  const bar = page.getByRole("slider", { name: "Time of the recording" });
  const before = await at();
  await bar.focus();
  await page.keyboard.press("ArrowLeft");
  await until("the key to go back", async () => (await at()) < before);
});
