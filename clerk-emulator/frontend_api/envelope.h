#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/accounts/clients.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/frontend_api/client_json.h"
#include "clerk-emulator/http/browser_access.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/tokens/token_issuer.h"

namespace inkwell::emulator {

inline constexpr const char* kClientCookie = "__client";

// The value of the cookie in the request; empty if there is none.
[[nodiscard]] std::string CookieOf(const HttpRequest& request, std::string_view name);

[[nodiscard]] Browser BrowserOf(const HttpRequest& request);

// A token for the session as it is now, for its active organization.
[[nodiscard]] ClerkResult<std::string> TokenFor(const TokenIssuer& issuer, const SessionView& view, std::string_view party);

// The shape of the Frontend API's answers: {"response": what was asked for, "client": the browser's sessions and what is under
// way}. clerk-js replaces all that it knows by `client`. Immutable, thread-safe.
class Envelope final {
 public:
  Envelope(const StateStore& store, const TokenIssuer& issuer, const BrowserAccess& access, const Clock& clock);

  // With the client of that id as it is now. An empty id, or one that does not exist: null.
  [[nodiscard]] HttpResponse Wrap(const HttpRequest& request, const nlohmann::json& response, const std::string& client_id) const;
  // With the client of the request's cookie.
  [[nodiscard]] HttpResponse Wrap(const HttpRequest& request, const nlohmann::json& response) const;

  // Both of a session that belongs to the request's client, alive or not: 401 authentication_invalid for any other.
  [[nodiscard]] ClerkResult<SessionView> FindSession(const HttpRequest& request, const std::string& session_id) const;
  // Alive: clerk-js signs a page out when it gets a 401, and keeps it in a dead session when it gets a 404.
  [[nodiscard]] ClerkResult<SessionView> LiveSession(const HttpRequest& request, const std::string& session_id) const;

  // The session that the query's _clerk_session_id names, else the client's active one, if it is alive: 401 as above.
  [[nodiscard]] ClerkResult<SessionView> SignedIn(const HttpRequest& request) const;

  // The resource `client` alone; null if the id names none.
  [[nodiscard]] nlohmann::json Client(const HttpRequest& request, const std::string& client_id) const;
  [[nodiscard]] std::string ClientId(const HttpRequest& request) const;

 private:
  const StateStore& store_;
  const TokenIssuer& issuer_;
  const BrowserAccess& access_;
  const Clock& clock_;
};

// Set-Cookie for a new client: HttpOnly, for ten years, Secure when the browser came by https.
void SetClientCookie(const HttpRequest& request, const std::string& value, HttpResponse& response);

[[nodiscard]] HttpResponse JsonAnswer(const nlohmann::json& body);

}  // namespace inkwell::emulator
