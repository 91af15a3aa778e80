#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/model.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/tokens/signing_key.h"

namespace inkwell::emulator {

// The organization that is active in a session: claim `o`.
struct ActiveOrganization {
  std::string id;
  std::string slug;
  std::string role;  // org:admin
};

// Makes the JWTs of sessions (version 2 claims: contract 2.1). Whether a session may have one is the caller's decision.
// Thread-safe.
class TokenIssuer final {
 public:
  struct Options {
    std::string issuer;                 // `iss`
    std::chrono::seconds lifetime{60};  // exp - iat
  };

  // The JWT templates, and what their claims say of users, are those of the state.
  TokenIssuer(const SigningKey& key, const Clock& clock, const StateStore& store, Options options);

  // `authorized_party` is the origin of the page that asks: claim `azp`. Without a lifetime: that of the options.
  [[nodiscard]] ClerkResult<std::string> SessionToken(const Session& session, std::string_view authorized_party,
                                                      std::optional<std::chrono::seconds> lifetime = {},
                                                      const std::optional<ActiveOrganization>& organization = {}) const;

  // A token of a JWT template: no sid, another class of token. 404 for a template that does not exist. Without a lifetime: the
  // template's.
  [[nodiscard]] ClerkResult<std::string> TemplateToken(std::string_view template_name, const Session& session,
                                                       std::string_view authorized_party,
                                                       std::optional<std::chrono::seconds> lifetime = {}) const;

  // What brings a list of Set-Cookie headers to a server that renders pages (contract 5.8).
  [[nodiscard]] ClerkResult<std::string> HandshakeToken(const std::vector<std::string>& set_cookies) const;

  // `iss` of its tokens.
  [[nodiscard]] const std::string& issuer() const { return options_.issuer; }

 private:
  const SigningKey& key_;
  const Clock& clock_;
  const StateStore& store_;
  const Options options_;
};

}  // namespace inkwell::emulator
