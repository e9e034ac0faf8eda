// Table III of the document, integration test 2: finding violence in videos and live.
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { startProduct } from "./support/product.mjs";
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

const job = (page, name) => page.locator("[data-job]").filter({ hasText: name });
const done = (page, name) => job(page, name).and(page.locator("[data-state=done]")).waitFor({ timeout: 90_000 });

async function upload(t, names) {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/upload`);
  const files = await Promise.all(names.map(name => stagedVideo({ name, fight: name.startsWith("calm") ? "0" : "between(t,4,7)" })));
  await page.locator("input[type=file]").setInputFiles(files);
  return page;
}

test("Table III, integration test 2, case 1: Upload Video; its events are saved and shown", async t => {
  const page = await upload(t, ["fight.mp4"]);
  await done(page, "fight.mp4");
  await page.goto(`${server.url}/repository?uploads=1`);
  await page.locator("[data-event]").filter({ hasText: "fight.mp4" }).first().waitFor();
  await shot(page, "table-3-upload");
});

test("Table III, integration test 2, case 2: Check Video tells whether it contains violence", async t => {
  const page = await upload(t, ["violent.mp4", "calm.mp4"]);
  await done(page, "violent.mp4");
  await done(page, "calm.mp4");
  await job(page, "violent.mp4").getByText("1 event found").waitFor();
  await job(page, "calm.mp4").getByText("No violence found in this video.").waitFor();
  await shot(page, "table-3-check-video");
});

test("Table III, integration test 2, case 3: Live-feed of the selected camera is shown", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/live/1`);
  await page.getByLabel(/^Live picture of/).waitFor();
  await page.waitForFunction(() => document.querySelector("video")?.currentTime > 0);
  const before = await page.evaluate(() => document.querySelector("video").currentTime);
  await page.waitForFunction(then => document.querySelector("video").currentTime > then + 2, before);
  await shot(page, "table-3-live");
});

const green = [52, 209, 122];
const red = [255, 59, 48];

// Waits for a frame with three people, violence or none, over which pixels of about all these colours are drawn.
const drawn = (page, violent, colours) => page.waitForFunction(([violent, colours]) => {
  const canvas = document.querySelector("canvas");
  if (!canvas || Number(canvas.dataset.people) < 3 || Number(canvas.dataset.violent) > 0 !== violent) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return colours.every(([r, g, b]) => {
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 200 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 24) return true;
    }
    return false;
  });
}, [violent, colours], { timeout: 60_000 });

test("Table III, integration test 2, case 4: red boxes around culprits when violence occurs, green if not", async t => {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/live/1`);
  await drawn(page, false, [green]);
  await shot(page, "table-3-live-green");
  // Around who fights, and who does not.
  await drawn(page, true, [red, green]);
  await shot(page, "table-3-live-red");
  await page.getByText(/Violence: (happening now|over)/).first().waitFor({ timeout: 60_000 });
  await shot(page, "table-3-live-event");
});
