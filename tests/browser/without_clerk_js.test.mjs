// Inkwell without a copy of clerk-js: no npm, or no network, when ./dev up ran.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stack } from "./stack.mjs";
import { launchBrowser, someEmail, Visitor } from "./visitor.mjs";

let stack;
let browser;
before(async () => {
  stack = await Stack.start({ "clerk-emulator": { EMULATOR_CLERK_JS_DIR: "" } });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

test("The page explains itself, and signs people in by the emulator's own form", async () => {
  const email = someEmail("ada");
  const ada = await Visitor.arrive(browser, stack);
  const { page } = ada;
  await page.goto("/sign-up");
  await page.getByText("Clerk’s own form is missing").waitFor();
  await ada.photograph("without-clerk-js");
  await page.getByLabel("E-mail").fill("nobody");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Please enter an e-mail address.").waitFor();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Create account" }).click();
  await ada.atDesk();
  await ada.post({ title: "All the same" });
  await page.reload();
  await ada.atDesk();
  assert.deepEqual(await ada.titles(), ["All the same"]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "A quiet place" }).waitFor();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.locator("#local-sign-in").getByRole("button", { name: "Sign in" }).click();
  await ada.atDesk();
  assert.deepEqual(await ada.titles(), ["All the same"]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "A quiet place" }).waitFor();
  await page.goto("/account");
  await page.waitForURL("/sign-in?redirect_url=%2Faccount");
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.locator("#local-sign-in").getByRole("button", { name: "Sign in" }).click();
  await page.locator("#account-facts").waitFor();
  await page.goto("/sign-in?redirect_url=https%3A%2F%2Fexample.com");
  await ada.atDesk();
  // Each missing script is a 404, and, being JSON under nosniff, not executed either.
  await ada.leave({ expected: /404|npm\/@clerk\/.* its MIME type/ });
});
