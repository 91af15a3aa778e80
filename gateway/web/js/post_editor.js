// The form in which a post is edited, in the place of the post.

import { loadPart } from "./api.js";
import { clearFieldErrors, growWithText, setFieldError, show, showError, submitOnCtrlEnter } from "./dom.js";

function changesOf(form, post) {
  const { title, content, published } = form.elements;
  const changes = {};
  if (title.value !== post.title) changes.title = title.value;
  if (content.value !== (post.content ?? "")) changes.content = content.value;
  if (published.checked !== post.published) changes.published = published.checked;
  return changes;
}

// Puts the editor in the place of `article`. When it is left the article is back and `onClosed(post)` gets the post as it is then,
// or null when it is gone.
export async function openEditor(api, article, post, etag, onClosed) {
  const form = (await loadPart("post_editor")).firstElementChild;
  const { title, content, published } = form.elements;
  const conflict = form.querySelector(".conflict");
  const button = form.querySelector("[type=submit]");

  const close = (kept) => {
    form.replaceWith(article);
    onClosed(kept);
  };
  const fill = () => {
    title.value = post.title;
    content.value = post.content ?? "";
    published.checked = post.published;
  };
  const save = async () => {
    clearFieldErrors(form);
    show(conflict, false);
    const changes = changesOf(form, post);
    if (!Object.keys(changes).length) return close(post);
    if (!title.value.trim()) {
      setFieldError(form, "title", "A post needs a title.");
      return title.focus();
    }
    button.disabled = true;
    try {
      close(await api.updatePost(post.id, changes, etag));
    } catch (error) {
      button.disabled = false;
      if (error.status === 412) await meetConflict();
      else if (error.reason === "POST_NOT_FOUND") showError(form, { message: "This post was deleted elsewhere. Copy your text before you cancel." });
      else showError(form, error);
    }
  };
  // Somebody else, or another tab, was faster: the next save goes against the version of now, which may be taken over instead.
  const meetConflict = async () => {
    try {
      ({ post, etag } = await api.getPost(post.id));
      show(conflict, true);
      conflict.querySelector(".mine").focus();
    } catch (error) {
      showError(form, error);
    }
  };

  fill();
  for (const field of [title, content]) field.setAttribute("aria-label", field.name === "title" ? "Title" : "Text");
  const fit = growWithText(content);
  submitOnCtrlEnter(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && close(post));
  form.querySelector(".cancel").addEventListener("click", () => close(post));
  conflict.querySelector(".mine").addEventListener("click", save);
  conflict.querySelector(".theirs").addEventListener("click", () => {
    fill();
    fit();
    show(conflict, false);
    title.focus();
  });
  article.replaceWith(form);
  fit();
  title.focus();
}
