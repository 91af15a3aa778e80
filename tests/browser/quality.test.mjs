// How good the page is: quick, small, usable by everybody, and how it looks (screenshots are kept for people to look at).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { eventually } from "./eventually.mjs";
import { Stack } from "./stack.mjs";
import { launchBrowser, someEmail, Visitor } from "./visitor.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ASSET_BUDGET = 60_000; // bytes as they are, not as they travel: people on slow lines and slow machines
const FIRST_PAINT_BUDGET_MS = 1_000;

// Violations that keep somebody out.
async function seriousViolations(page) {
  // Through the debugger, so that the page's own policy is not in the way.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe("The page", () => {
  let stack;
  let browser;
  before(async () => {
    stack = await Stack.start();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  async function inspect(visitor, name) {
    await visitor.photograph(name);
    for (const colorScheme of ["light", "dark"]) {
      await visitor.page.emulateMedia({ colorScheme });
      assert.deepEqual(await seriousViolations(visitor.page), [], `${name}, ${colorScheme}`);
    }
    await visitor.page.emulateMedia({ colorScheme: "light" });
  }

  // The first load of the start page: the bytes of our own files, and when it painted.
  async function measure(page, ready) {
    await page.goto("/");
    await ready();
    await eventually(() => page.evaluate(() => Boolean(window.Clerk?.loaded)));
    const { paint, loaded } = await page.evaluate(() => ({
      paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
      loaded: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
        ({ name, decodedBodySize }) => [new URL(name).pathname, decodedBodySize],
      ),
    }));
    const assets = Object.fromEntries(loaded.filter(([path]) => !/^\/(__clerk|api)\//.test(path)));
    const size = Object.values(assets).reduce((sum, bytes) => sum + bytes, 0);
    // The icon in the tab, of which browsers do not tell, is the one in the page.
    for (const path of ["/", "/app.css", "/favicon.svg", "/js/main.js", "/js/text.js"]) assert.ok(assets[path] > 0, path);
    return { paint, size, assets: JSON.stringify(assets) };
  }

  test("paints at once and is small, signed out and signed in", async (t) => {
    // The browser's own first page is not ours.
    await (await browser.newPage()).close();
    const ada = await Visitor.arrive(browser, stack);
    const signedOut = await measure(ada.page, () => ada.page.locator("[data-view=welcome]").waitFor());
    await ada.signUp(someEmail("small"));
    // Signed in, in a browser that has no file yet.
    const again = await Visitor.arrive(browser, stack, { storageState: await ada.context.storageState() });
    const signedIn = await measure(again.page, () => again.atDesk());
    for (const [who, { paint, size, assets }] of Object.entries({ signedOut, signedIn })) {
      t.diagnostic(`${who}: ${size} bytes, first paint after ${Math.round(paint)} ms`);
      assert.ok(size < ASSET_BUDGET, `${who}: ${size} bytes: ${assets}`);
      assert.ok(paint < FIRST_PAINT_BUDGET_MS, `${who}: first paint after ${paint} ms`);
    }
    await again.leave();
    await ada.leave();
  });

  test("shows Clerk's forms in the middle of the column", async () => {
    for (const size of ["wide", "phone"]) {
      const ada = await Visitor.arrive(browser, stack, { size });
      for (const [path, field] of [["/sign-in", "identifier"], ["/sign-up", "emailAddress"]]) {
        await ada.page.goto(path);
        await ada.page.locator(`input[name=${field}]`).waitFor();
        const [column, card] = await Promise.all(["#main", ".cl-cardBox"].map((part) => ada.page.locator(part).boundingBox()));
        const offset = card.x + card.width / 2 - (column.x + column.width / 2);
        assert.ok(Math.abs(offset) < 1, `${path}, ${size}: ${offset} px beside the middle`);
      }
      await ada.leave();
    }
  });

  test("is accessible and photographed in every state", async () => {
    const ada = await Visitor.arrive(browser, stack);
    const { page } = ada;
    await page.goto("/");
    await page.locator("[data-view=welcome]").waitFor();
    await inspect(ada, "welcome");
    await page.goto("/sign-up");
    await page.locator("input[name=emailAddress]").waitFor();
    await ada.photograph("sign-up");
    await page.goto("/sign-in");
    await page.locator("input[name=identifier]").waitFor();
    await ada.photograph("sign-in");
    await ada.signUp(someEmail("ada"));
    await page.locator("#list-empty").waitFor();
    await inspect(ada, "empty");

    await ada.post({ title: "A list of small things", content: "Paper. A window. Rain on the window, and nothing to do until four." });
    await ada.post({ title: "On ink", content: "Iron gall ink was the writing ink of Europe for fourteen centuries.\n\nIt goes on pale, and darkens as it dries.", published: true });
    await ada.post({ title: "What the river said", content: "Line after line, all afternoon.\n".repeat(12) });
    await inspect(ada, "posts");
    await page.locator("#search").fill("ink");
    await page.locator("mark").first().waitFor();
    await inspect(ada, "search");
    await page.locator("#search").fill("nothing like it");
    await page.locator("#list-nothing").waitFor();
    await inspect(ada, "nothing-found");
    await page.locator("#search").fill("");
    await ada.kept("On ink");

    await ada.postCalled("On ink").locator(".edit").click();
    await page.locator(".editor").waitFor();
    await inspect(ada, "editing");
    await page.locator(".editor [name=title]").fill(" ");
    await page.locator(".editor [type=submit]").click();
    await page.locator(".editor [data-error-for=title]").waitFor();
    await inspect(ada, "field-error");
    await page.keyboard.press("Escape");

    await page.locator(".cl-userButtonTrigger").click();
    await page.locator(".cl-userButtonPopoverCard").waitFor();
    await ada.photograph("user-button");
    await page.keyboard.press("Escape");

    await ada.postCalled("On ink").locator(".delete").click();
    // The focus keeps the offer, whatever becomes of the pointer while the page changes its size for the photographs.
    await page.getByRole("button", { name: "Undo" }).focus();
    await page.mouse.move(0, 0);
    await inspect(ada, "deleted");
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await ada.kept("On ink");

    await page.goto("/account");
    await page.locator("#account-facts").waitFor();
    await inspect(ada, "account");
    await page.getByRole("button", { name: "Delete …" }).click();
    await inspect(ada, "delete-account");
    await ada.leave();
  });

  test("has public pages and a page of deliveries that everybody can read", async () => {
    const ada = await Visitor.arrive(browser, stack);
    const { page } = ada;
    await ada.signUp(someEmail("public"));
    await ada.post({ title: `${"W".repeat(60)} and a title that goes on for a while`, content: "long".repeat(60), published: true });
    await ada.post({ title: "Two paragraphs", content: "One.\n\nTwo.", published: true });
    await inspect(ada, "long-title");
    const href = await ada.postCalled("Two paragraphs").locator(".public-link").getAttribute("href");
    await page.goto(href);
    await page.getByRole("heading", { name: "Two paragraphs" }).waitFor();
    await inspect(ada, "author");
    await page.goto("/u/user_unknown");
    await inspect(ada, "no-author");
    const [box, button] = await Promise.all([".list-state", "main .button"].map((part) => page.locator(part).boundingBox()));
    assert.ok(button.y - (box.y + box.height) >= 8, "the button keeps its distance");
    await ada.leave({ expected: /404/ });

    // The emulator is another host: not for a visitor who minds requests to it.
    const operator = await browser.newPage();
    await operator.goto(`${stack.emulator}/_emulator/`);
    await operator.getByText("user.created").first().waitFor();
    await ada.photograph("deliveries", operator);
    assert.deepEqual(await seriousViolations(operator), []);
    await operator.close();
  });

  test("fetches each file of clerk-js once", async () => {
    const ada = await Visitor.arrive(browser, stack);
    const fetched = async () => {
      await ada.page.goto("/");
      await eventually(() => ada.page.evaluate(() => Boolean(window.Clerk?.loaded)));
      return ada.page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .filter(({ name, transferSize }) => name.includes("/__clerk/npm/") && transferSize > 0)
          .map(({ name }) => name),
      );
    };
    const first = await fetched();
    assert.ok(first.some((name) => name.endsWith("/clerk.browser.js")), first.join(" "));
    const second = await fetched();
    assert.deepEqual(second.filter((name) => first.includes(name)), []);
    await ada.leave();
  });

  test("can be used by keyboard alone", async () => {
    const ada = await Visitor.arrive(browser, stack);
    const { page } = ada;
    await ada.signUp(someEmail("keys"));
    assert.equal(await page.evaluate(() => document.activeElement.id), "compose-title", "one can write at once");
    await page.keyboard.type("By hand");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Only keys.");
    await page.keyboard.press("Control+Enter");
    await ada.kept("By hand");
    await ada.postCalled("By hand").locator(".delete").focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await ada.titles(), []);
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await page.locator("#main").focus();
    await page.keyboard.press("Control+z");
    await ada.kept("By hand");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "By hand", "the focus follows the post");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "search");
    await ada.leave();
  });

  test("does not scroll sideways on a phone", async () => {
    const ada = await Visitor.arrive(browser, stack, { size: "phone" });
    await ada.signUp(someEmail("phone"));
    await ada.post({ title: "W".repeat(120), content: `https://example.com/${"long".repeat(60)}`, published: true });
    for (const path of ["/", "/account"]) {
      await ada.page.goto(path);
      await ada.page.locator(".cl-userButtonTrigger").waitFor();
      const [inner, scroll] = await ada.page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
      assert.equal(scroll, inner, path);
    }
    await ada.leave();
  });
});
