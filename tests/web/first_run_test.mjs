// The first run as a person goes through it, step by step, and the pages before log-in on a phone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { shot, startBrowser } from "./support/browser.mjs";
import { admin, api, until } from "./support/product.mjs";
import { startServer } from "./support/server.mjs";
import { stagedVideo } from "./support/video.mjs";

let server;
let browser;
let camera;  // a server that plays one
before(async () => {
  const stream = await readFile(await stagedVideo({ name: "door.ts" }));
  camera = createServer((request, answer) => answer.writeHead(200, { "Content-Type": "video/mp2t" }).end(stream));
  await new Promise(fulfil => camera.listen(0, "127.0.0.1", fulfil));
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  camera?.closeAllConnections();
  camera?.close();
});

const phone = { width: 375, height: 812 };

async function fits(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= phone.width, `${name} is ${wide} px wide`);
  await shot(page, `phone-${name}`);
}

const step = (page, name) => page.getByRole("heading", { level: 2, name }).waitFor();

test("The link of the first run asks for a profile, and says what is wrong with it", async t => {
  const page = await browser.page(t, { ...phone, expects: /status of 422/ });
  await page.goto(server.setupLink);
  await page.getByRole("heading", { level: 1, name: "Set Vigil up" }).waitFor();
  await fits(page, "setup");
  await page.getByRole("button", { name: "Create administrator" }).click();
  for (const text of ["The username is empty", "This is not an e-mail address", "The password is empty"]) await page.getByText(text).waitFor();
  await page.getByLabel("Username").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await page.getByRole("alert").filter({ hasText: "A password must have 10 to 1024 characters" }).waitFor();
  await fits(page, "setup-refused");
});

test("The steps after it: a camera that is tested and added, a video, who may sign up, how long footage is kept", async t => {
  const page = await browser.page(t);
  await page.goto(server.setupLink);
  await page.getByLabel("Username").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await shot(page, "setup");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await page.getByRole("heading", { level: 1, name: "Welcome to Vigil" }).waitFor();

  await step(page, "Add a camera");
  await page.getByRole("button", { name: "Add a camera" }).click();
  await page.getByText("The name is empty").waitFor();
  await page.getByText("The address is empty").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Door");
  await page.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${camera.address().port}/door.ts`);
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const picture = page.getByRole("img", { name: "Picture of this camera" });
  await picture.waitFor();
  await page.waitForFunction(image => image.naturalWidth === 320, await picture.elementHandle());
  await shot(page, "welcome-camera");
  await page.getByRole("button", { name: "Add a camera" }).click();

  await step(page, "Or try a video");
  await shot(page, "welcome-video");
  await page.locator("input[type=file]").setInputFiles(await stagedVideo({ name: "first.mp4" }));
  const jobs = () => api(page, server, "GET", "/jobs");
  await until("the video to be taken", async () => (await jobs()).some(job => job.name === "first.mp4" && job.state !== "uploading"));
  await page.getByRole("button", { name: "Next" }).click();

  await step(page, "Who may create a profile?");
  await page.getByRole("radio", { name: "Everybody", exact: true }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await shot(page, "welcome-people");
  await page.getByRole("button", { name: "Next" }).click();

  await step(page, "How long is footage kept?");
  await page.getByRole("button", { name: "Add rule" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/\b30 days/).first().waitFor();
  await shot(page, "welcome-retention");
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  await page.getByRole("link", { name: /^Camera #1, Door/ }).waitFor();

  assert.equal((await api(page, server, "GET", "/settings")).sign_up, "open");
  assert.equal((await api(page, server, "GET", "/retention")).rules.length, 1);
});

test("On a phone, the steps and the pages before log-in are no wider than it", async t => {
  const page = await browser.page(t, phone);
  await page.goto(`${server.url}/login`);
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  await fits(page, "login");
  await page.getByRole("link", { name: "Create a profile" }).click();
  await page.getByRole("heading", { level: 1, name: "Create a profile" }).waitFor();
  await fits(page, "sign-up");
  await page.getByRole("link", { name: "To the log-in" }).click();
  await page.getByLabel("Username or e-mail").fill(admin.name);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Login" }).click();
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  await page.goto(`${server.url}/welcome`);
  for (const [name, heading, onward] of [["camera", "Add a camera", "Skip"], ["video", "Or try a video", "Next"],
    ["people", "Who may create a profile?", "Next"], ["retention", "How long is footage kept?", "Start"]]) {
    await step(page, heading);
    await fits(page, `welcome-${name}`);
    await page.getByRole("button", { name: onward, exact: true }).click();
  }
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
});
