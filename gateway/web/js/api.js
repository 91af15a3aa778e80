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
}

const FALLBACK_SENTENCES = {
  0: "The server cannot be reached. Check your connection and try again.",
  401: "Your session has ended. Please sign in again.",
  413: "This is too long to be sent.",
  429: "That was a lot at once. Please wait a moment.",
  503: "The service is busy or starting. Please try again in a moment.",
  504: "The service took too long to answer. Please try again.",
};

// Reads our own problem documents and Clerk's `{errors: [{code, long_message}]}`.
async function problemOf(response) {
  const problem = await response.json().catch(() => ({}));
  const [clerkError = {}] = problem.errors ?? [];
  const detail = problem.detail ?? clerkError.long_message ?? clerkError.message;
  const sentence = FALLBACK_SENTENCES[response.status] ?? detail ?? "Something went wrong. Please try again.";
  return new ApiError(response.status, sentence, { reason: problem.reason ?? clerkError.code, field: problem.field });
}

async function request(path, { signal, ...options }) {
  const deadline = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    return await fetch(path, { ...options, signal: signal ? AbortSignal.any([signal, deadline]) : deadline });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, FALLBACK_SENTENCES[0]);
  }
}

// Sends and reads JSON without a session: the page's settings and the local sign-in.
export async function publicJson(path, body) {
  const options = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const response = await request(path, options);
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

// Calls on behalf of a session. A token lives for a minute, so a 401 is answered by one try with a fresh one.
export class Api {
  #session;
  #onSignedOut;

  // `onSignedOut` is called when the server no longer takes the session for one.
  constructor(session, onSignedOut) {
    this.#session = session;
    this.#onSignedOut = onSignedOut;
  }

  async #call(method, path, options) {
    try {
      return await this.#send(method, path, options);
    } catch (error) {
      if (error.status === 401) this.#onSignedOut();
      throw error;
    }
  }

  async #send(method, path, { body, headers = {}, signal } = {}) {
    for (const fresh of [false, true]) {
      const response = await request(path, {
        method,
        signal,
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

  async updatePost(id, changes, etag) {
    return (await this.#call("PATCH", `/api/posts/${id}`, { body: changes, headers: { "If-Match": etag } })).json();
  }

  async deletePost(id) {
    await this.#call("DELETE", `/api/posts/${id}`);
  }
}
