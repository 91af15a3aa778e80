// The list of posts: pages, search as you type, other tabs, and what to say when there is nothing to show.

import { loadModule } from "./api.js";
import { arrange, byId, setMessage, show } from "./dom.js";
import { PostView } from "./post_view.js";

const SEARCH_PAUSE_MS = 150;
const STALE_AFTER_MS = 30_000;
const CLOCK_MS = 30_000;

const loadToast = async () => (await loadModule("toast")).UndoToast.load();

export class PostList {
  #api;
  #views = [];
  #query = "";
  #cursor = "";
  #loading = null;
  #loadedAt = 0;
  #isOpen = false;
  #searchTimer = 0;
  #authorId = "";
  #removed = new Set(); // ids of posts that are gone from the list, but perhaps not yet from the server
  #list = byId("posts");
  #toast = null; // promised at the first deletion
  #otherTabs = new BroadcastChannel("inkwell.posts");

  constructor(api) {
    this.#api = api;
    byId("load-more").addEventListener("click", () => this.#loadMore());
    byId("list-retry").addEventListener("click", () => this.refresh());
    byId("search").addEventListener("input", () => {
      clearTimeout(this.#searchTimer);
      this.#searchTimer = setTimeout(() => this.#search(byId("search").value.trim()), SEARCH_PAUSE_MS);
    });
    document.addEventListener("keydown", (event) => {
      const writing = event.target.closest?.("input, textarea");
      if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey || !this.#isOpen) return;
      event.preventDefault();
      byId("search").focus();
    });
    this.#otherTabs.addEventListener("message", ({ data }) => data === this.#authorId && this.refresh());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && Date.now() - this.#loadedAt > STALE_AFTER_MS) this.refresh();
    });
    setInterval(() => this.#views.forEach((view) => view.tick()), CLOCK_MS);
    new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.#loadMore(), { rootMargin: "600px" }).observe(
      byId("load-more"),
    );
  }

  // Shows the posts of this user from the start.
  open(authorId) {
    this.close();
    this.#authorId = authorId;
    this.#isOpen = true;
    return this.refresh();
  }

  close() {
    this.#loading?.abort();
    this.#isOpen = false;
    this.#views = [];
    this.#query = this.#cursor = byId("search").value = "";
    this.#list.replaceChildren();
  }

  // Asks for the first page again, and leaves alone what is unchanged, being edited, or on further pages.
  async refresh() {
    if (!this.#isOpen) return;
    if (!this.#views.length) this.#setState("loading");
    const answer = await this.#load("");
    if (!answer) return;
    // An empty list is also what an account without an author gets: then this call finds out.
    if (!answer.posts.length && !this.#query) this.#api.me().catch(() => {});
    this.#place(answer);
  }

  // Shows a post that is on its way to the server. Returns its view, for sent() or drop().
  addUnsent(post) {
    if (this.#query) {
      byId("search").value = "";
      this.#search("");
    }
    const now = new Date().toISOString();
    const view = this.#view({ ...post, id: "", authorId: this.#authorId, createdAt: now, updatedAt: now });
    view.setUnsent(true);
    view.element.classList.add("fresh");
    this.#views.unshift(view);
    this.#show();
    view.settle();
    return view;
  }

  sent(view, post) {
    view.setUnsent(false);
    view.update(post);
    // A refresh may have brought the same post meanwhile.
    this.#views = this.#views.filter((other) => other === view || other.id !== post.id);
    this.#changed("Posted.");
    if (this.#loading) this.refresh(); // what is on its way may be from before the post
  }

  drop(view) {
    this.#views = this.#views.filter((other) => other !== view);
    this.#show();
  }

  #view(post) {
    return new PostView(this.#api, post, {
      query: this.#query,
      onChanged: () => this.#changed(),
      onDelete: (view) => this.#delete(view),
      onGone: (view) => this.drop(view),
    });
  }

  #changed(event = "") {
    this.#show(event);
    this.#otherTabs.postMessage(this.#authorId);
  }

  // The post leaves the list at once and the server a little later, so that it can be undone.
  async #delete(view) {
    const index = this.#views.indexOf(view);
    this.#removed.add(view.id);
    this.#views.splice(index, 1);
    this.#show("Deleted. Press Control+Z to undo.");
    const next = this.#views[Math.min(index, this.#views.length - 1)];
    if (next) next.focus();
    else byId("compose-title").focus();

    const restore = () => {
      this.#removed.delete(view.id);
      const older = this.#views.findIndex((other) => other.id && other.id < view.id);
      this.#views.splice(older < 0 ? this.#views.length : older, 0, view);
      this.#show("Restored.");
    };
    const toast = await (this.#toast ??= loadToast()).catch((error) => {
      this.#toast = null;
      restore();
      view.showError(error.message);
    });
    toast?.offer(`Deleted “${view.title}”.`, {
      undo: () => {
        restore();
        view.focus();
      },
      hurry: () => this.#api.deletePostInPassing(view.id),
      done: () =>
        this.#api.deletePost(view.id).then(
          () => this.#otherTabs.postMessage(this.#authorId),
          (error) => {
            if (error.status === 404) return;
            restore();
            view.showError(error.message);
          },
        ),
    });
  }

  #search(query) {
    clearTimeout(this.#searchTimer);
    if (query === this.#query) return;
    this.#query = query;
    this.refresh();
  }

  async #loadMore() {
    if (!this.#cursor || this.#loading) return;
    const answer = await this.#load(this.#cursor);
    if (!answer) return;
    const known = new Set(this.#views.map((view) => view.id));
    const added = this.#wanted(answer.posts).filter((post) => !known.has(post.id)).map((post) => this.#view(post));
    this.#views.push(...added);
    this.#cursor = answer.nextCursor ?? "";
    this.#show();
    added.forEach((view) => view.settle());
    // The observer tells only of changes: ask again whether the end is still near.
    const { top } = byId("load-more").getBoundingClientRect();
    if (this.#cursor && top < innerHeight + 600) this.#loadMore();
  }

  // One page, or nothing when a newer request made it worthless or it failed.
  async #load(cursor) {
    this.#loading?.abort();
    const loading = (this.#loading = new AbortController());
    this.#list.setAttribute("aria-busy", "true");
    try {
      const answer = await this.#api.listPosts({ query: this.#query, cursor, signal: loading.signal });
      if (loading !== this.#loading) return undefined;
      this.#loadedAt = Date.now();
      return answer;
    } catch (error) {
      if (loading === this.#loading && this.#isOpen) this.#setState("error", error.message);
      return undefined;
    } finally {
      if (loading === this.#loading) {
        this.#loading = null;
        this.#list.setAttribute("aria-busy", "false");
      }
    }
  }

  #wanted(posts) {
    return posts.filter((post) => !this.#removed.has(post.id));
  }

  // Ids grow with time, so they say which views belong before, into and after the page.
  #place({ posts, nextCursor }) {
    const query = this.#query;
    const known = new Map(this.#views.map((view) => [view.id, view]));
    const page = this.#wanted(posts).map((post) => known.get(post.id)?.update(post, query) ?? this.#view(post));
    const end = nextCursor ? posts.at(-1).id : "";
    const unsent = this.#views.filter((view) => !view.id);
    const further = this.#views.filter((view) => view.query === query && view.id && view.id < end);
    if (!further.length) this.#cursor = nextCursor ?? "";
    this.#views = [...unsent, ...page, ...further];
    this.#show();
    page.forEach((view) => known.has(view.id) || view.settle());
  }

  #show(event = "") {
    const count = this.#views.length;
    arrange(this.#list, this.#views.map((view) => view.element));
    show(byId("load-more"), Boolean(this.#cursor));
    if (count) this.#setState("");
    else if (this.#query) this.#setState("nothing", `Nothing found for “${this.#query}”.`);
    else this.#setState("empty");
    const shown = count === 1 ? "1 post shown." : `${count} posts shown.`;
    byId("list-status").textContent = `${event} ${shown}`.trim();
  }

  #setState(state, text = "") {
    for (const name of ["loading", "empty", "nothing", "error"]) show(byId(`list-${name}`), name === state);
    if (text) setMessage(byId(state === "error" ? "list-error-text" : "list-nothing"), text);
    show(byId("search-box"), state !== "empty");
  }
}
