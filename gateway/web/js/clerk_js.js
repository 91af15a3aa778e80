// Brings Clerk's own, unmodified clerk-js and its prebuilt components into the page.

import { ApiError } from "./api.js";

const SCRIPTS = { components: "npm/@clerk/ui@1/dist/ui.browser.js", core: "npm/@clerk/clerk-js@6/dist/clerk.browser.js" };

// The emulator runs, but has no copy of clerk-js (npm or the network was missing when ./dev up ran).
export class ClerkJsMissing extends Error {}

// Clerk's components in the page's own colours, light and dark. The two icons would else come from Clerk's image host.
const drawn = (path) => `url("data:image/svg+xml,${encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${path}</svg>`)}")`;
const APPEARANCE = {
  variables: {
    colorPrimary: "var(--accent)",
    colorPrimaryForeground: "var(--on-accent)",
    colorBackground: "var(--card)",
    colorForeground: "var(--ink)",
    colorMutedForeground: "var(--muted)",
    colorInput: "var(--field)",
    colorInputForeground: "var(--ink)",
    colorNeutral: "var(--ink)",
    colorDanger: "var(--danger)",
    borderRadius: "9px",
    fontFamily: "var(--sans)",
  },
  elements: {
    providerIcon__google: {
      backgroundImage: drawn(
        "<path fill='#4285f4' d='M15.5 8.2c0-.6 0-1-.1-1.5H8v2.9h4.2a3.7 3.7 0 0 1-1.5 2.4v2h2.5a7.6 7.6 0 0 0 2.3-5.8z'/>" +
          "<path fill='#34a853' d='M8 15.9c2.1 0 3.9-.7 5.2-1.9l-2.5-2a4.7 4.7 0 0 1-7-2.5H1.1v2A7.9 7.9 0 0 0 8 15.9z'/>" +
          "<path fill='#fbbc05' d='M3.7 9.5a4.7 4.7 0 0 1 0-3v-2H1.1a7.9 7.9 0 0 0 0 7z'/>" +
          "<path fill='#ea4335' d='M8 3.3c1.2 0 2.2.4 3 1.2l2.3-2.3A7.9 7.9 0 0 0 1.1 4.5l2.6 2A4.7 4.7 0 0 1 8 3.3z'/>",
      ),
    },
    providerIcon__github: {
      maskImage: drawn(
        "<path d='M8 .2a8 8 0 0 0-2.5 15.6c.4.1.5-.2.5-.4v-1.4c-2.2.5-2.7-1-2.7-1-.4-.9-.9-1.2-.9-1.2-.7-.5.1-.5.1-.5.8.1 1.2.8 1.2.8.7 1.2 1.9.9 2.3.7.1-.5.3-.9.5-1.1-1.8-.2-3.6-.9-3.6-4 0-.9.3-1.6.8-2.1-.1-.2-.4-1 .1-2.1 0 0 .7-.2 2.2.8a7.6 7.6 0 0 1 4 0c1.5-1 2.2-.8 2.2-.8.4 1.1.200 1.9.100 2.1.5.6.8 1.3.8 2.1 0 3.1-1.9 3.7-3.7 3.9.3.3.6.8.6 1.5v2.3c0 .2.1.5.5.4A8 8 0 0 0 8 .2z'/>",
      ),
    },
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
      signInUrl: "/sign-in",
      signUpUrl: "/sign-up",
      signInFallbackRedirectUrl: "/",
      signUpFallbackRedirectUrl: "/",
      afterSignOutUrl: "/",
      appearance: APPEARANCE,
      telemetry: false,
    });
  } catch {
    throw new ApiError(0, "Sign-in cannot be loaded right now. Please try again.");
  }
  return window.Clerk;
}
