// The page /account: what Inkwell holds about its reader, to be taken along or deleted.

import { loadPart } from "./api.js";
import { byId, setMessage, show } from "./dom.js";

// Name, else user name, else e-mail. A Clerk user may have none of them.
function displayName(user) {
  const name = [user.firstName, user.lastName].filter(Boolean).join(" ").trim();
  return name || user.username || user.email || "You";
}

const longDate = (iso) => new Intl.DateTimeFormat("en", { dateStyle: "long" }).format(new Date(iso));

function saveAs(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser may still be reading it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Runs what a button stands for, and says below it what went wrong.
function onPress(button, line, action) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    setMessage(line, "");
    try {
      await action();
    } catch (error) {
      setMessage(line, error.message);
    } finally {
      button.disabled = false;
    }
  });
}

export class AccountPage {
  #api;

  static async load(...parameters) {
    byId("account").replaceChildren(await loadPart("account"));
    return new AccountPage(...parameters);
  }

  // `onDeleted` is called when the account is gone. With `hasCookies` the browser itself is signed in, and streams the export to
  // the disk; otherwise the page fetches it.
  constructor(api, hasCookies, onDeleted) {
    this.#api = api;
    const dialog = byId("delete-dialog");
    onPress(byId("export"), byId("export-error"), async () => {
      if (hasCookies) location.assign("/account/export");
      else saveAs(await api.exportMe(), "inkwell-export.json");
    });
    byId("delete-account").addEventListener("click", () => dialog.showModal());
    byId("delete-cancel").addEventListener("click", () => dialog.close());
    onPress(byId("delete-confirm"), byId("delete-error"), async () => {
      await api.deleteMe();
      dialog.close();
      await onDeleted();
    });
  }

  async open(userId) {
    const page = `/u/${encodeURIComponent(userId)}`;
    byId("account-public").href = page;
    byId("account-feed").href = `${page}/feed.atom`;
    show(byId("account-facts"), false);
    try {
      const user = await this.#api.me();
      const name = displayName(user);
      byId("account-name").textContent = name;
      byId("account-email").textContent = user.email && user.email !== name ? user.email : "";
      setMessage(byId("account-since"), user.createdAt && `Here since ${longDate(user.createdAt)}`);
      show(byId("account-facts"), true);
    } catch (error) {
      setMessage(byId("account-error"), error.message);
    }
  }
}
