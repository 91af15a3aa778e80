#pragma once

#include <string>
#include <vector>

#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// Which web pages may use the emulator from a browser, and which page a token is for. A page on any other site can send requests
// to a laptop's loopback as well; it must not be able to sign users up or to read tokens. Immutable, thread-safe.
class BrowserAccess final {
 public:
  // `default_party` is the origin for which a token is made when the request does not say.
  BrowserAccess(std::vector<std::string> allowed_origins, std::string default_party);

  // Answers preflights, refuses what changes something (any method but GET) from a foreign origin with 400 origin_invalid, and
  // lets allowed pages read the answer (CORS). Requests without an Origin are no browser's cross-site ones and pass.
  [[nodiscard]] HttpResponse Guard(const HttpRequest& request, const HttpHandler& next) const;

  // Whether the URL is one of a page that may use the emulator: where a browser may be sent.
  [[nodiscard]] bool IsOwnPage(const HttpRequest& request, const std::string& url) const;

  // The origin of the page behind the request, for `azp`: Origin, else that of Clerk-Proxy-Url (a same-origin GET through the
  // gateway's proxy has no Origin), else of Referer, else the default.
  [[nodiscard]] std::string PageOrigin(const HttpRequest& request) const;

  [[nodiscard]] const std::vector<std::string>& allowed_origins() const { return allowed_origins_; }

 private:
  [[nodiscard]] bool IsAllowed(const HttpRequest& request, const std::string& origin) const;

  const std::vector<std::string> allowed_origins_;
  const std::string default_party_;
};

}  // namespace inkwell::emulator
