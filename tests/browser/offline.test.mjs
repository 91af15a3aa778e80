// Ten minutes without a network, with tokens that live for the minute that Clerk gives them. The page's time jumps, as on a laptop
// that was shut; INKWELL_OFFLINE_MINUTES=10 waits as well for as long as it says.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "./eventually.mjs";
import { Stack } from "./stack.mjs";
import { launchBrowser, someEmail, Visitor } from "./visitor.mjs";

const MINUTE_MS = 60_000;
const REAL_MINUTES = Number(process.env.INKWELL_OFFLINE_MINUTES ?? 0);
// What a browser says by itself about requests that got no answer.
const NO_ANSWER = /Failed to load resource|ERR_/;

describe("A page that was offline", { timeout: (REAL_MINUTES + 5) * MINUTE_MS }, () => {
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

  async function goOffline(visitor) {
    await visitor.context.setOffline(true);
    await visitor.page.getByText("You are offline.").waitFor();
    await visitor.page.locator("#compose-title").fill("Written offline");
  }

  // Without being loaded again: a mark on the window would be gone.
  async function comesBack(visitor, email) {
    const { page } = visitor;
    await page.evaluate(() => (window.sameVisit = true));
    await visitor.context.setOffline(false);
    await page.locator("#banner").waitFor({ state: "hidden" });
    assert.equal(await page.locator("#compose-title").inputValue(), "Written offline");
    await page.locator("#compose [type=submit]").click();
    await visitor.kept("Written offline");
    await visitor.post({ title: "Back again" });
    assert.deepEqual(await visitor.titles(), ["Back again", "Written offline"]);
    assert.equal(await page.evaluate(() => window.sameVisit), true);
    assert.equal(stack.sql(`SELECT count(*) FROM posts.posts JOIN users.users ON clerk_id = author_id WHERE email = '${email}'`), "2");
    await visitor.leave({ expected: NO_ANSWER });
  }

  test("for ten minutes of its own clock posts without being loaded again", async () => {
    const ada = await Visitor.arrive(browser, stack);
    await ada.context.clock.install();
    const email = someEmail("shut");
    await ada.signUp(email);
    await goOffline(ada);
    await ada.page.clock.fastForward(10 * MINUTE_MS);
    await comesBack(ada, email);
  });

  test("for as many true minutes as it was told to posts without being loaded again", { skip: !REAL_MINUTES }, async () => {
    const ada = await Visitor.arrive(browser, stack);
    const email = someEmail("patient");
    await ada.signUp(email);
    await goOffline(ada);
    const end = Date.now() + REAL_MINUTES * MINUTE_MS;
    await eventually(() => Date.now() > end, { deadline: (REAL_MINUTES + 1) * MINUTE_MS });
    await comesBack(ada, email);
  });
});
