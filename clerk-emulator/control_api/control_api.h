#pragma once

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/control_api/local_only.h"
#include "clerk-emulator/http/browser_access.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/tokens/token_issuer.h"
#include "clerk-emulator/webhooks/webhook_sender.h"

namespace inkwell::emulator {

// What real Clerk does not have: signing up in one call, looking at deliveries, holding them back. Below /_emulator, without
// credentials: for curl, tests and the local page. All but the first three answer this machine only. Thread-safe.
//
//   POST /_emulator/sign-up   {email?, phone?, first_name?, last_name?, username?, external_id?, public_metadata?,
//                              unsafe_metadata?, azp?} -> {user_id, session_id, token, user}; webhooks user.created,
//                              session.created
//   POST /_emulator/sign-in   {email | user_id, azp?} -> the same; session.created
//   GET  /_emulator/token?session_id=…[&azp=…]        -> {session_id, token}; 401 for a session that is not active
//   GET  /_emulator/status                            -> what there is, and the calls by route
//   GET  /_emulator/deliveries[?limit=…]              -> {deliveries: […]}, newest first
//   POST /_emulator/deliveries/{id}/replay            -> the delivery
//   GET  /_emulator/                                  -> the same as a page
//   POST /_emulator/webhooks/hold {seconds}, POST /_emulator/webhooks/release -> {held_until}
//
// With ?format=text or Accept: text/plain the first three answer the token alone, for TOKEN=$(curl …).
class ControlApi final {
 public:
  // `sender` is null if no endpoint for webhooks is set.
  ControlApi(StateStore& store, Accounts& accounts, const TokenIssuer& issuer, const BrowserAccess& access, WebhookSender* sender,
             const Clock& clock);

  // The handlers keep references to this object and to the router.
  void AddRoutes(Router& router, ControlPeers peers);

 private:
  HttpResponse SignUp(const HttpRequest& request);
  HttpResponse SignIn(const HttpRequest& request);
  HttpResponse Token(const HttpRequest& request);
  HttpResponse Status(const HttpRequest& request, const Router& router);
  HttpResponse Deliveries(const HttpRequest& request);
  HttpResponse Replay(const HttpRequest& request);
  HttpResponse Hold(const HttpRequest& request);
  HttpResponse Release();
  [[nodiscard]] HttpResponse HeldUntil() const;
  [[nodiscard]] HttpResponse Entered(const HttpRequest& request, const ClerkResult<SignedIn>& entered,
                                     const std::string& azp) const;

  StateStore& store_;
  Accounts& accounts_;
  const TokenIssuer& issuer_;
  const BrowserAccess& access_;
  WebhookSender* const sender_;
  const Clock& clock_;
};

}  // namespace inkwell::emulator
