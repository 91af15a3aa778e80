#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/auth_object.h"
#include "clerk/http_client.h"
#include "clerk/machine_token.h"
#include "clerk/session_token.h"
#include "clerk/token_type.h"

namespace clerk {

enum class AuthStatus {
  kSignedIn,
  kSignedOut,
  kHandshake,  // only the Frontend API knows: send the browser there (307 to `Location`), and it comes back with an answer
};

// As Clerk writes it: "signed-in", "signed-out", "handshake".
[[nodiscard]] std::string_view ToString(AuthStatus status);

// A session with open tasks, such as choosing an organization.
enum class PendingSessions { kAreSignedOut, kAreSignedIn };

// Who makes a request: what Clerk's SDKs call `auth`. A view into the RequestState that it came from.
struct Auth {
  std::optional<TokenType> token_type{};  // absent: a token of no accepted type
  bool is_authenticated = false;
  const AuthObject* session = nullptr;  // set if and only if a session authenticates the request
  const MachineToken* machine = nullptr;
  // "pending" also for a session that therefore counts as signed out.
  std::optional<std::string_view> session_status{};

  [[nodiscard]] bool Has(const AuthorizationQuery& query) const { return session != nullptr && session->Has(query); }
};

// The answer to "who is this?" for one request. A value: cheap to move, safe to share.
struct RequestState {
  AuthStatus status = AuthStatus::kSignedOut;
  // Why the request is not signed in, in Clerk's words ("session-token-expired-refresh-…"); "" if it is.
  std::string reason{};
  // A sentence for developers, without any part of a token; may be "".
  std::string message{};
  std::optional<TokenType> token_type{};
  std::string token{};                    // what authenticated the request; "" unless signed in. A secret: not for logs
  std::optional<TokenCarrier> carrier{};  // how it came
  // For the answer to the request, whatever the status: `x-clerk-auth-*`, and after a handshake or a refresh `Set-Cookie`. With a
  // `Location` the answer is 307.
  std::vector<HttpHeader> headers{};

  std::optional<SessionToken> session{};          // set if signed in by a session token
  std::shared_ptr<const MachineToken> machine{};  // set if signed in by a machine token; shared by copies of the state

  [[nodiscard]] bool is_signed_in() const { return status == AuthStatus::kSignedIn; }
  // "" unless the browser has to go elsewhere.
  [[nodiscard]] std::string_view Location() const;
  // Fails closed: a session whose permissions cannot be decoded authenticates nobody.
  [[nodiscard]] Auth ToAuth(PendingSessions pending = PendingSessions::kAreSignedOut) const;
};

}  // namespace clerk
