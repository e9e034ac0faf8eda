// Table III of the document, integration test 1: the repository.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { analysed, api, startProduct } from "./support/product.mjs";
import { stagedVideo } from "./support/video.mjs";

let product;
let server;
let browser;
let state;
before(async () => {
  product = await startProduct({}, async (page, server) => {
    await analysed(page, server, await stagedVideo({ name: "first.mp4" }));
    await analysed(page, server, await stagedVideo({ name: "second.mp4", fight: "between(t,3,6)" }));
  });
  ({ server, browser, state } = product);
});
after(() => product?.stop());

const cards = page => page.locator("[data-event]");

async function openRepository(t, search = "") {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/repository${search}`);
  return page;
}

async function openFirst(t) {
  const page = await openRepository(t);
  await cards(page).first().click();
  await page.waitForURL("**/events/*");
  return page;
}

test("Table III, integration test 1, case 1: View Repository shows all events that are saved", async t => {
  const page = await openRepository(t);
  await cards(page).nth(1).waitFor();
  const { events } = await api(page, server, "GET", "/events");
  assert.equal(await cards(page).count(), events.length);
  await shot(page, "table-3-repository");
});

test("Table III, integration test 1, case 2: the video of a violent event plays on the screen", async t => {
  const page = await openFirst(t);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForFunction(() => document.querySelector("video")?.currentTime > 0.5);
  const canvas = page.locator("canvas");
  await page.waitForFunction(element => Number(element.dataset.people) > 0, await canvas.elementHandle());
  await shot(page, "table-3-event-video");
});

test("Table III, integration test 1, case 3: date and time of the violent event are shown with its video", async t => {
  const page = await openFirst(t);
  const id = Number(page.url().split("/").at(-1));
  const event = await api(page, server, "GET", `/events/${id}`);
  await page.getByRole("heading", { name: "Details" }).waitFor();
  const time = page.locator(`time[datetime="${event.begin}"]`);
  await time.waitFor();
  assert.match(await time.textContent(), new RegExp(String(new Date(event.begin).getFullYear())));
  await page.getByText("Time", { exact: true }).waitFor();
  await page.getByLabel("Clip of the event").waitFor();
  await shot(page, "table-3-event-details");
});

test("Table III, integration test 1, case 4: View Culprits shows their images", async t => {
  const page = await openFirst(t);
  await page.getByRole("heading", { name: "Culprits" }).waitFor();
  const pictures = page.locator("[data-culprit=true] img");
  await pictures.first().waitFor();
  assert.ok((await pictures.count()) >= 2);
  await page.getByText(/No face/).first().waitFor();
  await page.goto(`${server.url}/people`);
  await page.locator("[data-culprit=true] img").first().waitFor();
  await shot(page, "table-3-culprits");
});

test("Table III, integration test 1, case 5: a search by date shows the events of that date", async t => {
  const page = await openRepository(t);
  await cards(page).first().waitFor();
  await page.getByText("Today", { exact: true }).click();
  await page.waitForURL(/from=\d{4}-\d{2}-\d{2}&until=/);
  await cards(page).nth(1).waitFor();
  await shot(page, "table-3-search");
  const empty = await openRepository(t, "?from=2022-07-28&until=2022-07-28");
  await empty.getByText("Nothing matches").waitFor();
  assert.equal(await cards(empty).count(), 0);
});

test("Table III, integration test 1, case 6: a deleted event is erased and gone from the screen", async t => {
  const page = await openFirst(t);
  const id = Number(page.url().split("/").at(-1));
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await shot(page, "table-3-delete-question");
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL("**/repository");
  await page.getByText("The event was deleted").waitFor();
  await page.locator(`[data-event="${id}"]`).waitFor({ state: "detached" });
  await cards(page).first().waitFor();
  await shot(page, "table-3-deleted");
  const { events } = await api(page, server, "GET", "/events");
  assert.ok(events.every(event => event.id !== id));
});
