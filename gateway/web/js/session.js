// Who is signed in. Both kinds of session have `start()`, `authorization()` and `signOut()`; `canSignOut` tells whether the page
// can end the session, or only forget it.

import { publicJson } from "./api.js";

const STORAGE_KEY = "inkwell.session";
// Session tokens live for 60 s; they are renewed before that, so that no request meets an expired one.
const REFRESH_EVERY_MS = 45_000;

// A session of the local Clerk emulator, reached through the gateway's own address.
export class EmulatorSession {
  canSignOut = true;
  #sessionId = localStorage.getItem(STORAGE_KEY);
  #token = "";
  #timer = 0;

  // Whether a session of an earlier visit is still good.
  async start() {
    if (!this.#sessionId) return false;
    try {
      await this.#refresh();
    } catch (error) {
      if (error.status === 0 || error.status >= 500) throw error;
      this.signOut();
      return false;
    }
    return true;
  }

  async signUp(person) {
    this.#accept(await publicJson("/__clerk/_emulator/sign-up", person));
  }

  async signIn(email) {
    this.#accept(await publicJson("/__clerk/_emulator/sign-in", { email }));
  }

  signOut() {
    clearInterval(this.#timer);
    localStorage.removeItem(STORAGE_KEY);
    this.#sessionId = null;
    this.#token = "";
  }

  async authorization({ fresh = false } = {}) {
    if (!this.#sessionId) return {};
    if (fresh || !this.#token) await this.#refresh();
    return { Authorization: `Bearer ${this.#token}` };
  }

  #accept({ session_id: sessionId, token }) {
    this.#sessionId = sessionId;
    localStorage.setItem(STORAGE_KEY, sessionId);
    this.#keep(token);
  }

  async #refresh() {
    // Browsers name the page's origin on their own only in a POST.
    const parameters = new URLSearchParams({ session_id: this.#sessionId, azp: location.origin });
    const { token } = await publicJson(`/__clerk/_emulator/token?${parameters}`);
    this.#keep(token);
  }

  #keep(token) {
    this.#token = token;
    clearInterval(this.#timer);
    // A missed renewal is not an error: the next request that gets a 401 renews the token itself.
    this.#timer = setInterval(() => this.#refresh().catch(() => {}), REFRESH_EVERY_MS);
  }
}

// A session that another app on this domain keeps in Clerk's `__session` cookie. The browser sends it along.
export class CookieSession {
  canSignOut = false;

  async start() {
    return true;
  }

  async authorization() {
    return {};
  }

  signOut() {}
}
