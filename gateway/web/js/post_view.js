// One post in the list: shown, edited in place, deleted after a question.

import { clearFieldErrors, cloneTemplate, growWithText, setFieldError, setMessage, show, showError, submitOnCtrlEnter } from "./dom.js";
import { fillMarked, fillTime } from "./text.js";

export class PostView {
  element = cloneTemplate("post-template");
  #api;
  #post;
  #query = "";
  #article = this.element.querySelector("article");
  #onDeleted;

  constructor(api, post, { query, onDeleted }) {
    this.#api = api;
    this.#onDeleted = onDeleted;
    this.#find(".edit").addEventListener("click", () => this.#edit());
    this.#find(".delete").addEventListener("click", () => this.#askToDelete(true));
    this.#find(".keep").addEventListener("click", () => this.#askToDelete(false));
    this.#find(".really-delete").addEventListener("click", () => this.#delete());
    this.#find(".unfold").addEventListener("click", () => this.#fold(this.#isUnfolded()));
    this.#find(".post-confirm").addEventListener("keydown", (event) => event.key === "Escape" && this.#askToDelete(false));
    this.render(post, query);
  }

  get id() {
    return this.#post.id;
  }

  render(post, query) {
    this.#post = post;
    this.#query = query;
    fillMarked(this.#find(".post-title"), post.title, query);
    fillMarked(this.#find(".post-content"), post.content ?? "", query);
    show(this.#find(".post-content"), Boolean(post.content));
    const badge = this.#find(".badge");
    badge.textContent = post.published ? "Published" : "Draft";
    badge.classList.toggle("published", post.published);
    fillTime(this.#find(".created"), post.createdAt);
    fillTime(this.#find(".updated"), post.updatedAt);
    show(this.#find(".edited"), new Date(post.updatedAt) - new Date(post.createdAt) >= 1000);
    this.#find(".edit").setAttribute("aria-label", `Edit “${post.title}”`);
    this.#find(".delete").setAttribute("aria-label", `Delete “${post.title}”`);
  }

  // Folds a long text away. Needs the element in the page, because only there does a text have a height.
  settle() {
    const content = this.#find(".post-content");
    content.classList.add("folded");
    const long = content.scrollHeight > content.clientHeight + 4;
    const matchIsHidden = this.#query && [...content.querySelectorAll("mark")].some((mark) => mark.offsetTop - content.offsetTop > content.clientHeight);
    show(this.#find(".unfold"), long);
    this.#fold(long && !matchIsHidden);
  }

  focus() {
    this.#find(".post-title").focus();
  }

  #find(selector) {
    return this.#article.querySelector(selector);
  }

  #isUnfolded() {
    return this.#find(".unfold").getAttribute("aria-expanded") === "true";
  }

  #fold(folded) {
    this.#find(".post-content").classList.toggle("folded", folded);
    this.#find(".unfold").setAttribute("aria-expanded", String(!folded));
    this.#find(".unfold").textContent = folded ? "Show all" : "Show less";
  }

  #askToDelete(asking) {
    show(this.#find(".post-actions"), !asking);
    show(this.#find(".post-confirm"), asking);
    this.#find(asking ? ".keep" : ".delete").focus();
  }

  async #delete() {
    const button = this.#find(".really-delete");
    button.disabled = true;
    try {
      await this.#api.deletePost(this.#post.id);
    } catch (error) {
      if (error.status !== 404) {
        button.disabled = false;
        setMessage(this.#find(".post-error"), error.message);
        return;
      }
    }
    this.#onDeleted(this);
  }

  // Editing starts from the post as it is now, and its ETag guards the change against one made elsewhere meanwhile.
  async #edit() {
    const button = this.#find(".edit");
    button.disabled = true;
    setMessage(this.#find(".post-error"), "");
    try {
      const { post, etag } = await this.#api.getPost(this.#post.id);
      this.#openEditor(post, etag);
    } catch (error) {
      setMessage(this.#find(".post-error"), error.status === 404 ? "This post was deleted elsewhere." : error.message);
    } finally {
      button.disabled = false;
    }
  }

  #openEditor(post, etag) {
    const form = cloneTemplate("editor-template");
    for (const name of ["title", "content"]) {
      const field = form.elements[name];
      field.setAttribute("aria-label", name === "title" ? "Title" : "Text");
      field.value = post[name] ?? "";
    }
    form.elements.published.checked = post.published;
    submitOnCtrlEnter(form);
    const fit = growWithText(form.elements.content);
    const close = (shown) => {
      form.replaceWith(this.#article);
      this.render(shown, this.#query);
      this.settle();
      this.#find(".edit").focus();
    };
    form.querySelector(".cancel").addEventListener("click", () => close(post));
    form.addEventListener("keydown", (event) => event.key === "Escape" && close(post));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(form, post, etag, close);
    });
    this.#article.replaceWith(form);
    fit();
    form.elements.title.focus();
  }

  async #save(form, post, etag, close) {
    clearFieldErrors(form);
    const changes = {};
    const { title, content, published } = form.elements;
    if (title.value !== post.title) changes.title = title.value;
    if (content.value !== (post.content ?? "")) changes.content = content.value;
    if (published.checked !== post.published) changes.published = published.checked;
    if (!Object.keys(changes).length) return close(post);
    if (!title.value.trim()) {
      setFieldError(form, "title", "A post needs a title.");
      return title.focus();
    }
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      close(await this.#api.updatePost(post.id, changes, etag));
    } catch (error) {
      button.disabled = false;
      if (error.status === 412) error.message = "This post was changed elsewhere since you opened it. Copy your text, cancel, and edit it again.";
      showError(form, error);
    }
  }
}
