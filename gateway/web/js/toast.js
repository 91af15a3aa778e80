// The line at the bottom that tells what happened and lets it be undone for a while.

import { loadPart } from "./api.js";
import { byId, show } from "./dom.js";

const UNDO_MS = 6_000;

// What `offer` was given is settled once: undone by the button or Ctrl+Z, or done when its time is over, something else is offered or
// the page goes away. The time stands still while a pointer or the focus is on the line.
export class UndoToast {
  #element = byId("toast");
  #offer = null;
  #timer = 0;

  static async load() {
    document.body.append(await loadPart("toast"));
    return new UndoToast();
  }

  constructor() {
    byId("toast-undo").addEventListener("click", () => this.#settle("undo"));
    for (const type of ["pointerenter", "focusin"]) this.#element.addEventListener(type, () => clearTimeout(this.#timer));
    for (const type of ["pointerleave", "focusout"]) this.#element.addEventListener(type, () => this.#countDown());
    addEventListener("pagehide", () => this.#settle("hurry"));
    document.addEventListener("keydown", (event) => {
      const writing = event.target.closest?.("input, textarea");
      if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !writing && this.#offer) {
        event.preventDefault();
        this.#settle("undo");
      }
    });
  }

  // offer: {undo(), done(), hurry()}; hurry is done for a page that goes away.
  offer(text, offer) {
    this.#settle("done");
    this.#offer = offer;
    byId("toast-text").textContent = text;
    show(this.#element, true);
    this.#countDown();
  }

  #countDown() {
    clearTimeout(this.#timer);
    if (this.#offer) this.#timer = setTimeout(() => this.#settle("done"), UNDO_MS);
  }

  #settle(how) {
    clearTimeout(this.#timer);
    const offer = this.#offer;
    this.#offer = null;
    show(this.#element, false);
    offer?.[how]();
  }
}
