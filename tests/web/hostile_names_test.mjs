// Names and notes that pretend to be pages: every page that lists them shows them as the text that they are.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { analysed, api, startProduct } from "./support/product.mjs";
import { stagedVideo } from "./support/video.mjs";

const hostile = {
  camera: "<img src=x onerror=hacked=1>",
  user: "<script>hacked=1</script> $t(app.save)",
  video: "<svg onload=hacked=1> {{name}}.mp4",
  note: "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe> javascript:hacked=1",
};

let product;
let server;
let browser;
let state;
let event;
before(async () => {
  product = await startProduct({}, async (page, server) => {
    const call = (method, path, body) => api(page, server, method, path, body);
    await call("POST", "/cameras", { name: hostile.camera, address: "rtsp://127.0.0.1:9/none", enabled: false, recording: false });
    await call("POST", "/users", { name: hostile.user, email: "h@example.org", password: "1234567890 abc", role: "viewer", cameras: [1] });
    const job = await analysed(page, server, await stagedVideo({ name: hostile.video }));
    [event] = (await call("GET", `/events?job=${job.id}`)).events;
    await call("PATCH", `/events/${event.id}`, { note: hostile.note });
  });
  ({ server, browser, state } = product);
});
after(() => product?.stop());

const untouched = async (page, where) => assert.equal(await page.evaluate(() => window.hacked), undefined, where);

test("Hostile names and notes are text on every page that lists them", async t => {
  const page = await browser.page(t, { state });
  for (const [path, ...texts] of [
    ["cameras", hostile.camera],
    ["repository", hostile.video, hostile.note],
    [`events/${event.id}`, hostile.video],
    ["review", hostile.video],
    ["upload", hostile.video],
    ["people", hostile.video],
    ["settings/users", hostile.user, hostile.camera],
    ["settings/audit", hostile.camera, hostile.user, hostile.video],
  ]) {
    await page.goto(`${server.url}/${path}`);
    for (const text of texts) await page.getByText(text).first().waitFor();
    await untouched(page, path);
    await shot(page, `hostile-${path.replace("/", "-")}`);
  }
});

test("Questions and tables that quote a hostile name show it as it is", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/settings/users`);
  await page.locator("[data-user]").filter({ hasText: hostile.user }).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: `Delete the account of ${hostile.user}?` }).waitFor();
  await untouched(page, "the question");
});

test("The report of an event shows them as text too", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/api/v1/events/${event.id}/report`);
  await page.getByText(hostile.video).first().waitFor();
  await untouched(page, "the report");
});
