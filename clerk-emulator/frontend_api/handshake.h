#pragma once

#include <string>
#include <vector>

#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/http/browser_access.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/tokens/token_issuer.h"

namespace inkwell::emulator {

// How a server that renders pages learns of a session whose cookies have expired (contract 5.8): it sends the browser here, and
// the browser comes back with what the cookies should be, as a signed list of Set-Cookie headers.
//   GET /v1/client/handshake?redirect_url=…     307 to that URL, with __clerk_handshake
// Immutable, thread-safe.
class Handshake final {
 public:
  // `issuer_url` is `iss` of the tokens; its host makes the publishable key of a development instance, and so the cookies'
  // suffix.
  Handshake(const std::string& issuer_url, const Envelope& envelope, const TokenIssuer& issuer, const BrowserAccess& access);

  // The handlers keep a reference to this object.
  void AddTo(Router& router);

 private:
  [[nodiscard]] HttpResponse Answer(const HttpRequest& request) const;
  [[nodiscard]] std::vector<std::string> Cookies(const HttpRequest& request, const std::string& page_origin) const;

  const std::string suffix_;  // "_uosMEFaG"
  const Envelope& envelope_;
  const TokenIssuer& issuer_;
  const BrowserAccess& access_;
};

}  // namespace inkwell::emulator
