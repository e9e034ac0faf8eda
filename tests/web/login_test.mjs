// Table I of the document: logging in and creating a profile; before them the first run, which makes the administrator.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shot, startBrowser } from "./support/browser.mjs";
import { admin, api, logIn, setUp } from "./support/product.mjs";
import { startServer } from "./support/server.mjs";

// The document's passwords are too short for this system, which wants ten characters.
const member = { name: "taheena123", email: "taheena@example.org", password: "1234567890 123" };
const newcomer = { name: "L001", email: "abc@gmail.com", password: "1234567890 1234" };

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const alert = page => page.getByRole("alert");

test("First run: the one-time link makes the administrator, once", async t => {
  const page = await browser.page(t);
  await page.goto(server.url);
  await page.getByText("Vigil is not set up yet").waitFor();
  await shot(page, "first-run-not-set-up");
  await setUp(page, server);
  await shot(page, "first-run-live");

  const other = await browser.page(t);
  await other.goto(server.setupLink);
  await other.waitForURL("**/login");

  // What the next tests need.
  await page.goto(`${server.url}/settings/general`);
  await page.getByRole("radio", { name: "Everybody", exact: true }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await api(page, server, "POST", "/users", { ...member, role: "operator", cameras: [] });
});

test("Table I, unit test 1, case 1: Login with correct input data leads to the main page", async t => {
  const page = await browser.page(t);
  await logIn(page, server, member);
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  await page.getByRole("button", { name: `Account of ${member.name}` }).waitFor();
  await shot(page, "table-1-login-main-page");
});

test("Table I, unit test 1, case 2: Login without any data says that username or password is empty", async t => {
  const page = await browser.page(t);
  await logIn(page, server, { name: "", password: "" });
  await alert(page).filter({ hasText: "Username or password is empty" }).waitFor();
  await shot(page, "table-1-login-empty");
});

test("Table I, unit test 1, case 3: Login with incorrect data says that username or password is incorrect", async t => {
  const page = await browser.page(t, { expects: /status of 401/ });
  await logIn(page, server, { name: "Dsjf", password: "cnxbcdj" });
  await alert(page).filter({ hasText: "Username or password is incorrect" }).waitFor();
  assert.ok(page.url().includes("/login"));
  await shot(page, "table-1-login-incorrect");
});

async function signUp(page, { name, email, password }) {
  await page.goto(`${server.url}/login`);
  await page.getByRole("link", { name: "Create a profile" }).click();
  await page.getByRole("heading", { name: "Create a profile" }).waitFor();
  await page.getByLabel("Username", { exact: true }).fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign up" }).click();
}

test("Table I, unit test 2, case 1: Signup with correct data creates the profile and says so", async t => {
  const page = await browser.page(t);
  await signUp(page, newcomer);
  await page.getByRole("status").filter({ hasText: "Your profile has been created" }).waitFor();
  await shot(page, "table-1-sign-up-done");
  await page.getByRole("link", { name: "To the log-in" }).click();
  await logIn(page, server, newcomer);
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
});

test("Table I, unit test 2, case 2: Signup with a used username or e-mail says that it is in use", async t => {
  const page = await browser.page(t, { expects: /status of 409/ });
  await signUp(page, newcomer);
  await alert(page).filter({ hasText: "Username or e-mail is already in use" }).waitFor();
  await shot(page, "table-1-sign-up-in-use");
  await signUp(page, { ...newcomer, name: "L002" });
  await alert(page).filter({ hasText: "Username or e-mail is already in use" }).waitFor();
});

test("With approval, a new profile waits for an administrator", async t => {
  const page = await browser.page(t);
  await logIn(page, server, admin);
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  await api(page, server, "PUT", "/settings", { sign_up: "approval" });

  const other = await browser.page(t);
  const waiting = { name: "L003", email: "l003@example.org", password: "1234567890 1234" };
  await signUp(other, waiting);
  await other.getByRole("status").filter({ hasText: "An administrator must approve it" }).waitFor();

  await page.goto(`${server.url}/settings/users`);
  await page.getByRole("row", { name: /L003/ }).getByRole("button", { name: "Approve" }).click();
  await page.getByText("L003 can log in now").waitFor();
  await shot(page, "users-approved");
  await logIn(other, server, waiting);
  await other.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  assert.equal(await other.getByRole("link", { name: "Upload" }).count(), 0, "a viewer may not upload");
});
