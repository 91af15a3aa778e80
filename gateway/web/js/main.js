// The page's parts list: settings, session, and the views, of which the path and who is signed in choose one.

import { Api, loadModule, publicJson } from "./api.js";
import { ClerkJsMissing, loadClerk } from "./clerk_js.js";
import { Compose } from "./compose.js";
import { Connection } from "./connection.js";
import { byId, setMessage, show } from "./dom.js";
import { PostList } from "./post_list.js";
import { ClerkSession, pageAfterSignIn } from "./session.js";

const FAREWELL_KEY = "inkwell.farewell";
const path = location.pathname.split("/")[1]; // "", "sign-in", "sign-up", "account"
const isSignInPage = path === "sign-in" || path === "sign-up";

function showView(name) {
  for (const view of document.querySelectorAll("[data-view]")) show(view, view.dataset.view === name);
}

function showNavigation(isSignedIn) {
  show(byId("nav-signed-out"), !isSignedIn && !isSignInPage);
  show(byId("nav-signed-in"), isSignedIn);
}

// clerk-js takes a moment; its cookie says already now what is likely to come.
function showFirstGuess() {
  const isSignedIn = /(^|; )__client_uat[^=]*=[1-9]/.test(document.cookie);
  if (isSignInPage) showView("sign-in");
  else showView(isSignedIn || path ? "loading" : "welcome");
  if (!isSignedIn) showNavigation(false);
}

async function openSession(settings) {
  try {
    return new ClerkSession(await loadClerk(settings));
  } catch (error) {
    if (!(error instanceof ClerkJsMissing && settings.emulator)) throw error;
    const { EmulatorSession } = await loadModule("emulator_session");
    return new EmulatorSession();
  }
}

// Clerk's components send those who are signed in already on by themselves.
async function startSignInPage(session, connection) {
  const place = byId("sign-in");
  if (session.clerk) return path === "sign-up" ? session.clerk.mountSignUp(place) : session.clerk.mountSignIn(place);
  const userId = await connection.persist(() => session.restore());
  if (userId) return location.replace(pageAfterSignIn());
  const { openLocalSignIn } = await connection.persist(() => loadModule("local_sign_in"));
  await connection.persist(() => openLocalSignIn(place, path, session));
}

async function openAccountPage(api, session, onDeleted) {
  const { AccountPage } = await loadModule("account");
  return AccountPage.load(api, Boolean(session.clerk), onDeleted);
}

async function startPage(session, connection) {
  const api = new Api(session, connection);
  const posts = new PostList(api);
  const compose = new Compose(api, posts);
  const sayFarewell = async () => {
    sessionStorage.setItem(FAREWELL_KEY, "Your account and all your posts are deleted.");
    await session.signOut().catch(() => {});
    location.assign("/");
  };
  const account = path === "account" && (await connection.persist(() => openAccountPage(api, session, sayFarewell)));

  const showSignedOut = ({ wasSignedIn }) => {
    if (account && !wasSignedIn) return location.replace("/sign-in?redirect_url=%2Faccount");
    posts.close();
    showNavigation(false);
    showView("welcome");
    if (!wasSignedIn) return;
    setMessage(byId("notice"), "You are signed out. Sign in again to go on; what you were writing is kept.");
    byId("main").focus();
  };
  const showSignedIn = (userId) => {
    setMessage(byId("notice"), "");
    showNavigation(true);
    if (account) {
      showView("account");
      account.open(userId);
      return;
    }
    showView("writing");
    compose.open(userId);
    posts.open(userId);
    api.me().then(
      (user) => user.banned && setMessage(byId("notice"), "This account is banned: you can read your posts, but not write."),
      () => {}, // the list says what is wrong
    );
  };

  show(byId("user-button"), session.clerk);
  show(byId("sign-out"), !session.clerk);
  byId("sign-out").addEventListener("click", () => session.signOut().then(() => location.assign("/")));
  session.clerk?.mountUserButton(byId("user-button"));
  connection.onBack(() => {
    compose.clearErrors();
    posts.refresh();
  });
  let userId = "";
  await connection.persist(() => session.restore());
  session.start((id) => {
    if (id) showSignedIn(id);
    else showSignedOut({ wasSignedIn: Boolean(userId) });
    userId = id;
  });
}

async function start() {
  showFirstGuess();
  setMessage(byId("notice"), sessionStorage.getItem(FAREWELL_KEY));
  sessionStorage.removeItem(FAREWELL_KEY);
  const connection = new Connection(byId("banner"));
  const settings = await connection.persist(() => publicJson("/config.json"));
  const session = await connection.persist(() => openSession(settings));
  await (isSignInPage ? startSignInPage(session, connection) : startPage(session, connection));
}

start().catch((error) => setMessage(byId("notice"), error.message));
