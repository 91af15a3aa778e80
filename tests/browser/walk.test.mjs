// What people do with Inkwell, from signing up to leaving for good, by the real clerk-js.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "./eventually.mjs";
import { Stack } from "./stack.mjs";
import { launchBrowser, someEmail, Visitor } from "./visitor.mjs";

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

  const idOf = (email) => stack.sql(`SELECT clerk_id FROM users.users WHERE email = '${email}'`);
  const countPosts = (id) => Number(stack.sql(`SELECT count(*) FROM posts.posts WHERE author_id = '${id}'`));

  test("takes a visitor from signing up to signing in again", async () => {
    const email = someEmail("ada");
    const ada = await Visitor.arrive(browser, stack);
    const { page } = ada;
    await page.goto("/");
    await page.getByRole("heading", { name: "A quiet place" }).waitFor();
    await ada.signUp(email);
    await page.getByRole("heading", { name: "A blank page" }).waitFor();

    await ada.post({ title: "On ink", content: "Iron gall ink darkens as it dries." });
    assert.equal(await page.locator("#compose-title").inputValue(), "", "the form is empty again");
    await ada.post({ title: "On paper", content: "Laid paper shows its lines against the light.", published: true });
    assert.deepEqual(await ada.titles(), ["On paper", "On ink"], "newest first");

    await ada.postCalled("On ink").locator(".edit").click();
    await page.locator(".editor [name=title]").fill("On iron gall ink");
    await page.locator(".editor [type=submit]").click();
    await ada.kept("On iron gall ink");
    assert.match(await ada.postCalled("On iron gall ink").locator(".post-content").innerText(), /darkens/);

    await page.locator("#search").fill("GALL");
    await page.locator("mark", { hasText: "gall" }).first().waitFor();
    await eventually(async () => (await ada.titles()).length === 1);
    await page.locator("#search").fill("");
    await eventually(async () => (await ada.titles()).length === 2);

    await ada.postCalled("On paper").locator(".delete").click();
    assert.deepEqual(await ada.titles(), ["On iron gall ink"]);
    await page.getByRole("button", { name: "Undo" }).click();
    assert.deepEqual(await ada.titles(), ["On paper", "On iron gall ink"]);
    await ada.postCalled("On iron gall ink").locator(".delete").click();
    await eventually(() => countPosts(idOf(email)) === 1, { what: () => "the post is deleted when the time to undo is over" });

    const href = await ada.postCalled("On paper").locator(".public-link").getAttribute("href");
    const anyone = await Visitor.arrive(browser, stack);
    await anyone.page.goto(href);
    await anyone.page.getByText("Laid paper shows its lines").waitFor();
    await ada.postCalled("On paper").locator(".publish").uncheck();
    await eventually(() => stack.sql(`SELECT bool_or(published) FROM posts.posts WHERE author_id = '${idOf(email)}'`) === "f");
    await anyone.page.goto(href);
    assert.equal(await anyone.page.getByText("Laid paper shows its lines").count(), 0);
    await anyone.leave();

    await ada.signOut();
    await ada.signIn(email);
    assert.deepEqual(await ada.titles(), ["On paper"]);
    await ada.leave();
  });

  test("asks who wants their data to sign in, and brings them there", async () => {
    const email = someEmail("returner");
    const returner = await Visitor.arrive(browser, stack);
    const { page } = returner;
    await returner.signUp(email);
    await returner.signOut();
    await page.goto("/account");
    await page.waitForURL("/sign-in?redirect_url=%2Faccount");
    await page.getByRole("link", { name: "Sign up" }).click();
    await page.locator("input[name=emailAddress]").waitFor();
    await page.getByRole("link", { name: "Sign in" }).click();
    await returner.fillSignIn(email);
    await page.locator("#account-facts").waitFor();
    assert.equal(new URL(page.url()).pathname, "/account");
    await returner.leave();
  });

  test("has the user's row within two seconds of signing up", async () => {
    const email = someEmail("grace");
    const grace = await Visitor.arrive(browser, stack);
    await grace.signUp(email);
    await eventually(() => idOf(email), { deadline: 2_000, what: () => "no row" });
    await grace.leave();
  });

  test("lets people post before their webhook has come", async () => {
    const email = someEmail("early");
    const early = await Visitor.arrive(browser, stack);
    await stack.control("webhooks/hold", { seconds: 120 });
    await early.signUp(email);
    await early.post({ title: "Before the webhook" });
    assert.equal(countPosts(idOf(email)), 1);
    await stack.control("webhooks/release");
    await early.leave();
  });

  test("never takes text for HTML", async () => {
    const mallory = await Visitor.arrive(browser, stack);
    await mallory.signUp(someEmail("mallory"));
    const nasty = `<img src=x onerror="document.title='hit'"><b>bold</b>`;
    await mallory.post({ title: nasty, content: nasty });
    await mallory.page.locator("#search").fill("<b>");
    await mallory.page.locator("mark").first().waitFor();
    assert.equal(await mallory.page.locator(".post img, .post b").count(), 0);
    assert.equal(await mallory.page.title(), "Inkwell");
    await mallory.leave();
  });

  test("brings a refused post back into the form, with the error by its field", async () => {
    const linda = await Visitor.arrive(browser, stack);
    await linda.signUp(someEmail("linda"));
    const { page } = linda;
    const long = "x".repeat(201);
    await page.locator("#compose-title").fill(long);
    await page.locator("#compose-content").fill("Kept.");
    await page.locator("#compose [type=submit]").click();
    await page.locator("#compose [data-error-for=title]").waitFor();
    assert.equal(await page.locator("#compose-title").inputValue(), long);
    assert.equal(await page.locator("#compose-content").inputValue(), "Kept.");
    assert.equal(await page.locator("#compose-title").getAttribute("aria-invalid"), "true");
    assert.deepEqual(await linda.titles(), []);
    await linda.leave({ expected: /400/ });
  });

  test("notices an edit that was made elsewhere meanwhile", async () => {
    const nina = await Visitor.arrive(browser, stack);
    await nina.signUp(someEmail("nina"));
    await nina.post({ title: "Draft" });
    const other = await nina.newTab();
    await other.goto("/");
    await nina.atDesk(other);
    await nina.postCalled("Draft").locator(".edit").click();
    await nina.page.locator(".editor [name=content]").fill("Mine");
    await nina.postCalled("Draft", other).locator(".edit").click();
    await other.locator(".editor [name=content]").fill("Theirs");
    await other.locator(".editor [type=submit]").click();
    await nina.postCalled("Draft", other).getByText("Theirs").waitFor();
    await nina.page.locator(".editor [type=submit]").click();
    await nina.page.locator(".conflict").waitFor();
    await nina.page.getByRole("button", { name: "Keep my version" }).click();
    await nina.postCalled("Draft").getByText("Mine").waitFor();
    await nina.leave({ expected: /412/ });
  });

  test("loads further posts as one scrolls", async () => {
    const email = someEmail("prolific");
    const prolific = await Visitor.arrive(browser, stack);
    await prolific.signUp(email);
    await prolific.post({ title: "First" });
    stack.sql(`INSERT INTO posts.posts (author_id, id, title, published, updated_at)
      SELECT author_id, overlay(id::text placing to_char(n, 'FM000000000000') from 25)::uuid, 'Copy ' || n, false, updated_at
      FROM posts.posts, generate_series(1, 60) AS n WHERE author_id = '${idOf(email)}'`);
    await prolific.page.reload();
    await prolific.atDesk();
    await eventually(async () => {
      await prolific.page.mouse.wheel(0, 4_000);
      return (await prolific.titles()).length === 61;
    });
    assert.equal(new Set(await prolific.titles()).size, 61);
    await prolific.leave();
  });

  test("gives people all their data in a file", async () => {
    const email = someEmail("exporter");
    const exporter = await Visitor.arrive(browser, stack);
    await exporter.signUp(email);
    await exporter.post({ title: "Taken along" });
    await exporter.page.goto("/account");
    await exporter.page.locator("#account-facts").waitFor();
    const facts = await exporter.page.locator("#account-facts").innerText();
    assert.equal(facts.split(email).length - 1, 1, `an address that stands for a name is not told twice: ${facts}`);
    assert.match(facts, /^Here since/m);
    const download = exporter.page.waitForEvent("download");
    await exporter.page.getByRole("button", { name: "Download" }).click();
    const chunks = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk);
    const data = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    assert.deepEqual(data.posts.map((post) => post.title), ["Taken along"]);
    await exporter.leave();
  });

  test("deletes an account with all its posts", async () => {
    const email = someEmail("leaver");
    const leaver = await Visitor.arrive(browser, stack);
    await leaver.signUp(email);
    await leaver.post({ title: "To be gone" });
    const id = idOf(email);
    await leaver.page.goto("/account");
    await leaver.page.getByRole("button", { name: "Delete …" }).click();
    await leaver.page.getByRole("button", { name: "Delete everything" }).click();
    await leaver.page.getByText("Your account and all your posts are deleted.").waitFor();
    await eventually(() => countPosts(id) === 0);
    assert.equal(stack.sql(`SELECT deleted_at IS NOT NULL AND email IS NULL FROM users.users WHERE clerk_id = '${id}'`), "t");
    await leaver.leave({ expected: /401/ });
  });

  test("lets people leave by Clerk's own account dialog, which their other tab and their other browser notice", async () => {
    const email = someEmail("dialog");
    const leaver = await Visitor.arrive(browser, stack);
    const { page } = leaver;
    await leaver.signUp(email);
    await leaver.post({ title: "Out by the other door", published: true });
    const id = idOf(email);
    const tab = await leaver.newTab();
    await tab.goto("/");
    await leaver.atDesk(tab);
    const elsewhere = await Visitor.arrive(browser, stack, { storageState: await leaver.context.storageState() });
    await elsewhere.page.goto("/");
    await elsewhere.atDesk();

    await page.locator(".cl-userButtonTrigger").click();
    await page.locator(".cl-userButtonPopoverActionButton__manageAccount").click();
    await page.locator(".cl-navbarButton__security").click();
    await page.locator(".cl-profileSection__danger").getByRole("button", { name: "Delete account" }).click();
    await page.locator("input[name=deleteConfirmation]").fill("Delete account");
    await leaver.photograph("delete-in-dialog");
    await page.locator(".cl-profileSection__danger .cl-formButtonPrimary").click();

    await page.getByRole("heading", { name: "A quiet place" }).waitFor();
    await eventually(() => countPosts(id) === 0);
    assert.equal(stack.sql(`SELECT deleted_at IS NOT NULL AND email IS NULL FROM users.users WHERE clerk_id = '${id}'`), "t");
    await tab.getByText("You are signed out.").waitFor();
    await elsewhere.page.locator("#compose-title").fill("Into the void");
    await elsewhere.page.locator("#compose [type=submit]").click();
    await elsewhere.page.getByText("You are signed out.").waitFor();
    await elsewhere.leave({ expected: /40[14]/ });
    await leaver.leave({ expected: /40[14]/ });
  });

  test("notices on its next call that its account was deleted", async () => {
    const email = someEmail("deleted");
    const deleted = await Visitor.arrive(browser, stack);
    await deleted.signUp(email);
    await deleted.post({ title: "Soon gone" });
    const id = idOf(email);
    await stack.backend("DELETE", `users/${id}`);
    await eventually(() => countPosts(id) === 0);
    await deleted.page.locator("#compose-title").fill("Into the void");
    await deleted.page.locator("#compose [type=submit]").click();
    await deleted.page.getByText("You are signed out.").waitFor();
    await deleted.leave({ expected: /40[14]/ });
  });
});
