// What a camera recorded, on the timeline, and what becomes of it when the camera goes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { api, beginToday, startProduct, until } from "./support/product.mjs";
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
const recordedEvent = async (page, server) => {
  const all = await recordings(page, server);
  const { events } = await api(page, server, "GET", "/events?camera=1&oldest_first=true");
  return events.find(({ begin, end }) => begin > all[0].begin && end < all.at(-1).end);
};
before(async () => {
  await beginToday();
  product = await startProduct({ camera: await stagedVideo() }, async (page, server) => {
    await api(page, server, "PATCH", "/cameras/1", { recording: true });
    await until("three recorded segments", async () => (await recordings(page, server)).length >= 3, { within: 120_000 });
    await until("an event in a recorded segment", async () => recordedEvent(page, server), { within: 120_000 });
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

  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const event = await recordedEvent(page, server);
  const mark = page.locator(`[data-event="${event.id}"]`);
  const listed = page.getByRole("list", { name: "Events of this day" }).getByRole("listitem");
  await listed.filter({ has: page.locator(`a[href$="/events/${event.id}"]`) }).getByRole("button").click();
  await until("the event's beginning to be shown", async () => Math.abs((await at()) - Date.parse(event.begin)) < 500);
  const [lies, head, all] = [await mark.boundingBox(), await page.locator("[data-playhead]").boundingBox(), await bar.boundingBox()];
  assert.ok(Math.abs(lies.x - head.x) < 20, `the mark begins at ${lies.x} px, the playhead at its time at ${head.x} px`);
  assert.ok(lies.x >= all.x - 20 && lies.x + lies.width <= all.x + all.width + 20 && lies.y >= all.y, "the mark lies on the bar");
  assert.equal(await mark.getAttribute("data-kind"), "violence");
  await shot(page, "timeline-event");
});

test("Timeline: the way back from an event leads to the camera and the day that it was opened from", async t => {
  const page = await browser.page(t, { state });
  const { id, begin } = await recordedEvent(page, server);
  const day = new Date(begin).toLocaleDateString("sv");
  await page.goto(`${server.url}/timeline?camera=1&day=${day}`);
  await page.getByRole("list", { name: "Events of this day" }).locator(`a[href$="/events/${id}"]`).click();
  await page.waitForURL(`**/events/${id}`);
  await page.getByRole("main").getByRole("link", { name: "Timeline" }).click();
  await page.waitForURL(`**/timeline?camera=1&day=${day}`);
});

test("Timeline: an address that names no day shows today", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/timeline?camera=1&day=x`);
  await page.getByRole("slider", { name: "Time of the recording" }).waitFor();
});

test("Timeline: what is recorded meanwhile appears by itself", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/timeline?camera=1`);
  const stretch = page.locator("[data-until]").last();
  await stretch.waitFor();
  const end = async () => Number(await stretch.getAttribute("data-until"));
  const before = await end();
  await until("the recorded stretch to grow", async () => (await end()) > before);
});

test("Timeline: what the bar shows is pinned, is marked so, and is unpinned again", async t => {
  const page = await browser.page(t, { state });
  // Its last segment is whole before this is answered: the list grows no more.
  await api(page, server, "PATCH", "/cameras/1", { recording: false });
  const [{ begin, end }] = await recordings(page, server);
  const inside = new Date((Date.parse(begin) + Date.parse(end)) / 2).toISOString();
  await api(page, server, "PATCH", `/cameras/1/recordings?from=${inside}&until=${inside}`, { pinned: true });
  await page.goto(`${server.url}/timeline?camera=1`);
  const pins = async () => (await recordings(page, server)).filter(({ pinned }) => pinned).length;
  const pin = page.getByRole("button", { name: "Pin what the bar shows", exact: true });
  const unpin = page.getByRole("button", { name: "Unpin what the bar shows", exact: true });
  // Only some are pinned: both are offered.
  await pin.waitFor();
  await unpin.click();
  await unpin.waitFor({ state: "detached" });
  assert.equal(await pins(), 0);
  for (let i = 0; i < 8; ++i) await page.getByRole("button", { name: "Zoom in" }).click();
  await pin.click();
  await page.getByText("no retention rule removes these recordings").waitFor();
  await page.locator("[data-pinned]").first().waitFor();
  assert.ok((await pins()) > 0);
  await shot(page, "timeline-pinned");
  await pin.waitFor({ state: "detached" });
  await unpin.click();
  await page.getByText("no longer pinned").last().waitFor();
  await until("the pins to be off", async () => (await pins()) === 0);
});

test("A camera with recordings is deleted with them once that is said, and not before", async t => {
  const page = await browser.page(t, { state, expects: /status of 409/ });
  await page.goto(`${server.url}/cameras`);
  await page.locator('[data-camera="1"]').getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: /^Delete the camera/ });
  await dialog.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("alert").filter({ hasText: "has recordings" }).waitFor();
  await shot(page, "camera-with-recordings");
  await dialog.getByRole("checkbox", { name: "Delete its recordings too" }).check();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The camera was deleted").waitFor();
  assert.deepEqual(await api(page, server, "GET", "/cameras"), []);
});
