// One post in the list: shown, published, edited in place, deleted.

import { loadModule } from "./api.js";
import { cloneTemplate, setMessage, show } from "./dom.js";
import { fillMarked, fillTime } from "./text.js";

export class PostView {
  element = cloneTemplate("post-template");
  #api;
  #post;
  #query = "";
  #on;
  #isEdited = false;
  #article = this.element.querySelector("article");

  // on: {query, onChanged(), onDelete(view), onGone(view)}
  constructor(api, post, { query, ...on }) {
    this.#api = api;
    this.#on = on;
    this.#find(".edit").addEventListener("click", () => this.#edit());
    this.#find(".delete").addEventListener("click", () => this.#on.onDelete(this));
    this.#find(".unfold").addEventListener("click", () => this.#fold(this.#isUnfolded()));
    this.#find(".publish").addEventListener("change", ({ target }) => this.#publish(target.checked));
    this.update(post, query);
  }

  get id() {
    return this.#post.id;
  }

  get title() {
    return this.#post.title;
  }

  get query() {
    return this.#query;
  }

  update(post, query = this.#query) {
    const unchanged = this.#post?.updatedAt === post.updatedAt && this.#post.id === post.id && this.#query === query;
    if (this.#isEdited || unchanged) return this;
    const textChanged = this.#post?.content !== post.content || this.#query !== query;
    this.#post = post;
    this.#query = query;
    fillMarked(this.#find(".post-title"), post.title, query);
    fillMarked(this.#find(".post-content"), post.content ?? "", query);
    show(this.#find(".post-content"), Boolean(post.content));
    this.#showPublished(post.published);
    this.tick();
    show(this.#find(".edited"), new Date(post.updatedAt) - new Date(post.createdAt) >= 1000);
    for (const action of ["Edit", "Delete", "Publish"]) {
      this.#find(`.${action.toLowerCase()}`).setAttribute("aria-label", `${action} “${post.title}”`);
    }
    if (textChanged && this.element.isConnected) this.settle();
    return this;
  }

  // Words like "2 minutes ago" grow old.
  tick() {
    fillTime(this.#find(".created"), this.#post.createdAt);
    fillTime(this.#find(".updated"), this.#post.updatedAt);
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

  showError(text) {
    setMessage(this.#find(".post-error"), text);
  }

  // An unsent post is shown, but cannot be worked with yet.
  setUnsent(unsent) {
    this.element.classList.toggle("unsent", unsent);
    show(this.#find(".post-actions"), !unsent);
    show(this.#find(".post-sending"), unsent);
    show(this.#find(".post-unsent"), false);
    this.showError("");
  }

  showUnsent(error, { again, discard }) {
    this.showError(error.message);
    show(this.#find(".post-sending"), false);
    show(this.#find(".post-unsent"), true);
    this.#find(".again").onclick = () => {
      this.setUnsent(true);
      again();
    };
    this.#find(".discard").onclick = discard;
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

  #showPublished(published) {
    this.#find(".publish").checked = published;
    this.#find(".public-link").href = `/u/${encodeURIComponent(this.#post.authorId)}`;
    show(this.#find(".public-link"), published);
  }

  async #publish(published) {
    this.showError("");
    this.#showPublished(published);
    try {
      this.update(await this.#api.updatePost(this.#post.id, { published }));
      this.#on.onChanged();
    } catch (error) {
      this.#showPublished(!published);
      this.#fail(error);
    }
  }

  #fail(error) {
    if (error.reason === "POST_NOT_FOUND") this.#on.onGone(this);
    else this.showError(error.message);
  }

  // Editing starts from the post as it is now, and its ETag guards the change against one made elsewhere meanwhile.
  async #edit() {
    const button = this.#find(".edit");
    button.disabled = true;
    this.showError("");
    try {
      const { post, etag } = await this.#api.getPost(this.#post.id);
      const { openEditor } = await loadModule("post_editor");
      await openEditor(this.#api, this.#article, post, etag, (kept) => {
        this.#isEdited = false;
        if (!kept) return this.#on.onGone(this);
        const changed = kept.updatedAt !== this.#post.updatedAt;
        this.update(kept);
        this.settle();
        this.#find(".edit").focus();
        if (changed) this.#on.onChanged();
      });
      this.#isEdited = true;
    } catch (error) {
      this.#fail(error);
    } finally {
      button.disabled = false;
    }
  }
}
