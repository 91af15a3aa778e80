// What a signed-out person sees: the emulator's form, or where the accounts live.

import { byId, setMessage, show } from "./dom.js";

const EMAIL_SHAPE = /^[^\s@]+@[^\s@]+$/;

function setMode(signingUp) {
  byId("mode-sign-up").setAttribute("aria-pressed", String(signingUp));
  byId("mode-sign-in").setAttribute("aria-pressed", String(!signingUp));
  show(byId("name-fields"), signingUp);
  byId("sign-in-submit").textContent = signingUp ? "Create account" : "Sign in";
  setEmailError("");
  setMessage(byId("sign-in-error"), "");
}

function setEmailError(text) {
  const email = byId("email");
  setMessage(byId("email-error"), text);
  email.setAttribute("aria-invalid", String(Boolean(text)));
  email.setAttribute("aria-describedby", "email-error");
}

const SENTENCES = {
  form_identifier_not_found: "No account has this e-mail address. Choose “New here” to make one.",
  form_identifier_exists: "This e-mail address has an account already. Choose “I have an account”.",
};

async function submit(session, onSignedIn) {
  const signingUp = byId("mode-sign-up").getAttribute("aria-pressed") === "true";
  const email = byId("email").value.trim();
  setMessage(byId("sign-in-error"), "");
  setEmailError(EMAIL_SHAPE.test(email) ? "" : "Please enter an e-mail address.");
  if (!EMAIL_SHAPE.test(email)) return byId("email").focus();

  const button = byId("sign-in-submit");
  button.disabled = true;
  try {
    if (signingUp) {
      const optional = { first_name: byId("first-name").value.trim(), last_name: byId("last-name").value.trim() };
      const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value));
      await session.signUp({ email, ...given });
    } else {
      await session.signIn(email);
    }
    byId("sign-in-form").reset();
    await onSignedIn();
  } catch (error) {
    setMessage(byId("sign-in-error"), SENTENCES[error.reason] ?? error.message);
  } finally {
    button.disabled = false;
  }
}

export function setUpLocalSignIn(session, onSignedIn) {
  show(byId("local-sign-in"), true);
  byId("mode-sign-up").addEventListener("click", () => setMode(true));
  byId("mode-sign-in").addEventListener("click", () => setMode(false));
  byId("email").addEventListener("input", () => setEmailError(""));
  byId("sign-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(session, onSignedIn);
  });
}

// The Frontend API's host stands in the publishable key: base64 of the host and a dollar sign.
export function setUpClerkSignIn(publishableKey) {
  byId("clerk-host").textContent = atob(publishableKey.split("_")[2] ?? "").replace(/\$$/, "");
  show(byId("clerk-sign-in"), true);
}
