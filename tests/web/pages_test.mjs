// The other pages: review by keyboard, zones, training, phones, Russian, and each page once for its looks.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { analysed, api, logIn, setUp, startProduct, until } from "./support/product.mjs";
import { run, trainingRuns } from "./support/runs.mjs";
import { startServer } from "./support/server.mjs";
import { stagedVideo } from "./support/video.mjs";

let product;
let server;
let unplayable;  // with a camera of a coding that browsers do not play
let browser;
let state;
let runs;
before(async () => {
  runs = await trainingRuns();
  product = await startProduct({ camera: await stagedVideo(), runs }, async (page, server) => {
    await api(page, server, "PATCH", "/cameras/1", { recording: true });
    for (const name of ["one.mp4", "two.mp4", "three.mp4"]) await analysed(page, server, await stagedVideo({ name }));
  });
  ({ server, browser, state } = product);
});
after(async () => {
  await unplayable?.stop();
  await product?.stop();
  if (runs) await rm(runs, { recursive: true });
});

const title = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
const reviewOf = async (page, id) => (await api(page, server, "GET", `/events/${id}`)).review;

test("Review goes by keyboard: keep, dismiss, undo, pin, note, help", async t => {
  const page = await browser.page(t, { state });
  // The camera may add events meanwhile: what counts is the list that the page got.
  const listed = page.waitForResponse(answer => answer.url().includes("oldest_first=true"));
  await page.goto(`${server.url}/review`);
  const [first, second, third] = (await (await listed).json()).events.map(event => event.id);
  const progress = text => page.getByRole("status").filter({ hasText: text }).waitFor();
  await progress(/^1 of /);
  await page.getByLabel("Clip of the event").waitFor();
  await shot(page, "review");

  await page.keyboard.press("k");
  await progress(/^2 of /);
  await until("the first to be kept", async () => (await reviewOf(page, first)) === "kept");
  await page.getByLabel("Clip of the event").waitFor();
  await page.keyboard.press("d");
  await progress(/^3 of /);
  await until("the second to be dismissed", async () => (await reviewOf(page, second)) === "dismissed");
  await page.keyboard.press("u");
  await progress(/^2 of /);
  await until("the second to be new again", async () => (await reviewOf(page, second)) === "new");

  await page.keyboard.press("j");
  await progress(/^3 of /);
  await page.getByLabel("Clip of the event").waitFor();
  await page.keyboard.press("p");
  await until("the third to be pinned", async () => (await api(page, server, "GET", `/events/${third}`)).pinned);
  await page.getByRole("button", { name: "Unpin" }).waitFor();
  await page.keyboard.press("n");
  await page.keyboard.type("Kept for the police, k and d are letters here");
  await page.keyboard.press("Control+Enter");
  await until("the note", async () => (await api(page, server, "GET", `/events/${third}`)).note.startsWith("Kept for the police"));
  await progress(/^3 of /);

  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
  await shot(page, "review-shortcuts");
});

// A camera has no picture to show at first.
const noPicture = /status of 409/;

test("Zones are drawn with the pointer and moved with keys, and a rule uses them", async t => {
  const page = await browser.page(t, { state, expects: noPicture });
  await page.goto(`${server.url}/cameras/1`);
  await title(page, /Zones and rules/);
  const picture = page.getByRole("img", { name: "Picture of the camera" });
  await until("the camera's picture", async () => {
    if (await picture.evaluate(image => image.naturalWidth > 0)) return true;
    await page.getByRole("button", { name: "Take a new picture" }).click();
    return false;
  }, { every: 1000 });
  await page.getByRole("button", { name: "Add zone" }).click();
  await page.getByLabel("Name", { exact: true }).fill("yard");

  const corner = page.getByRole("button", { name: "Corner 1 of yard" });
  const box = await picture.boundingBox();
  const from = await corner.boundingBox();
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.2, { steps: 5 });
  await page.mouse.up();
  await corner.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.getByLabel("Point 2, from the left").fill("90");

  await page.getByRole("button", { name: "Add rule" }).click();
  await page.getByLabel("Name of the rule").fill("nobody in the yard");
  await shot(page, "zones");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();

  const { scene } = await api(page, server, "GET", "/cameras/1");
  const [x, y] = scene.zones[0].polygon[0];
  assert.ok(Math.abs(x - 0.11) < 0.02 && Math.abs(y - 0.21) < 0.02, `the corner is at ${x}, ${y}`);
  assert.equal(scene.zones[0].polygon[1][0], 0.9);
  assert.equal(scene.rules[0].name, "nobody in the yard");
  assert.equal(scene.rules[0].zone, "yard");
});

test("A scene is gone through by keyboard, a shape and then its corners, and is not left with changes by mistake", async t => {
  const page = await browser.page(t, { state, expects: noPicture });
  const from = left => [[left, 0.1], [left + 0.2, 0.1], [left + 0.2, 0.3], [left, 0.3]];
  const zones = [{ name: "left", polygon: from(0.1) }, { name: "right", polygon: from(0.6) }];
  await api(page, server, "PATCH", "/cameras/1", { scene: { zones, lines: [], masks: [], threshold: null, rules: [] } });
  await page.goto(`${server.url}/cameras/1`);
  await page.getByRole("button", { name: "Zone left" }).focus();
  for (const name of ["Corner 1 of left", "Corner 2 of left", "Corner 3 of left", "Corner 4 of left", "Zone right", "Corner 1 of right"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), name);
  }
  await page.keyboard.press("ArrowRight");
  const unsaved = page.getByRole("region", { name: "Changes are not saved yet" });
  await unsaved.waitFor();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await page.getByRole("link", { name: "Repository" }).click();
  await question.getByRole("button", { name: "Stay" }).click();
  await title(page, /Zones and rules/);
  await unsaved.getByRole("button", { name: "Save" }).click();
  await unsaved.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Corner 1 of right" }).press("ArrowRight");
  await unsaved.waitFor();
  await page.getByRole("link", { name: "Repository" }).click();
  await question.getByRole("button", { name: "Discard" }).click();
  await title(page, "Repository");
  const kept = await api(page, server, "GET", "/cameras/1");
  assert.equal(kept.scene.zones[1].polygon[0][0], 0.61);
});

test("Training shows a run's curves, epochs counted from 1, and its confusion matrix", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/training`);
  await page.getByRole("heading", { level: 2, name: run.name }).waitFor();
  for (const [name, curves] of [["Loss", 2], ["Accuracy and AUC", 5]]) {
    const chart = page.getByRole("img", { name, exact: true });
    await chart.waitFor();
    const drawn = await chart.locator("path").evaluateAll(paths => paths.map(path => path.getAttribute("d")));
    assert.equal(drawn.length, curves, `curves of ${name}`);
    assert.ok(drawn.every(path => /^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){2}$/.test(path)), `three epochs in ${drawn}`);
    const epochs = (await chart.locator("text").allTextContents()).filter(text => /^\d+$/.test(text));
    assert.deepEqual(epochs, ["1", "2", "3"]);
    assert.ok((await chart.locator("title").allTextContents()).includes("Best: epoch 2"));
  }
  await page.getByText("Validation: AUC", { exact: true }).waitFor();
  const table = page.getByRole("table");
  assert.deepEqual(await table.locator("td p:first-child").allTextContents(), run.confusion.flat().map(String));
  assert.deepEqual(await table.locator("td p:last-child").allTextContents(), ["80%", "20%", "10%", "90%"]);
  await shot(page, "training");
});

test("The live picture fills the screen", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/live/1`);
  await page.locator("[data-delay]").waitFor();
  await page.getByRole("button", { name: "Full screen" }).click();
  await page.waitForFunction(() => {
    const picture = document.fullscreenElement?.querySelector("[data-violent]").getBoundingClientRect();
    return picture?.width === innerWidth && picture.height === innerHeight;
  });
});

test("Boxes are drawn again after a camera was changed, whose times begin anew", async t => {
  const page = await browser.page(t, { state });
  const drawn = ([least, most]) => {
    const time = document.querySelector("video")?.currentTime ?? 0;
    return Number(document.querySelector("canvas")?.dataset.people) >= 3 && time > least && time < most && time;
  };
  await page.goto(`${server.url}/live/1`);
  const before = await (await page.waitForFunction(drawn, [20, Infinity], { timeout: 60_000 })).jsonValue();
  await api(page, server, "PATCH", "/cameras/1", { name: "Stage, changed" });
  await page.waitForFunction(drawn, [1, before - 2], { timeout: 60_000 });
});

test("What the browser cannot play is shown as pictures that are pushed", async t => {
  unplayable = await startServer({ camera: await stagedVideo({ name: "mpeg4.mp4", codec: ["mpeg4", "-g", "25"] }) });
  const page = await browser.page(t);
  const snapshots = [];
  page.on("request", request => request.url().includes("/snapshot") && snapshots.push(request.url()));
  await setUp(page, unplayable);
  await page.goto(`${unplayable.url}/live/1`);
  await page.getByText("Single pictures", { exact: true }).waitFor();
  const picture = page.getByRole("img", { name: /^Live picture of/ });
  await picture.waitFor();
  const seen = new Set();
  await until("pictures one after the other", async () => {
    const { src, width } = await picture.evaluate(image => ({ src: image.src, width: image.naturalWidth }));
    if (width === 320) seen.add(src);
    return seen.size >= 10;
  }, { every: 150 });
  await page.locator("[data-delay]").waitFor();
  await shot(page, "live-pictures");
  assert.ok([...seen].every(src => src.startsWith("blob:")));
  assert.deepEqual(snapshots, []);
  const plain = page.waitForEvent("websocket", socket => socket.url().endsWith("/live/pictures?boxes=false"));
  await page.getByText("Boxes", { exact: true }).click();
  await plain;
  await picture.waitFor();
});

// The pages, and what is there once their data have come.
const pages = {
  "live": "[data-delay]",
  "live/1": "[data-delay]",
  "review": "video",
  "repository": "[data-event]",
  "upload": "[data-job]",
  "timeline": "[role=slider]",
  "cameras": "[data-camera]",
  "cameras/1": "img[src*=snapshot]",
  "people": "[data-culprit]",
  "training": "table",
  "settings/profile": "section",
  "settings/appearance": "section",
  "settings/users": "tbody tr",
  "settings/retention": "section li",
  "settings/alerts": "section",
  "settings/audit": "tbody tr",
  "settings/general": "input[type=radio]",
};

// Opens a page of those, or one at another path, and waits for all that it shows.
async function see(page, path, data = pages[path]) {
  await page.goto(`${server.url}/${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator(`main :is(${data})`).first().waitFor();
  await page.waitForFunction(() => !document.querySelector("main :is(.mantine-Loader-root, .mantine-Skeleton-root)"));
}

test("On a phone no page is wider than it, and all can be reached", async t => {
  const page = await browser.page(t, { state, width: 375, height: 812, expects: noPicture });
  const { events } = await api(page, server, "GET", "/events?uploads=true");
  for (const [path, data] of [...Object.entries(pages), [`events/${events[0].id}`, "[data-culprit]"]]) {
    await see(page, path, data);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 375, `/${path} is ${wide} px wide`);
    await shot(page, `phone-${path.replace(/^events.*/, "event").replace("/", "-")}`);
  }
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Timeline" }).click();
  await title(page, "Timeline");
});

test("All pages in the dark, and in Russian", async t => {
  const page = await browser.page(t, { state, scheme: "dark", language: "ru" });
  for (const [path, name] of [["live", "Эфир"], ["review", "Разбор"], ["repository", "Архив событий"], ["upload", "Загрузить видео"],
    ["timeline", "Запись"], ["cameras", "Камеры"], ["people", "Люди"], ["training", "Обучение"], ["settings/profile", "Настройки"]]) {
    await see(page, path);
    await title(page, name);
    await shot(page, `russian-${path.replace("/", "-")}`);
  }
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ru");
  await page.goto(`${server.url}/settings/appearance`);
  await page.getByText("English", { exact: true }).click();
  await title(page, "Settings");
});

// The code of an authenticator app (RFC 6238) for the time so many steps of 30 s from now.
function codeOf(secret, later = 0) {
  const bits = [...secret.replace(/[^A-Z2-7]/g, "")].map(letter => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = mac[mac.length - 1] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("A second factor is set up with its QR code and asked for at the next log-in", async t => {
  const careful = { name: "careful", email: "careful@example.org", password: "1234567890 abc" };
  const page = await browser.page(t, { state });
  await api(page, server, "POST", "/users", { ...careful, role: "viewer", cameras: [1] });
  const own = await browser.page(t);
  await logIn(own, server, careful);
  await title(own, "Live");
  await own.goto(`${server.url}/settings/profile`);
  await own.getByRole("button", { name: "Turn on" }).click();
  const dialog = own.getByRole("dialog");
  await dialog.getByLabel("Current password", { exact: true }).fill(careful.password);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await dialog.getByRole("img", { name: "QR code of the secret" }).waitFor();
  await shot(own, "second-factor");
  const secret = await dialog.locator("code").textContent();
  await dialog.getByRole("textbox").first().pressSequentially(codeOf(secret));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await own.getByText("The second factor is on").waitFor();

  const next = await browser.page(t, { expects: /status of 401/ });
  await logIn(next, server, careful);
  await next.getByText("Code of your second factor").waitFor();
  await shot(next, "second-factor-log-in");
  await next.getByRole("textbox").first().pressSequentially(codeOf(secret, 1));
  await next.getByRole("button", { name: "Login" }).click();
  await title(next, "Live");
});

test("The keyboard reaches the content, and moving on takes the focus along", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/repository`);
  await title(page, "Repository");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.getByRole("link", { name: "Cameras" }).click();
  await title(page, "Cameras");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
});
