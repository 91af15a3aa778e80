// Whether the server can be reached, told in a banner. While it cannot, it is asked again and again, and everybody who cares is told
// when it is back: nobody has to reload the page.

import { setMessage } from "./dom.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

export class Connection {
  #banner;
  #isLost = false;
  #pause = FIRST_PAUSE_MS;
  #timer = 0;
  #callbacks = [];

  constructor(banner) {
    this.#banner = banner;
    addEventListener("offline", () => this.lost());
    addEventListener("online", () => this.#probeSoon(0));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#probeSoon(0));
  }

  onBack(callback) {
    this.#callbacks.push(callback);
  }

  lost() {
    setMessage(this.#banner, navigator.onLine ? "Inkwell cannot be reached. Trying again …" : "You are offline. What you write stays here.");
    if (this.#isLost) return;
    this.#isLost = true;
    this.#pause = FIRST_PAUSE_MS;
    this.#probeSoon(this.#pause);
  }

  found() {
    if (!this.#isLost) return;
    this.#isLost = false;
    clearTimeout(this.#timer);
    setMessage(this.#banner, "");
    for (const callback of this.#callbacks) callback();
  }

  // The value of `attempt`, tried until it is no passing error.
  async persist(attempt) {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const value = await attempt();
        setMessage(this.#banner, "");
        return value;
      } catch (error) {
        if (!error.passing) throw error;
        setMessage(this.#banner, error.message.replace("Please try again.", "Trying again …"));
        await new Promise((resolve) => {
          setTimeout(resolve, pause);
          addEventListener("online", resolve, { once: true });
        });
      }
    }
  }

  #probeSoon(delay) {
    if (!this.#isLost) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#probe(), delay);
  }

  async #probe() {
    const response = await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (response?.ok) return this.found();
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    this.lost();
    this.#probeSoon(this.#pause);
  }
}
