#include "clerk-emulator/tokens/token_issuer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/accounts/jwt_templates.h"
#include "clerk-emulator/base/encoding.h"
#include "clerk-emulator/base/ids.h"
#include "clerk-emulator/tokens/template_claims.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

// Clerk's tags for the class of a token, in the header's `cat`.
constexpr const char* kSessionTokenClass = "cl_B7d4PD111AAA";
constexpr const char* kTemplateTokenClass = "cl_B7d4PD222AAA";

// Back-dated, so that a verifier whose clock is a little behind accepts a token at once.
constexpr std::int64_t kNotBeforeSlack = 10;

json TimeClaims(std::int64_t now, std::chrono::seconds lifetime, std::int64_t slack = kNotBeforeSlack) {
  return {{"iat", now}, {"nbf", now - slack}, {"exp", now + lifetime.count()}, {"jti", RandomBase62(20)}};
}

ClerkResult<std::string> Sign(const SigningKey& key, const char* token_class, const json& claims) {
  const json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key.key_id()}, {"cat", token_class}};
  std::string token = Base64Url(header.dump()) + "." + Base64Url(claims.dump(-1, ' ', false, json::error_handler_t::replace));
  const auto signature = key.Sign(token);
  if (signature.empty()) return tl::unexpected(InternalError());
  return token + "." + Base64Url(signature);
}

}  // namespace

TokenIssuer::TokenIssuer(const SigningKey& key, const Clock& clock, const StateStore& store, Options options)
    : key_(key), clock_(clock), store_(store), options_(std::move(options)) {}

ClerkResult<std::string> TokenIssuer::SessionToken(const Session& session, std::string_view authorized_party,
                                                   std::optional<std::chrono::seconds> lifetime,
                                                   const std::optional<ActiveOrganization>& organization) const {
  const auto now = clock_.Now();
  const auto factor_age = std::chrono::duration_cast<std::chrono::minutes>(now - session.created_at).count();
  auto claims = TimeClaims(now.seconds(), lifetime.value_or(options_.lifetime));
  claims["azp"] = authorized_party;
  claims["iss"] = options_.issuer;
  claims["sub"] = session.user_id;
  claims["sid"] = session.id;
  claims["sts"] = "active";
  claims["fva"] = {factor_age, -1};
  claims["v"] = 2;
  if (organization) {
    // The role without its prefix (contract 2.1).
    const auto role = organization->role.substr(organization->role.find(':') + 1);
    claims["o"] = {{"id", organization->id}, {"rol", role}, {"slg", organization->slug}};
  }
  return Sign(key_, kSessionTokenClass, claims);
}

ClerkResult<std::string> TokenIssuer::TemplateToken(std::string_view template_name, const Session& session,
                                                    std::string_view authorized_party,
                                                    std::optional<std::chrono::seconds> lifetime) const {
  auto made = store_.View([&](const State& state) -> ClerkResult<json> {
    const auto* found = FindJwtTemplate(state, template_name);
    const auto user = state.users.find(session.user_id);
    if (found == nullptr || user == state.users.end()) {
      return tl::unexpected(ResourceNotFound("No JWT template exists with name " + std::string(template_name) + "."));
    }
    auto filled = FillShortcodes(json::parse(found->claims), ShortcodeValues(state, user->second, session));
    const std::chrono::seconds own_lifetime(found->lifetime);
    filled.update(TimeClaims(clock_.Now().seconds(), lifetime.value_or(own_lifetime), found->allowed_clock_skew));
    return filled;
  });
  if (!made) return tl::unexpected(made.error());
  auto& claims = *made;
  claims["azp"] = authorized_party;
  claims["iss"] = options_.issuer;
  claims["sub"] = session.user_id;
  return Sign(key_, kTemplateTokenClass, claims);
}

ClerkResult<std::string> TokenIssuer::HandshakeToken(const std::vector<std::string>& set_cookies) const {
  auto claims = TimeClaims(clock_.Now().seconds(), options_.lifetime);
  claims["iss"] = options_.issuer;
  claims["handshake"] = set_cookies;
  return Sign(key_, kSessionTokenClass, claims);
}

}  // namespace inkwell::emulator
