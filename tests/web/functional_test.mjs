// Table II of the document: the modules at work.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { lan, shot } from "./support/browser.mjs";
import { admin, logIn, startProduct } from "./support/product.mjs";
import { stagedVideo } from "./support/video.mjs";

let product;
let server;
let browser;
let state;
before(async () => {
  product = await startProduct({ camera: await stagedVideo() });
  ({ server, browser, state } = product);
});
after(() => product?.stop());

const uploaded = page => page.locator("[data-job]").filter({ hasText: "fight.mp4" });

test("Table II, case 1: camera ids are shown, and the feed of the chosen one starts", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/live`);
  await page.getByRole("link", { name: /^Camera #1/ }).waitFor();
  await page.getByRole("textbox", { name: "Choose a camera" }).click();
  await page.getByRole("option", { name: /#1/ }).click();
  await page.waitForURL("**/live/1");
  await page.waitForFunction(() => document.querySelector("video")?.currentTime > 0);
  await shot(page, "table-2-camera-chosen");
});

test("Table II, case 2: an uploaded video is processed, and the record is saved in the repository", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/upload`);
  await page.locator("input[type=file]").setInputFiles(await stagedVideo({ name: "fight.mp4" }));
  await uploaded(page).and(page.locator("[data-state=done]")).waitFor({ timeout: 90_000 });
  await uploaded(page).getByText(/1 event found/).waitFor();
  await shot(page, "table-2-processed");
  await uploaded(page).getByRole("link", { name: "Show in the repository" }).click();
  await page.waitForURL("**/repository?job=*");
  await page.locator("[data-event]").first().waitFor();
});

async function openEvent(page) {
  await page.goto(`${server.url}/upload`);
  await uploaded(page).locator("[data-event]").first().click();
  await page.waitForURL("**/events/*");
  await page.getByRole("heading", { level: 1, name: /Violence · fight\.mp4/ }).waitFor();
}

test("Table II, case 3: the images of culprits are extracted", async t => {
  const page = await browser.page(t, { state });
  await openEvent(page);
  const culprits = page.locator("[data-culprit=true]");
  await culprits.first().waitFor();
  assert.equal(await culprits.count(), 2, "the two people of the fight, not the one below");
  const picture = culprits.first().getByRole("img", { name: /^Picture 1 of person/ });
  await picture.scrollIntoViewIfNeeded();
  await page.waitForFunction(image => image.complete && image.naturalWidth > 0, await picture.elementHandle());
  await shot(page, "table-2-culprits");
});

test("Table II, case 4: the report shows the result video, details and images of culprits", async t => {
  const page = await browser.page(t, { state });
  await openEvent(page);
  const video = page.getByLabel("Clip of the event");
  await page.waitForFunction(element => element.readyState >= 2, await video.elementHandle());
  await page.getByRole("heading", { name: "Details" }).waitFor();
  const [report] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "Report", exact: true }).click()]);
  await report.waitForLoadState();
  assert.match(await report.title(), /Vigil/);
  assert.ok((await report.locator("video").count()) > 0, "the report holds the video");
  assert.ok((await report.locator("img").count()) > 0, "the report holds pictures");
  await shot(report, "table-2-report");
});

test("Over plain HTTP in a local network a video is uploaded too, and the pages say what browsers keep back there", async t => {
  const page = await browser.page(t);
  const url = server.url.replace("127.0.0.1", lan);
  await logIn(page, { url }, admin);
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await page.goto(`${url}/upload`);
  await page.locator("input[type=file]").setInputFiles(await stagedVideo({ name: "near.mp4", fight: "0" }));
  await page.locator("[data-job]").filter({ hasText: "near.mp4" }).and(page.locator("[data-state=done]")).waitFor({ timeout: 90_000 });
  await page.goto(`${url}/settings/profile`);
  await page.getByText("an unencrypted connection does not allow notifications").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("home automation");
  await page.getByRole("button", { name: "Create token" }).click();
  await page.getByText("mark it and copy it yourself").waitFor();
});

const chunk = 8 * 1024 * 1024;  // of src/upload/uploader.ts

test("An upload that breaks off goes on where it ended when the same file is chosen again", async t => {
  const page = await browser.page(t, { state, expects: /net::ERR_FAILED/ });
  const folder = await mkdtemp(join(tmpdir(), "vigil-web-upload-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "long.mp4");
  await writeFile(file, randomBytes(2.5 * chunk));
  let broken = true;
  const offsets = [];
  await page.route("**/api/v1/uploads/*", route => {
    const request = route.request();
    if (request.method() !== "PATCH") return route.continue();
    const offset = Number(request.headers()["upload-offset"]);
    if (broken && offset >= chunk) return route.abort();
    offsets.push(offset);
    return route.continue();
  });
  await page.goto(`${server.url}/upload`);
  const input = page.locator("input[type=file]");
  await input.setInputFiles(file);
  await page.locator("[data-upload=sending]").filter({ hasText: "long.mp4" }).waitFor();
  await page.waitForRequest(request => request.method() === "PATCH" && request.headers()["upload-offset"] === String(chunk));
  await shot(page, "upload-broken-off");
  await page.goto("about:blank");
  broken = false;
  await page.goto(`${server.url}/upload`);
  await input.setInputFiles(file);
  await page.locator("[data-job]").filter({ hasText: "long.mp4" }).and(page.locator("[data-state=failed]")).waitFor();
  assert.deepEqual(offsets, [0, chunk, 2 * chunk], "no byte is sent twice");
  await shot(page, "upload-not-a-video");
});
