// The list of posts: pages, search as you type, and what to say when there is nothing to show.

import { byId, setMessage, show } from "./dom.js";
import { PostView } from "./post_view.js";

const SEARCH_PAUSE_MS = 200;

export class PostList {
  #api;
  #views = [];
  #query = "";
  #cursor = "";
  #loading = null;
  #searchTimer = 0;
  #list = byId("posts");

  constructor(api) {
    this.#api = api;
    byId("load-more").addEventListener("click", () => this.#loadMore());
    byId("list-retry").addEventListener("click", () => this.reload());
    byId("search").addEventListener("input", () => {
      clearTimeout(this.#searchTimer);
      this.#searchTimer = setTimeout(() => this.#search(byId("search").value.trim()), SEARCH_PAUSE_MS);
    });
    document.addEventListener("keydown", (event) => {
      const writing = event.target.closest?.("input, textarea");
      if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        byId("search").focus();
      }
    });
  }

  clear() {
    this.#loading?.abort();
    this.#views = [];
    this.#query = this.#cursor = byId("search").value = "";
    this.#list.replaceChildren();
  }

  async reload() {
    this.#setState(this.#views.length ? "" : "Loading…");
    await this.#load("", (page) => {
      this.#views = page;
      this.#list.replaceChildren(...page.map((view) => view.element));
    });
  }

  // A post that was just written stands on top, unless a search is on that might not find it.
  add(post) {
    if (this.#query) {
      byId("search").value = this.#query = "";
      this.reload();
      return;
    }
    const view = this.#view(post);
    view.element.classList.add("fresh");
    this.#views.unshift(view);
    this.#list.prepend(view.element);
    view.settle();
    this.#describe("Posted.");
  }

  #view(post) {
    return new PostView(this.#api, post, { query: this.#query, onDeleted: (view) => this.#remove(view) });
  }

  #remove(view) {
    const index = this.#views.indexOf(view);
    this.#views.splice(index, 1);
    view.element.remove();
    this.#describe("Deleted.");
    const next = this.#views[Math.min(index, this.#views.length - 1)];
    if (next) next.focus();
    else byId("compose-title").focus();
  }

  #search(query) {
    if (query === this.#query) return;
    this.#query = query;
    this.reload();
  }

  async #loadMore() {
    const first = await this.#load(this.#cursor, (page) => {
      const known = new Set(this.#views.map((view) => view.id));
      const fresh = page.filter((view) => !known.has(view.id));
      this.#views.push(...fresh);
      this.#list.append(...fresh.map((view) => view.element));
    });
    first?.focus();
  }

  // Loads one page and hands its views to `place`; a newer request makes an older answer worthless. Returns the page's first view.
  async #load(cursor, place) {
    this.#loading?.abort();
    const loading = (this.#loading = new AbortController());
    this.#list.setAttribute("aria-busy", "true");
    byId("load-more").disabled = true;
    try {
      const answer = await this.#api.listPosts({ query: this.#query, cursor, signal: loading.signal });
      if (loading !== this.#loading) return undefined;
      const page = answer.posts.map((post) => this.#view(post));
      place(page);
      page.forEach((view) => view.settle());
      this.#cursor = answer.nextCursor ?? "";
      this.#describe();
      return page[0];
    } catch (error) {
      if (loading === this.#loading) this.#setState(error.message, { retry: true });
      return undefined;
    } finally {
      if (loading === this.#loading) {
        this.#list.setAttribute("aria-busy", "false");
        byId("load-more").disabled = false;
      }
    }
  }

  #describe(event = "") {
    const count = this.#views.length;
    show(byId("load-more"), Boolean(this.#cursor));
    if (count) this.#setState("");
    else this.#setState(this.#query ? `Nothing found for “${this.#query}”.` : "No posts yet.\nThe first one is yours to write.");
    const shown = count === 1 ? "1 post shown." : `${count} posts shown.`;
    byId("list-status").textContent = `${event} ${shown}`.trim();
  }

  #setState(text, { retry = false } = {}) {
    setMessage(byId("list-state-text"), text);
    show(byId("list-state"), Boolean(text));
    show(byId("list-retry"), retry);
  }
}
