// What may go wrong around an open page, which works on afterwards without being loaded again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "./eventually.mjs";
import { Stack } from "./stack.mjs";
import { launchBrowser, someEmail, Visitor } from "./visitor.mjs";

// Short enough for a test to outlive a token.
const TOKEN_LIFETIME_S = 20;
// What a browser says by itself about requests that got no answer or a bad one.
const NO_ANSWER = /Failed to load resource|ERR_/;

describe("An open page", () => {
  let stack;
  let browser;
  before(async () => {
    stack = await Stack.start({ "clerk-emulator": { EMULATOR_TOKEN_LIFETIME: `${TOKEN_LIFETIME_S}s` } });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });

  async function visitorWithPost(name) {
    const visitor = await Visitor.arrive(browser, stack);
    await visitor.signUp(someEmail(name));
    await visitor.post({ title: "Before" });
    return visitor;
  }

  test("follows what happens in another tab", async () => {
    const ada = await visitorWithPost("tabs");
    const other = await ada.newTab();
    await other.goto("/");
    await ada.atDesk(other);
    assert.deepEqual(await ada.titles(other), ["Before"]);
    await ada.post({ title: "From the other tab" }, other);
    await ada.kept("From the other tab");
    await ada.signOut(other);
    await ada.page.getByText("You are signed out.").waitFor();
    await ada.leave();
  });

  test("outlives a restart of the gateway", async () => {
    const ada = await visitorWithPost("gateway");
    await stack.end("gateway");
    await ada.page.locator("#compose-title").fill("While it was away");
    await ada.page.locator("#compose [type=submit]").click();
    await ada.page.locator("#compose [data-error-for='']").waitFor();
    assert.equal(await ada.page.locator("#compose-title").inputValue(), "While it was away", "the text is not lost");
    await ada.page.locator("#banner").waitFor();
    await ada.photograph("unreachable");
    await stack.begin("gateway");
    await ada.page.locator("#banner").waitFor({ state: "hidden" });
    await ada.page.locator("#compose [type=submit]").click();
    await ada.kept("While it was away");
    await ada.leave({ expected: NO_ANSWER });
  });

  test("outlives a restart of Clerk", async () => {
    const ada = await visitorWithPost("emulator");
    await stack.restart("clerk-emulator");
    await ada.post({ title: "With the old token" });
    const refreshed = ada.page.waitForResponse((response) => /\/tokens\?/.test(response.url()) && response.ok());
    await refreshed;
    await ada.post({ title: "With a new token" });
    await ada.page.reload();
    await ada.atDesk();
    assert.deepEqual(await ada.titles(), ["With a new token", "With the old token", "Before"]);
    await ada.leave({ expected: NO_ANSWER });
  });

  test("outlives being offline for longer than a token lives", async () => {
    const ada = await visitorWithPost("offline");
    await ada.context.setOffline(true);
    await ada.page.getByText("You are offline.").waitFor();
    await ada.photograph("offline");
    const wentOffline = Date.now();
    await eventually(() => Date.now() - wentOffline > (TOKEN_LIFETIME_S + 5) * 1000, { deadline: (TOKEN_LIFETIME_S + 30) * 1000 });
    await ada.page.locator("#compose-title").fill("Written offline");
    await ada.context.setOffline(false);
    await ada.page.locator("#banner").waitFor({ state: "hidden" });
    await ada.page.locator("#compose [type=submit]").click();
    await ada.kept("Written offline");
    await ada.leave({ expected: NO_ANSWER });
  });

  test("ends its session when Clerk does, and keeps what was being written", async () => {
    const ada = await Visitor.arrive(browser, stack);
    const email = someEmail("ended");
    await ada.signUp(email);
    await ada.page.locator("#compose-title").fill("Half a thought");
    const [{ id }] = await stack.backend("GET", `sessions?user_id=${stack.sql(`SELECT clerk_id FROM users.users WHERE email = '${email}'`)}`);
    await stack.backend("POST", `sessions/${id}/revoke`);
    await ada.page.getByText("You are signed out.").waitFor({ timeout: 2 * TOKEN_LIFETIME_S * 1000 });
    await ada.photograph("session-ended");
    await ada.signIn(email);
    assert.equal(await ada.page.locator("#compose-title").inputValue(), "Half a thought");
    await ada.leave({ expected: /401/ });
  });
});
