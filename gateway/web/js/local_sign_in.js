// The pages /sign-in and /sign-up where clerk-js is missing: the emulator's simplest sign-in.

import { loadPart } from "./api.js";
import { byId, clearFieldErrors, setFieldError, show, showError } from "./dom.js";
import { pageAfterSignIn } from "./session.js";

const EMAIL_SHAPE = /^[^\s@]+@[^\s@]+$/;
const TITLES = { "sign-in": "Sign in", "sign-up": "Sign up" };

const SENTENCES = {
  form_identifier_not_found: "No account has this e-mail address. Sign up to make one.",
  form_identifier_exists: "This e-mail address has an account already. Sign in instead.",
};

export async function openLocalSignIn(place, page, session) {
  place.replaceChildren(await loadPart("local_sign_in"));
  const form = byId("local-sign-in");
  const button = form.querySelector("[type=submit]");
  byId("local-title").textContent = TITLES[page];
  button.textContent = page === "sign-up" ? "Create account" : "Sign in";
  show(byId("name-fields"), page === "sign-up");
  show(byId("to-sign-in"), page === "sign-up");
  show(byId("to-sign-up"), page === "sign-in");
  for (const link of form.querySelectorAll("a")) link.search = location.search;
  form.elements.email.focus();
  form.addEventListener("input", ({ target }) => target.name === "email" && setFieldError(form, "email", ""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFieldErrors(form);
    const { email, ...names } = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    if (!EMAIL_SHAPE.test(email)) return showError(form, { field: "email", message: "Please enter an e-mail address." });
    button.disabled = true;
    try {
      if (page === "sign-up") await session.signUp({ email, ...Object.fromEntries(Object.entries(names).filter(([, value]) => value)) });
      else await session.signIn(email);
      location.assign(pageAfterSignIn());
    } catch (error) {
      button.disabled = false;
      showError(form, { field: SENTENCES[error.reason] ? "email" : "", message: SENTENCES[error.reason] ?? error.message });
    }
  });
}
