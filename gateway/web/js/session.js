// Who is signed in. Both kinds of session have the same methods:
//   restore()              takes up the session of an earlier visit, if there is one; the user's id or ""
//   start(onChange)        calls onChange(userId) now and whenever somebody else, or nobody ("") is signed in
//   authorization({fresh}) headers of an API call; fresh: with a token made now
//   authorizationAtHand()  the same with the last token, without waiting
//   check()                finds out whether the session still lives, and tells onChange if it does not
//   signOut()

import { ApiError, publicJson } from "./api.js";

const TOKEN_DEADLINE_MS = 10_000;
const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

// The session that clerk-js keeps, renews and shares between tabs.
export class ClerkSession {
  #clerk;

  constructor(clerk) {
    this.#clerk = clerk;
  }

  get clerk() {
    return this.#clerk;
  }

  // clerk-js has done so when it was loaded.
  async restore() {
    return this.#clerk.user?.id ?? "";
  }

  start(onChange) {
    let known;
    this.#clerk.addListener(({ user }) => {
      const id = user?.id ?? "";
      if (user === undefined || id === known) return; // undefined: between two sessions
      known = id;
      onChange(id);
    });
  }

  // clerk-js tries for minutes when Clerk does not answer; a person does not wait that long.
  async authorization({ fresh = false } = {}) {
    let timer;
    const deadline = new Promise((_, reject) => (timer = setTimeout(reject, TOKEN_DEADLINE_MS)));
    try {
      return bearer(await Promise.race([this.#clerk.session?.getToken({ skipCache: fresh }), deadline]));
    } catch {
      throw new ApiError(0, "Clerk cannot be reached right now. Please try again.");
    } finally {
      clearTimeout(timer);
    }
  }

  authorizationAtHand() {
    return bearer(this.#clerk.session?.lastActiveToken?.getRawString());
  }

  // clerk-js signs the page out when Clerk refuses a token.
  async check() {
    await this.authorization({ fresh: true }).catch(() => {});
  }

  signOut() {
    return this.#clerk.signOut();
  }
}

const STORAGE_KEY = "inkwell.session";
// Session tokens live for 60 s.
const TOKEN_AGE_MS = 45_000;

// A session of the local Clerk emulator without clerk-js: the emulator's own sign-in, reached through the gateway's address.
export class EmulatorSession {
  #sessionId = localStorage.getItem(STORAGE_KEY);
  #token = "";
  #issued = 0;
  #onChange = () => {};

  async restore() {
    if (this.#sessionId) await this.#refresh();
    return this.#userId();
  }

  start(onChange) {
    this.#onChange = onChange;
    addEventListener("storage", ({ key, newValue }) => key === STORAGE_KEY && newValue !== this.#sessionId && location.reload());
    onChange(this.#userId());
  }

  async signUp(person) {
    this.#accept(await publicJson("/__clerk/_emulator/sign-up", person));
  }

  async signIn(email) {
    this.#accept(await publicJson("/__clerk/_emulator/sign-in", { email }));
  }

  async signOut() {
    localStorage.removeItem(STORAGE_KEY);
    this.#sessionId = null;
    this.#token = "";
    this.#onChange("");
  }

  async authorization({ fresh = false } = {}) {
    if (!this.#sessionId) return {};
    if (fresh || Date.now() - this.#issued > TOKEN_AGE_MS) await this.#refresh();
    return this.authorizationAtHand();
  }

  authorizationAtHand() {
    return bearer(this.#token);
  }

  async check() {
    await this.#refresh().catch(() => {});
  }

  #userId() {
    return this.#token ? JSON.parse(atob(this.#token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub : "";
  }

  #accept({ session_id: sessionId, token }) {
    this.#sessionId = sessionId;
    localStorage.setItem(STORAGE_KEY, sessionId);
    this.#token = token;
    this.#issued = Date.now();
  }

  async #refresh() {
    // Browsers name the page's origin on their own only in a POST.
    const parameters = new URLSearchParams({ session_id: this.#sessionId, azp: location.origin });
    try {
      const { token } = await publicJson(`/__clerk/_emulator/token?${parameters}`);
      this.#token = token;
      this.#issued = Date.now();
    } catch (error) {
      if (error.passing) throw error;
      await this.signOut();
    }
  }
}
