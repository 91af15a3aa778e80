#include "request/machine_token_json.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "encoding/text.h"

namespace clerk::request {
namespace {

using encoding::Json;

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : encoding::Split(text, ' ')) words.emplace_back(word);
  return words;
}

// A list of texts, or one text in a list.
std::vector<std::string> Texts(const Json* value) {
  if (value == nullptr) return {};
  if (const auto* text = value->get_ptr<const std::string*>()) return {*text};
  std::vector<std::string> texts;
  if (!value->is_array()) return texts;
  for (const Json& item : *value) {
    if (const auto* text = item.get_ptr<const std::string*>()) texts.push_back(*text);
  }
  return texts;
}

Json ClaimsOf(const jwt::DecodedJwt& token) { return encoding::ParseJson(token.claims.text()).value_or(Json::object()); }

std::vector<std::string> ScopesOf(TokenType type, const Json& claims) {
  const char* const list = type == TokenType::kOauthToken ? "scp" : "aud";
  const char* const words = type == TokenType::kOauthToken ? "scope" : "scopes";
  const Json* listed = encoding::Member(claims, list);
  const std::string* text = encoding::StringMember(claims, words);
  // OAuth tokens prefer the list, those of machines the words; there the list is the audience.
  if (type == TokenType::kOauthToken && encoding::IsTruthy(listed)) return Texts(listed);
  return text != nullptr ? Words(*text) : Texts(listed);
}

// What whoever made the token added: all but the claims that Clerk adds itself.
std::string CustomClaims(Json claims) {
  for (const char* reserved : {"iss", "sub", "exp", "nbf", "iat", "jti"}) claims.erase(reserved);
  return claims.empty() ? "null" : encoding::CanonicalText(claims);
}

bool HasAudienceIn(const std::vector<std::string>& accepted, const Json* audience) {
  const bool unrestricted = std::all_of(accepted.begin(), accepted.end(), [](const auto& entry) { return entry.empty(); });
  if (unrestricted) return true;
  if (audience == nullptr || (audience->is_array() && Texts(audience).size() != audience->size())) return false;
  const auto texts = Texts(audience);
  return std::none_of(texts.begin(), texts.end(), [](const auto& text) { return text.empty(); }) &&
         std::any_of(texts.begin(), texts.end(),
                     [&](const auto& text) { return std::find(accepted.begin(), accepted.end(), text) != accepted.end(); });
}

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

std::optional<Time> TimeIn(const Json& reply, const char* name) {
  const auto milliseconds = encoding::OptionalInteger(reply, name);
  return milliseconds ? std::optional(Time(std::chrono::milliseconds(*milliseconds))) : std::nullopt;
}

Json OrNull(const std::optional<Time>& time) { return time ? Json(time->time_since_epoch().count()) : Json(); }

}  // namespace

std::optional<MachineToken> MachineTokenFromReply(TokenType type, const Json& reply) {
  const std::string* id = encoding::StringMember(reply, "id");
  const std::string* subject = encoding::StringMember(reply, "subject");
  if (id == nullptr || subject == nullptr) return std::nullopt;
  MachineToken token{.type = type, .id = *id, .subject = *subject};
  token.name = encoding::OptionalString(reply, "name").value_or("");
  token.client_id = encoding::OptionalString(reply, "client_id").value_or("");
  token.scopes = Texts(encoding::Member(reply, "scopes"));
  if (const Json* claims = encoding::Member(reply, "claims")) token.claims_json = encoding::CanonicalText(*claims);
  token.revoked = encoding::BoolMember(reply, "revoked");
  token.expired = encoding::BoolMember(reply, "expired");
  token.expires_at = TimeIn(reply, "expiration");
  token.created_at = TimeIn(reply, "created_at");
  token.updated_at = TimeIn(reply, "updated_at");
  return token;
}

MachineToken MachineTokenFromJwt(TokenType type, const jwt::DecodedJwt& token, const tokens::TimeWindow& times) {
  Json claims = ClaimsOf(token);
  MachineToken machine{.type = type,
                       .id = encoding::OptionalString(claims, "jti").value_or(""),
                       .subject = encoding::OptionalString(claims, "sub").value_or("")};
  machine.client_id = encoding::OptionalString(claims, "client_id").value_or("");
  machine.scopes = ScopesOf(type, claims);
  machine.expires_at = std::chrono::sys_seconds(std::chrono::seconds(times.expires_at));
  if (times.issued_at) machine.created_at = std::chrono::sys_seconds(std::chrono::seconds(*times.issued_at));
  machine.updated_at = machine.created_at;
  if (type == TokenType::kM2mToken) machine.claims_json = CustomClaims(std::move(claims));
  return machine;
}

Json M2mTokenView(const MachineToken& machine) {
  return {{"id", machine.id},
          {"subject", machine.subject},
          {"scopes", machine.scopes},
          {"claims", encoding::ParseJson(machine.claims_json).value_or(Json())},
          {"revoked", machine.revoked},
          {"revocationReason", nullptr},
          {"expired", machine.expired},
          {"expiration", OrNull(machine.expires_at)},
          {"createdAt", OrNull(machine.created_at)},
          {"updatedAt", OrNull(machine.updated_at)}};
}

bool HasAudience(const std::vector<std::string>& accepted, const Json& reply) {
  return HasAudienceIn(accepted, encoding::Member(reply, "aud"));
}

bool HasAudience(const std::vector<std::string>& accepted, const jwt::DecodedJwt& token) {
  const Json claims = ClaimsOf(token);
  return HasAudienceIn(accepted, encoding::Member(claims, "aud"));
}

}  // namespace clerk::request
