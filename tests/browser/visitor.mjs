// A person with a browser of their own, who notices whatever a browser complains about.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const SIZES = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const PATIENCE_MS = 30_000; // for machines under load
const SLOW_MACHINE = /Component renderer did not mount within 10s/;

export const CODE = "424242"; // what the emulator "sends" by e-mail
export const PASSWORD = "ink and paper, twice";

export function launchBrowser() {
  const flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  // Chromium has no sandbox for root, as in CI.
  if (process.getuid() === 0) flags.push("--no-sandbox");
  return chromium.launch({ executablePath: process.env.INKWELL_CHROMIUM ?? "/usr/bin/chromium", args: flags });
}

let people = 0;
export const someEmail = (name) => `${name}.${process.pid}.${(people += 1)}@example.com`;

export class Visitor {
  #origin;
  #context;
  #problems = [];

  // `storageState` is what the browser remembers of an earlier visit (of Playwright's BrowserContext).
  static async arrive(browser, stack, { size = "wide", scheme = "light", storageState } = {}) {
    const visitor = new Visitor();
    visitor.#origin = stack.origin;
    visitor.#context = await browser.newContext({
      viewport: SIZES[size],
      colorScheme: scheme,
      reducedMotion: "reduce",
      baseURL: stack.origin,
      storageState,
    });
    visitor.#context.setDefaultTimeout(PATIENCE_MS);
    visitor.page = await visitor.newTab();
    return visitor;
  }

  get context() {
    return this.#context;
  }

  async newTab() {
    const page = await this.#context.newPage();
    page.on("pageerror", (error) => this.#problems.push(`exception: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.#problems.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http") && url.origin !== this.#origin) this.#problems.push(`foreign request: ${url}`);
    });
    return page;
  }

  // Leaves. Fails if the browser had anything to complain about but what `expected` allows.
  async leave({ expected } = {}) {
    await this.#context.close();
    assert.deepEqual(this.#problems.filter((problem) => !expected?.test(problem) && !SLOW_MACHINE.test(problem)), []);
  }

  async signUp(email, { page = this.page } = {}) {
    await page.goto("/sign-up");
    await page.locator("input[name=emailAddress]").fill(email);
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.locator(".cl-signUp-root .cl-formButtonPrimary").click();
    await this.enterCode(page);
    await this.atDesk(page);
  }

  async enterCode(page = this.page) {
    await page.locator("[data-input-otp]").waitFor();
    await page.locator("[data-input-otp]").pressSequentially(CODE);
  }

  async signIn(email, { page = this.page } = {}) {
    await page.goto("/sign-in");
    await this.fillSignIn(email, page);
    await this.atDesk(page);
  }

  async fillSignIn(email, page = this.page) {
    await page.locator("input[name=identifier]").fill(email);
    await page.locator(".cl-signIn-root .cl-formButtonPrimary").click();
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.locator(".cl-signIn-root .cl-formButtonPrimary").click();
  }

  async signOut(page = this.page) {
    await page.locator(".cl-userButtonTrigger").click();
    await page.locator(".cl-userButtonPopoverActionButton__signOut").click();
    await page.getByRole("heading", { name: "A quiet place" }).waitFor();
  }

  // Waits until the list of posts is there to be worked with.
  async atDesk(page = this.page) {
    await page.locator("#compose-title").waitFor();
    await page.locator("#posts[aria-busy=false]").waitFor({ state: "attached" });
    await page.locator("#list-loading").waitFor({ state: "hidden" });
  }

  async post({ title, content = "", published = false }, page = this.page) {
    await page.locator("#compose-title").fill(title);
    await page.locator("#compose-content").fill(content);
    await page.locator("#compose [name=published]").setChecked(published);
    await page.locator("#compose [type=submit]").click();
    await this.kept(title, page);
  }

  // Waits until a post is in the list and at the server.
  async kept(title, page = this.page) {
    await this.postCalled(title, page).locator(".edit").waitFor();
  }

  postCalled(title, page = this.page) {
    return page.locator(".post", { has: page.getByRole("heading", { name: title, exact: true }) });
  }

  titles(page = this.page) {
    return page.locator(".post-title").allInnerTexts();
  }

  // The state as it looks light and dark, wide and on a phone; kept beside the build.
  async photograph(name, page = this.page) {
    const album = process.env.INKWELL_SCREENSHOTS;
    if (!album) return;
    mkdirSync(album, { recursive: true });
    const viewport = page.viewportSize();
    for (const colorScheme of ["light", "dark"]) {
      for (const [size, wanted] of Object.entries(SIZES)) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(wanted);
        await page.screenshot({ path: join(album, `${name}-${colorScheme}-${size}.png`) });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(viewport);
  }
}
