// A page that stays open while its tokens, which live for a minute, are renewed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "./eventually.mjs";
import { Stack } from "./stack.mjs";
import { launchBrowser, someEmail, Visitor } from "./visitor.mjs";

const DURATION_MS = 150_000;
const POST_EVERY_MS = 10_000;

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

test("An open page keeps posting for 150 s, and nothing is rejected", async () => {
  const ada = await Visitor.arrive(browser, stack);
  const rejected = [];
  let renewals = 0;
  ada.page.on("response", (response) => {
    if (response.status() >= 400) rejected.push(`${response.status()} ${response.url()}`);
    if (/\/tokens\?/.test(response.url()) && response.ok()) renewals += 1;
  });
  await ada.signUp(someEmail("soak"));
  const begin = Date.now();
  let posts = 0;
  while (Date.now() - begin < DURATION_MS) {
    posts += 1;
    await ada.post({ title: `Post ${posts}` });
    await eventually(() => Date.now() - begin >= posts * POST_EVERY_MS, { deadline: 2 * POST_EVERY_MS });
  }
  assert.deepEqual(rejected, []);
  assert.ok(renewals >= 2, `tokens were renewed ${renewals} times`);
  assert.equal(Number(stack.sql("SELECT count(*) FROM posts.posts")), posts);
  await ada.leave();
});
