// Table III of the document, integration test 1: the repository.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { analysed, api, beginToday, startProduct } from "./support/product.mjs";
import { stagedVideo } from "./support/video.mjs";

let product;
let server;
let browser;
let state;
before(async () => {
  await beginToday();
  product = await startProduct({}, async (page, server) => {
    await analysed(page, server, await stagedVideo({ name: "first.mp4" }));
    await analysed(page, server, await stagedVideo({ name: "second.mp4", fight: "between(t,3,6)" }));
  });
  ({ server, browser, state } = product);
});
after(() => product?.stop());

const cards = page => page.locator("[data-event]");

async function openRepository(t, search = "", expects = undefined) {
  const page = await browser.page(t, { state, expects });
  await page.goto(`${server.url}/repository${search}`);
  return page;
}

async function openFirst(t, { search, expects } = {}) {
  const page = await openRepository(t, search, expects);
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

test("The report of an event speaks the language of who reads it", async t => {
  const page = await browser.page(t, { state, language: "ru" });
  const [{ id }] = (await api(page, server, "GET", "/events")).events;
  await page.goto(`${server.url}/api/v1/events/${id}/report`);
  await page.getByRole("heading", { name: /^Событие \d+/ }).waitFor();
  await page.getByRole("heading", { name: "Как это найдено" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ru");
  await shot(page, "russian-report");
});

test("The report of an event tells in that language what was said of it, and leaves people's own words as they are", async t => {
  const page = await browser.page(t, { state, language: "ru" });
  const [{ id }] = (await api(page, server, "GET", "/events")).events;
  const { people } = await api(page, server, "GET", `/events/${id}`);
  await api(page, server, "PATCH", `/events/${id}`, { review: "dismissed", caption: "Two of 3 people: a game", note: "Note: seen by Ann" });
  await api(page, server, "PATCH", `/events/${id}/people/${people[0].id}`, { dismissed: true });
  await page.goto(`${server.url}/api/v1/events/${id}/report`);
  await page.getByRole("heading", { level: 1, name: `, событие ${id}` }).waitFor();
  assert.match(await page.title(), new RegExp(`, событие ${id} · Vigil$`));
  const said = await page.locator("p.note").allTextContents();
  assert.deepEqual(said.slice(-4), ["Отклонено как ложное.", "Описание: Two of 3 people: a game", "Заметка: Note: seen by Ann",
    `Непричастные люди не показаны: 1 из ${people.length}.`]);
  await api(page, server, "PATCH", `/events/${id}`, { review: "new", caption: "", note: "" });
  await api(page, server, "PATCH", `/events/${id}/people/${people[0].id}`, { dismissed: false });
});

test("A pinned event is not deleted, and its page stays and says why", async t => {
  const page = await openFirst(t, { expects: /status of 409/ });
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await page.getByText("Pinned: no retention rule removes it").waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: "Take the pin off" }).waitFor();
  await page.getByRole("button", { name: "Unpin" }).click();
  await page.getByText("Unpinned", { exact: true }).waitFor();
});

test("The way back from an event leads to the search that it was opened from", async t => {
  const page = await openFirst(t, { search: "?kind=violence" });
  await page.getByRole("main").getByRole("link", { name: "Repository" }).click();
  await page.waitForURL("**/repository?kind=violence");
});

test("Words can be typed with spaces between them while the search goes on", async t => {
  const page = await openRepository(t);
  const words = page.getByRole("textbox", { name: "Words in notes, rules, names" });
  await words.pressSequentially("first ");
  await page.waitForURL("**/repository?words=first");
  assert.equal(await words.inputValue(), "first ");
  await words.pressSequentially("mp4");
  await page.waitForURL("**/repository?words=first+mp4");
  assert.equal(await words.inputValue(), "first mp4");
});

test("A page of the list that cannot be loaded is told, and asked for again only by hand", async t => {
  const page = await browser.page(t, { state, expects: /net::ERR_FAILED/ });
  let asked = 0;
  await page.route(/\/api\/v1\/events(\?|$)/, async route => {
    const search = new URL(route.request().url()).searchParams;
    if (search.get("after") === "the rest") {
      return ++asked === 1 ? route.abort() : route.fulfill({ json: { events: [], next: null } });
    }
    if (search.has("review")) return route.continue();
    const answer = await route.fetch();
    return route.fulfill({ response: answer, json: { ...(await answer.json()), next: "the rest" } });
  });
  await page.goto(`${server.url}/repository`);
  const failure = page.getByRole("alert").filter({ hasText: "This could not be loaded" });
  await failure.waitFor();
  await cards(page).nth(1).waitFor();
  assert.equal(asked, 1);
  await shot(page, "repository-rest-failed");
  await failure.getByRole("button", { name: "Try again" }).click();
  await failure.waitFor({ state: "detached" });
  assert.equal(asked, 2);
});

test("Table III, integration test 1, case 6: a deleted event is erased and gone from the screen", async t => {
  // Its clip may still be loading.
  const page = await openFirst(t, { expects: /status of 404/ });
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
