// What people do in the product, for tests that are about something else.
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { startBrowser } from "./browser.mjs";
import { startServer } from "./server.mjs";

export const admin = { name: "admin", email: "admin@example.org", password: "a password of the tests" };

const heading = (page, name) => page.getByRole("heading", { level: 1, name });

// Opens the one-time link and goes through it to the live pictures.
export async function setUp(page, server, who = admin) {
  await page.goto(server.setupLink);
  await page.getByLabel("Username").fill(who.name);
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await heading(page, "Welcome to Vigil").waitFor();
  await page.getByRole("button", { name: "Skip all" }).click();
  await heading(page, "Live").waitFor();
}

// A server, a browser, and the administrator's log-in with which `browser.page(t, { state })` begins; `prepare(page, server)`
// may do more as the administrator.
export async function startProduct(options = {}, prepare = async () => {}) {
  const server = await startServer(options);
  const browser = await startBrowser();
  const stop = async () => {
    await browser.close();
    await server.stop();
  };
  try {
    const state = await browser.stay(async page => {
      await setUp(page, server);
      await prepare(page, server);
    });
    return { server, browser, state, stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

export async function logIn(page, server, { name, password }) {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Username or e-mail").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Login" }).click();
}

// For tests that speak of today: they do not begin on the day before.
export async function beginToday() {
  const left = new Date().setHours(24, 0, 0, 0) - Date.now();
  if (left < 5 * 60_000) await new Promise(fulfil => setTimeout(fulfil, left + 1000));
}

// A request of the API with the page's own session.
export async function api(page, server, method, path, body) {
  const session = await (await page.request.get(`${server.url}/api/v1/session`)).json();
  const answer = await page.request.fetch(`${server.url}/api/v1${path}`, {
    method, headers: { "X-CSRF-Token": session.csrf_token ?? "" }, ...(body === undefined ? {} : { data: body }),
  });
  const text = await answer.text();
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

export async function until(what, ready, { within = 60_000, every = 300 } = {}) {
  const end = Date.now() + within;
  for (;;) {
    const value = await ready();
    if (value) return value;
    assert.ok(Date.now() < end, `still waiting for ${what}`);
    await new Promise(fulfil => setTimeout(fulfil, every));
  }
}

// Uploads a video without the pages, waits for its analysis and gives the job.
export async function analysed(page, server, file) {
  const session = await (await page.request.get(`${server.url}/api/v1/session`)).json();
  const headers = { "X-CSRF-Token": session.csrf_token, "Tus-Resumable": "1.0.0" };
  const { size } = await stat(file);
  const created = await page.request.post(`${server.url}/api/v1/uploads`, {
    headers: { ...headers, "Upload-Length": String(size), "Upload-Metadata": `filename ${Buffer.from(basename(file)).toString("base64")}` },
  });
  assert.equal(created.status(), 201, await created.text());
  const place = new URL(created.headers().location, server.url);
  const sent = await page.request.patch(place.href, {
    headers: { ...headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" }, data: await readFile(file),
  });
  assert.equal(sent.status(), 204, await sent.text());
  const id = Number(place.pathname.split("/").at(-1));
  return until(`the analysis of ${basename(file)}`, async () => {
    const job = await api(page, server, "GET", `/jobs/${id}`);
    assert.notEqual(job.state, "failed", job.message);
    return job.state === "done" ? job : null;
  });
}
