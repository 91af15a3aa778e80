#include "clerk-emulator/accounts/jwt_templates.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
// What every token says by itself.
constexpr std::array<const char*, 7> kReserved{"azp", "exp", "iat", "iss", "jti", "nbf", "sub"};

bool IsName(std::string_view text) {
  return text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

ClerkError NoTemplate(const std::string& id) { return ResourceNotFound("No JWT template was found with id " + id + "."); }

ClerkResult<void> SetFields(const State& state, const JwtTemplateFields& fields, JwtTemplate& jwt_template) {
  if (fields.name.empty()) return tl::unexpected(ParamMissing("name"));
  if (!IsName(fields.name)) return tl::unexpected(ParamValueInvalid("name", "letters, digits, - and _, at most 64"));
  const auto* other = FindJwtTemplate(state, fields.name);
  if (other != nullptr && other->id != jwt_template.id) return tl::unexpected(IdentifierExists("name"));
  if (fields.claims.empty()) return tl::unexpected(ParamMissing("claims"));
  const auto claims = nlohmann::json::parse(fields.claims);
  for (const char* reserved : kReserved) {
    if (claims.contains(reserved))
      return tl::unexpected(ParamValueInvalid("claims", "without azp, exp, iat, iss, jti, nbf, sub"));
  }
  jwt_template.name = fields.name;
  jwt_template.claims = fields.claims;
  jwt_template.lifetime = fields.lifetime.value_or(jwt_template.lifetime);
  jwt_template.allowed_clock_skew = fields.allowed_clock_skew.value_or(jwt_template.allowed_clock_skew);
  return {};
}

}  // namespace

const JwtTemplate* FindJwtTemplate(const State& state, std::string_view name) {
  const auto found = std::find_if(state.jwt_templates.begin(), state.jwt_templates.end(),
                                  [&](const auto& entry) { return entry.second.name == name; });
  return found == state.jwt_templates.end() ? nullptr : &found->second;
}

ClerkResult<void> AddJwtTemplates(StateStore& store, const std::vector<std::string>& names, std::chrono::seconds lifetime,
                                  const Clock& clock) {
  return store.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    for (const auto& name : names) {
      if (FindJwtTemplate(state, name) != nullptr) continue;
      JwtTemplate jwt_template;
      jwt_template.id = NewId("jtmp");
      jwt_template.name = name;
      jwt_template.lifetime = lifetime.count();
      jwt_template.created_at = jwt_template.updated_at = clock.Now();
      changes.emplace_back(std::move(jwt_template));
    }
    return {};
  });
}

JwtTemplates::JwtTemplates(StateStore& store, const Clock& clock) : store_(store), clock_(clock) {}

ClerkResult<JwtTemplate> JwtTemplates::Create(const JwtTemplateFields& fields) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<JwtTemplate> {
    JwtTemplate made;
    made.id = NewId("jtmp");
    made.created_at = made.updated_at = clock_.Now();
    if (auto set = SetFields(state, fields, made); !set) return tl::unexpected(set.error());
    changes.emplace_back(made);
    return made;
  });
}

ClerkResult<JwtTemplate> JwtTemplates::Find(const std::string& id) const {
  return store_.View([&](const State& state) -> ClerkResult<JwtTemplate> {
    const auto found = state.jwt_templates.find(id);
    if (found == state.jwt_templates.end()) return tl::unexpected(NoTemplate(id));
    return found->second;
  });
}

ClerkResult<JwtTemplate> JwtTemplates::Update(const std::string& id, const JwtTemplateFields& fields) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<JwtTemplate> {
    const auto found = state.jwt_templates.find(id);
    if (found == state.jwt_templates.end()) return tl::unexpected(NoTemplate(id));
    auto changed = found->second;
    if (auto set = SetFields(state, fields, changed); !set) return tl::unexpected(set.error());
    changed.updated_at = clock_.Now();
    changes.emplace_back(changed);
    return changed;
  });
}

ClerkResult<void> JwtTemplates::Delete(const std::string& id) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    if (!state.jwt_templates.contains(id)) return tl::unexpected(NoTemplate(id));
    changes.emplace_back(JwtTemplateErased{id});
    return {};
  });
}

}  // namespace inkwell::emulator
