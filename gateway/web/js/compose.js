// The form for a new post. It is empty again at once; a post that cannot be kept comes back into it, with the error by its field.

import { byId, clearFieldErrors, growWithText, setFieldError, showError, submitOnCtrlEnter } from "./dom.js";

const DRAFT_KEY = "inkwell.draft";

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Compose {
  #api;
  #list;
  #form = byId("compose");
  #fit = growWithText(this.#form.elements.content);
  #userId = "";
  // The same text keeps its key, so that sending it again after a lost answer cannot make a second post.
  #key = randomKey();

  constructor(api, list) {
    this.#api = api;
    this.#list = list;
    submitOnCtrlEnter(this.#form);
    this.#form.addEventListener("input", ({ target }) => {
      this.#key = randomKey();
      setFieldError(this.#form, target.name === "published" ? "" : target.name, "");
      this.#keepDraft();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  // Brings back what this user was writing in this tab before a sign-in or a reload.
  open(userId) {
    this.#userId = userId;
    const draft = JSON.parse(sessionStorage.getItem(DRAFT_KEY) ?? "null");
    this.#form.reset();
    if (draft?.userId === userId) this.#fill(draft);
    this.#fit();
    this.focus();
  }

  // What could not be reached can be reached again.
  clearErrors() {
    clearFieldErrors(this.#form);
  }

  focus() {
    this.#form.elements.title.focus({ preventScroll: true });
  }

  #fill({ title, content, published }) {
    const { elements } = this.#form;
    elements.title.value = title;
    elements.content.value = content ?? "";
    elements.published.checked = published;
    this.#fit();
    this.#keepDraft();
  }

  #read() {
    const { title, content, published } = this.#form.elements;
    return { title: title.value, content: content.value, published: published.checked };
  }

  #isEmpty() {
    const { title, content } = this.#read();
    return !title && !content;
  }

  #keepDraft() {
    if (this.#isEmpty()) sessionStorage.removeItem(DRAFT_KEY);
    else sessionStorage.setItem(DRAFT_KEY, JSON.stringify({ userId: this.#userId, ...this.#read() }));
  }

  #submit() {
    clearFieldErrors(this.#form);
    const post = this.#read();
    if (!post.title.trim()) {
      setFieldError(this.#form, "title", "A post needs a title.");
      this.focus();
      return;
    }
    if (!post.content) delete post.content;
    const key = this.#key;
    this.#form.reset();
    this.#fit();
    this.#key = randomKey();
    this.focus();
    this.#send(post, key, this.#list.addUnsent(post));
  }

  // The draft is kept until the post is: closing the tab meanwhile loses nothing.
  async #send(post, key, view) {
    try {
      this.#list.sent(view, await this.#api.createPost(post, key));
      this.#keepDraft();
    } catch (error) {
      if (this.#isEmpty()) {
        this.#list.drop(view);
        this.#fill(post);
        this.#key = key;
        showError(this.#form, error);
      } else {
        // Something else is being written already, and must not be overwritten.
        view.showUnsent(error, {
          again: () => this.#send(post, key, view),
          discard: () => this.#list.drop(view),
        });
      }
    }
  }
}
