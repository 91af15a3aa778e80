// The gateway's HTTP API (see /openapi.json).

const REQUEST_TIMEOUT_MS = 15_000;

// An answer that is no success, or none at all (status 0). `message` is a sentence for people; `field` names the faulty field.
export class ApiError extends Error {
  constructor(status, message, { reason = "", field = "" } = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.field = field;
  }

  // Whether the same request may well succeed later.
  get passing() {
    return [0, 502, 503, 504].includes(this.status);
  }
}

const FALLBACK_SENTENCES = {
  0: "Inkwell cannot be reached right now. Please try again.",
  413: "This is too long to be sent.",
  429: "That was a lot at once. Please wait a moment.",
  502: "Something behind Inkwell does not answer. Please try again in a moment.",
  503: "Inkwell is busy or starting. Please try again in a moment.",
  504: "Inkwell took too long to answer. Please try again.",
};

// Reads our own problem documents and Clerk's `{errors: [{code, long_message}]}`.
async function problemOf(response) {
  const problem = await response.json().catch(() => ({}));
  const [clerkError = {}] = problem.errors ?? [];
  const detail = problem.detail ?? clerkError.long_message ?? clerkError.message;
  const sentence = FALLBACK_SENTENCES[response.status] ?? detail ?? "Something went wrong. Please try again.";
  return new ApiError(response.status, sentence, { reason: problem.reason ?? clerkError.code, field: problem.field });
}

async function request(path, { signal, timeout = REQUEST_TIMEOUT_MS, ...options } = {}) {
  const deadline = AbortSignal.timeout(timeout);
  try {
    return await fetch(path, { ...options, signal: signal ? AbortSignal.any([signal, deadline]) : deadline });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, FALLBACK_SENTENCES[0]);
  }
}

// Sends and reads JSON without a session: the page's settings and the emulator's own sign-in.
export async function publicJson(path, body) {
  const options = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const response = await request(path, options);
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

// Modules and parts of the page that not everybody needs. The parts are files of ours, which is why they may be read as HTML.
export const loadModule = (name) =>
  import(`./${name}.js`).catch(() => {
    throw new ApiError(0, FALLBACK_SENTENCES[0]);
  });

export async function loadPart(name) {
  const response = await request(`/parts/${name}.html`);
  if (!response.ok) throw await problemOf(response);
  return document.createRange().createContextualFragment(await response.text());
}

// Calls on behalf of a session. A token lives for a minute, so a 401 is answered by one try with a fresh one.
export class Api {
  #session;
  #connection;

  constructor(session, connection) {
    this.#session = session;
    this.#connection = connection;
  }

  async #call(method, path, options) {
    try {
      const response = await this.#send(method, path, options);
      this.#connection.found();
      return response;
    } catch (error) {
      if (error.passing && error.reason !== "OVERLOADED") this.#connection.lost();
      // The token is good for its minute even when the account behind it is gone; Clerk knows.
      if (error.status === 401 || error.reason === "USER_NOT_FOUND") await this.#session.check();
      throw error;
    }
  }

  async #send(method, path, { body, headers = {}, ...options } = {}) {
    for (const fresh of [false, true]) {
      const response = await request(path, {
        ...options,
        method,
        headers: { ...(await this.#session.authorization({ fresh })), ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
        body: body && JSON.stringify(body),
      });
      if (response.ok) return response;
      if (response.status !== 401 || fresh) throw await problemOf(response);
    }
  }

  async me() {
    return (await this.#call("GET", "/api/me")).json();
  }

  async deleteMe() {
    await this.#call("DELETE", "/api/me");
  }

  // Everything of one's own as a file. It may be long: only the connection's end ends it.
  async exportMe() {
    return (await this.#call("GET", "/api/me/export", { timeout: 3_600_000 })).blob();
  }

  async listPosts({ query = "", cursor = "", signal } = {}) {
    const parameters = new URLSearchParams();
    if (query) parameters.set("q", query);
    if (cursor) parameters.set("cursor", cursor);
    return (await this.#call("GET", `/api/posts?${parameters}`, { signal })).json();
  }

  async getPost(id) {
    const response = await this.#call("GET", `/api/posts/${id}`);
    return { post: await response.json(), etag: response.headers.get("ETag") };
  }

  // `idempotencyKey` makes it safe to press the button again after an answer was lost.
  async createPost(post, idempotencyKey) {
    return (await this.#call("POST", "/api/posts", { body: post, headers: { "Idempotency-Key": idempotencyKey } })).json();
  }

  // With an `etag` only if the post still is as it was then: 412 otherwise.
  async updatePost(id, changes, etag = "") {
    return (await this.#call("PATCH", `/api/posts/${id}`, { body: changes, headers: etag ? { "If-Match": etag } : {} })).json();
  }

  async deletePost(id) {
    await this.#call("DELETE", `/api/posts/${id}`);
  }

  // For a page that is going away: sent without waiting for anything, and delivered even after the page is gone.
  deletePostInPassing(id) {
    fetch(`/api/posts/${id}`, { method: "DELETE", keepalive: true, headers: this.#session.authorizationAtHand() }).catch(() => {});
  }
}
