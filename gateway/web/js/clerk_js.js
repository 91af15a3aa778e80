// Brings Clerk's own, unmodified clerk-js and its prebuilt components into the page.

import { ApiError } from "./api.js";
import { pageAfterSignIn } from "./session.js";

const SCRIPTS = { components: "npm/@clerk/ui@1/dist/ui.browser.js", core: "npm/@clerk/clerk-js@6/dist/clerk.browser.js" };

// The emulator runs, but has no copy of clerk-js (npm or the network was missing when ./dev up ran).
export class ClerkJsMissing extends Error {}

// Clerk's components in the page's own colours, light and dark. (Its stylesheet has an --accent of its own, so ours must not be called so.)
const APPEARANCE = {
  variables: {
    colorPrimary: "var(--brand)",
    colorPrimaryForeground: "var(--on-brand)",
    colorBackground: "var(--card)",
    colorForeground: "var(--ink)",
    colorMutedForeground: "var(--muted)",
    colorInput: "var(--field)",
    colorInputForeground: "var(--ink)",
    colorNeutral: "var(--ink)",
    colorDanger: "var(--danger)",
    colorModalBackdrop: "rgb(15 17 22 / 45%)",
    borderRadius: "9px",
    fontFamily: "var(--sans)",
  },
};

// The Frontend API's host stands in the publishable key: base64 of the host and a dollar sign.
const frontendApi = (publishableKey) => atob(publishableKey.split("_")[2] ?? "").replace(/\$$/, "");

async function addScript(src, data = {}) {
  const script = document.createElement("script");
  script.src = src;
  script.async = false; // the components first, then the core
  Object.assign(script.dataset, data);
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  }).catch(async () => {
    script.remove();
    const answer = await fetch(src).catch(() => null);
    if (answer?.status === 404) throw new ClerkJsMissing();
    throw new ApiError(0, "Sign-in cannot be loaded right now. Please try again.");
  });
}

// A loaded `Clerk` (its API: clerk.com/docs/reference/objects/clerk). Throws a passing ApiError when Clerk cannot be reached, and
// ClerkJsMissing. The emulator is reached through the gateway, a real instance by the host in its key.
export async function loadClerk({ publishableKey, emulator }) {
  const base = emulator ? "/__clerk" : `https://${frontendApi(publishableKey)}`;
  const data = { clerkPublishableKey: publishableKey, ...(emulator ? { clerkProxyUrl: "/__clerk" } : {}) };
  await Promise.all([
    window.__internal_ClerkUICtor || addScript(`${base}/${SCRIPTS.components}`),
    window.Clerk || addScript(`${base}/${SCRIPTS.core}`, data),
  ]);
  try {
    await window.Clerk.load({
      ui: { ClerkUI: window.__internal_ClerkUICtor },
      // With redirect_url, which has to outlive the way from one form to the other.
      signInUrl: `/sign-in${location.search}`,
      signUpUrl: `/sign-up${location.search}`,
      signInFallbackRedirectUrl: pageAfterSignIn(),
      signUpFallbackRedirectUrl: pageAfterSignIn(),
      afterSignOutUrl: "/",
      appearance: APPEARANCE,
      telemetry: false,
    });
  } catch {
    throw new ApiError(0, "Sign-in cannot be loaded right now. Please try again.");
  }
  return window.Clerk;
}
