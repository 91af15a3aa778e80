// A session of the local Clerk emulator without clerk-js: the emulator's own sign-in, reached through the gateway's address.

import { publicJson } from "./api.js";
import { bearer } from "./session.js";

const STORAGE_KEY = "inkwell.session";
// Session tokens live for 60 s.
const TOKEN_AGE_MS = 45_000;

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
