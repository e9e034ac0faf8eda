// Settings: users, alerts, retention, tokens, audit log, sessions; and an upload that is paused and goes on.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { shot } from "./support/browser.mjs";
import { admin, api, logIn, startProduct, until } from "./support/product.mjs";

let product;
let server;
let browser;
let state;
before(async () => {
  product = await startProduct();
  ({ server, browser, state } = product);
});
after(() => product?.stop());

async function open(t, tab) {
  const page = await browser.page(t, { state });
  await page.goto(`${server.url}/settings/${tab}`);
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  return page;
}

test("Users: an operator is created and may not see the settings of all", async t => {
  const page = await open(t, "users");
  await page.getByRole("button", { name: "Create account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Username").fill("anna");
  await dialog.getByLabel("E-mail").fill("anna@example.org");
  await dialog.getByLabel("Password", { exact: true }).fill("1234567890 anna");
  await dialog.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("row", { name: /anna/ }).waitFor();
  await shot(page, "settings-users");

  const own = await browser.page(t);
  await logIn(own, server, { name: "anna", password: "1234567890 anna" });
  await own.getByRole("link", { name: "Upload" }).waitFor();
  await own.goto(`${server.url}/settings`);
  await own.getByRole("tab", { name: "Profile" }).waitFor();
  assert.equal(await own.getByRole("tab", { name: "Users" }).count(), 0);
});

test("Alerts: a webhook and a rule are made, and a test alert arrives", async t => {
  const heard = [];
  const hook = createServer((request, answer) => {
    request.resume();
    heard.push(request.headers);
    answer.writeHead(204).end();
  });
  await new Promise(fulfil => hook.listen(0, "127.0.0.1", fulfil));
  t.after(() => hook.close());

  const page = await open(t, "alerts");
  await page.getByRole("button", { name: "Add channel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: false }).first().fill("Pager");
  await dialog.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${hook.address().port}/in`);
  await dialog.getByLabel("Secret that signs messages").fill("a secret of the tests");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Pager").waitFor();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await until("the test alert", () => heard.length > 0, { within: 20_000 });

  await page.getByRole("button", { name: "Add rule" }).click();
  await dialog.getByLabel("Name", { exact: false }).first().fill("Violence at once");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Violence at once").waitFor();
  await shot(page, "settings-alerts");
  const alerts = await api(page, server, "GET", "/alerts");
  assert.equal(alerts.channels.length, 1);
  assert.equal(alerts.channels[0].secret, undefined, "secrets are not given back");
  assert.deepEqual(alerts.rules[0].channels, [alerts.channels[0].id]);
});

test("Retention: a rule is added and told as a sentence", async t => {
  const page = await open(t, "retention");
  await page.getByRole("button", { name: "Add rule" }).click();
  await page.getByRole("textbox", { name: "Days" }).last().fill("9");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.getByText(/\b9 days/).first().waitFor();
  await shot(page, "settings-retention");
});

test("A token is shown once, a session can be ended, and the log tells of it all", async t => {
  const page = await open(t, "profile");
  await page.getByLabel("Name", { exact: true }).fill("home automation");
  await page.getByRole("button", { name: "Create token" }).click();
  await page.getByText("Copy this token now").waitFor();
  const token = await page.locator("code").first().textContent();
  const answer = await page.request.get(`${server.url}/api/v1/events`, { headers: { Authorization: `Bearer ${token}`, Cookie: "" } });
  assert.equal(answer.status(), 200);

  const other = await browser.page(t, { expects: /\b401\b/ });
  await logIn(other, server, admin);
  await other.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  await page.reload();
  await page.locator("section").filter({ hasText: "Where you are logged in" }).getByRole("button", { name: "Log out" }).first().click();
  await page.getByText("That session has ended").waitFor();
  await shot(page, "settings-profile");
  await other.getByRole("link", { name: "Repository" }).click();
  await other.waitForURL("**/login*");

  await page.goto(`${server.url}/settings/audit`);
  await page.getByRole("cell", { name: "log-in" }).first().waitFor();
  await shot(page, "settings-audit");
});
