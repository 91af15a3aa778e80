#include "request/machine_token_json.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string_view>
#include <utility>

#include "encoding/text.h"

namespace clerk::request {
namespace {

using encoding::Json;
using encoding::JsonMember;
using encoding::JsonValue;

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : encoding::Split(text, ' ')) words.emplace_back(word);
  return words;
}

// What is listed: a list's entries, or one text. An entry that is no text is nullopt.
using Entries = std::vector<std::optional<std::string>>;

Entries EntriesOf(const Json* value) {
  if (value == nullptr) return {};
  const auto text = [](const Json& item) { return item.is_string() ? std::optional(item.get<std::string>()) : std::nullopt; };
  if (value->is_string()) return {text(*value)};
  Entries entries;
  if (!value->is_array()) return entries;
  for (const Json& item : *value) entries.push_back(text(item));
  return entries;
}

Entries EntriesOf(const JsonValue& value) {
  const auto text = [](const JsonValue& item) {
    const auto string = item.string();
    return string ? std::optional<std::string>(*string) : std::nullopt;
  };
  if (value.string()) return {text(value)};
  Entries entries;
  for (const JsonValue& item : value.Elements()) entries.push_back(text(item));
  return entries;
}

std::vector<std::string> Texts(Entries entries) {
  std::vector<std::string> texts;
  for (auto& entry : entries) {
    if (entry) texts.push_back(*std::move(entry));
  }
  return texts;
}

std::vector<std::string> ScopesOf(TokenType type, const jwt::DecodedJwt& token) {
  const bool is_oauth = type == TokenType::kOauthToken;
  const JsonValue listed = token.Claim(is_oauth ? "scp" : "aud");
  const auto words = token.Claim(is_oauth ? "scope" : "scopes").string();
  // OAuth tokens prefer the list, those of machines the words; there the list is the audience.
  if (is_oauth && listed.truthy()) return Texts(EntriesOf(listed));
  return words ? Words(*words) : Texts(EntriesOf(listed));
}

bool IsReserved(std::string_view claim) {
  constexpr std::array<std::string_view, 6> kReserved = {"iss", "sub", "exp", "nbf", "iat", "jti"};
  return std::find(kReserved.begin(), kReserved.end(), claim) != kReserved.end();
}

// What whoever made the token added: all but the claims that Clerk adds itself, as they were signed. A general document might
// not hold them: the token was read within wider limits.
std::string CustomClaims(const JsonValue& claims) {
  std::map<std::string_view, JsonMember> custom;
  for (const JsonMember& member : claims.Members()) {
    const auto name = *member.name.string();
    if (!IsReserved(name)) custom.insert_or_assign(name, member);
  }
  if (custom.empty()) return "null";
  std::string text;
  for (const auto& [name, member] : custom) {
    text.append(text.empty() ? "{" : ",").append(member.name.json()).append(":").append(member.value.json());
  }
  return text + "}";
}

bool HasAudienceIn(const std::vector<std::string>& accepted, const Entries& audience) {
  const bool unrestricted = std::all_of(accepted.begin(), accepted.end(), [](const auto& entry) { return entry.empty(); });
  if (unrestricted) return true;
  return std::all_of(audience.begin(), audience.end(), [](const auto& entry) { return entry && !entry->empty(); }) &&
         std::any_of(audience.begin(), audience.end(),
                     [&](const auto& entry) { return std::find(accepted.begin(), accepted.end(), *entry) != accepted.end(); });
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
  token.scopes = Texts(EntriesOf(encoding::Member(reply, "scopes")));
  if (const Json* claims = encoding::Member(reply, "claims")) token.claims_json = encoding::CanonicalText(*claims);
  token.revoked = encoding::BoolMember(reply, "revoked");
  token.expired = encoding::BoolMember(reply, "expired");
  token.expires_at = TimeIn(reply, "expiration");
  token.created_at = TimeIn(reply, "created_at");
  token.updated_at = TimeIn(reply, "updated_at");
  return token;
}

std::optional<MachineToken> MachineTokenFromJwt(TokenType type, const jwt::DecodedJwt& token, const tokens::TimeWindow& times) {
  const auto subject = token.Claim("sub").string().value_or("");
  if (subject.empty()) return std::nullopt;
  MachineToken machine{
      .type = type, .id = std::string(token.Claim("jti").string().value_or("")), .subject = std::string(subject)};
  machine.client_id = token.Claim("client_id").string().value_or("");
  machine.scopes = ScopesOf(type, token);
  machine.expires_at = std::chrono::sys_seconds(std::chrono::seconds(times.expires_at));
  if (times.issued_at) machine.created_at = std::chrono::sys_seconds(std::chrono::seconds(*times.issued_at));
  machine.updated_at = machine.created_at;
  if (type == TokenType::kM2mToken) machine.claims_json = CustomClaims(token.claims.root());
  return machine;
}

std::string M2mTokenText(const MachineToken& machine) {
  const Json rest = {{"id", machine.id},
                     {"subject", machine.subject},
                     {"scopes", machine.scopes},
                     {"revoked", machine.revoked},
                     {"revocationReason", nullptr},
                     {"expired", machine.expired},
                     {"expiration", OrNull(machine.expires_at)},
                     {"createdAt", OrNull(machine.created_at)},
                     {"updatedAt", OrNull(machine.updated_at)}};
  return R"({"claims":)" + machine.claims_json + "," + encoding::CanonicalText(rest).substr(1);
}

bool HasAudience(const std::vector<std::string>& accepted, const Json& reply) {
  return HasAudienceIn(accepted, EntriesOf(encoding::Member(reply, "aud")));
}

bool HasAudience(const std::vector<std::string>& accepted, const jwt::DecodedJwt& token) {
  return HasAudienceIn(accepted, EntriesOf(token.Claim("aud")));
}

}  // namespace clerk::request
