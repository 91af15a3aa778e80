// Who is signed in. Both kinds of session (see emulator_session.js) have the same methods:
//   restore()              takes up the session of an earlier visit, if there is one; the user's id or ""
//   start(onChange)        calls onChange(userId) now and whenever somebody else, or nobody ("") is signed in
//   authorization({fresh}) headers of an API call; fresh: with a token made now
//   authorizationAtHand()  the same with the last token, without waiting
//   check()                finds out whether the session still lives, and tells onChange if it does not
//   signOut()

import { ApiError } from "./api.js";

const TOKEN_DEADLINE_MS = 10_000;
export const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

// Where signing in leads. Only to pages of ours, because the address may have come from anybody.
export const pageAfterSignIn = () => (new URLSearchParams(location.search).get("redirect_url") === "/account" ? "/account" : "/");

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
