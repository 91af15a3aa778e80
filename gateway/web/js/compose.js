// The form for a new post.

import { byId, clearFieldErrors, growWithText, setFieldError, showError, submitOnCtrlEnter } from "./dom.js";

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// `onCreated(post)` is called with the new post as the server stored it.
export function setUpCompose(api, onCreated) {
  const form = byId("compose");
  const fit = growWithText(form.elements.content);
  // The same text keeps its key, so that pressing the button again after a lost answer cannot make a second post.
  let idempotencyKey = randomKey();
  submitOnCtrlEnter(form);
  form.addEventListener("input", (event) => {
    idempotencyKey = randomKey();
    setFieldError(form, event.target.name === "published" ? "" : event.target.name, "");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFieldErrors(form);
    const { title, content, published } = form.elements;
    if (!title.value.trim()) {
      setFieldError(form, "title", "A post needs a title.");
      title.focus();
      return;
    }
    const post = { title: title.value, published: published.checked };
    if (content.value) post.content = content.value;
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const created = await api.createPost(post, idempotencyKey);
      form.reset();
      fit();
      idempotencyKey = randomKey();
      onCreated(created);
    } catch (error) {
      showError(form, error);
    } finally {
      button.disabled = false;
    }
  });
}
