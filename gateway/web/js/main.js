// The page's parts list: settings, session, views.

import { Api, publicJson } from "./api.js";
import { setUpCompose } from "./compose.js";
import { byId, setMessage, show } from "./dom.js";
import { PostList } from "./post_list.js";
import { CookieSession, EmulatorSession } from "./session.js";
import { setUpClerkSignIn, setUpLocalSignIn } from "./sign_in.js";
import { displayName, initials } from "./text.js";

function showAccount(user, session) {
  show(byId("account"), Boolean(user));
  if (!user) return;
  const name = displayName(user);
  byId("account-name").textContent = name;
  byId("account-initials").textContent = initials(name);
  show(byId("sign-out"), session.canSignOut);
}

async function start() {
  const settings = await publicJson("/config.json");
  const session = settings.emulator ? new EmulatorSession() : new CookieSession();
  const api = new Api(session, () => endSession());
  const posts = new PostList(api);
  let signedIn = false;

  const showSignedOut = () => {
    signedIn = false;
    posts.clear();
    showAccount(null, session);
    show(byId("signed-in"), false);
    show(byId("signed-out"), true);
  };
  const endSession = () => {
    if (!signedIn) return;
    session.signOut();
    showSignedOut();
    setMessage(byId("notice"), "Your session has ended. Please sign in again.");
  };
  const showSignedIn = async () => {
    const user = await api.me();
    signedIn = true;
    showAccount(user, session);
    show(byId("signed-out"), false);
    show(byId("signed-in"), true);
    setMessage(byId("notice"), user.banned ? "This account is banned: you can read your posts, but not write." : "");
    byId("compose-title").focus();
    await posts.reload();
  };

  if (settings.emulator) setUpLocalSignIn(session, showSignedIn);
  else setUpClerkSignIn(settings.publishableKey);
  setUpCompose(api, (post) => posts.add(post));
  byId("sign-out").addEventListener("click", () => {
    session.signOut();
    byId("compose").reset();
    showSignedOut();
    byId("main").focus();
  });

  try {
    if (await session.start()) await showSignedIn();
    else showSignedOut();
  } catch (error) {
    showSignedOut();
    if (error.status !== 401) setMessage(byId("notice"), error.message);
  }
}

start().catch((error) => setMessage(byId("notice"), error.message));
