#include "clerk-emulator/tokens/template_claims.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "clerk-emulator/accounts/organizations.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

json ValueAt(const json& values, std::string_view path) {
  const json* value = &values;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string name(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    if (!value->is_object() || !value->contains(name)) return nullptr;
    value = &value->at(name);
  }
  return *value;
}

json Filled(std::string_view text, const json& values) {
  std::string out;
  while (true) {
    const auto begin = text.find("{{");
    const auto end = begin == std::string_view::npos ? begin : text.find("}}", begin);
    if (end == std::string_view::npos) return out + std::string(text);
    auto value = ValueAt(values, Trimmed(text.substr(begin + 2, end - begin - 2)));
    if (out.empty() && begin == 0 && end + 2 == text.size()) return value;
    out += text.substr(0, begin);
    out += value.is_string() ? value.get<std::string>() : value.dump();
    text.remove_prefix(end + 2);
  }
}

}  // namespace

json ShortcodeValues(const State& state, const User& user, const Session& session) {
  auto person = UserJson(user);
  person.erase("private_metadata");  // never leaves the backend
  person["primary_email_address"] = PrimaryEmail(user);
  person["email_verified"] =
      std::any_of(user.email_addresses.begin(), user.email_addresses.end(),
                  [&](const Identification& email) { return email.id == user.primary_email_address_id && email.verified; });
  std::string full_name = user.first_name;
  if (!full_name.empty() && !user.last_name.empty()) full_name += ' ';
  full_name += user.last_name;
  person["full_name"] = full_name;
  json values = {{"user", person}, {"session", {{"id", session.id}}}, {"org", nullptr}};
  const auto organization = state.organizations.find(session.active_organization_id);
  if (organization == state.organizations.end()) return values;
  const auto* membership = FindMembership(organization->second, user.id);
  if (membership == nullptr) return values;
  values["org"] = {{"id", organization->first},
                   {"name", organization->second.name},
                   {"slug", organization->second.slug},
                   {"role", membership->role},
                   {"public_metadata", json::parse(organization->second.public_metadata)}};
  return values;
}

json FillShortcodes(const json& claims, const json& values) {
  if (claims.is_string()) return Filled(claims.get<std::string>(), values);
  if (!claims.is_structured()) return claims;
  json filled = claims;
  for (auto& item : filled) item = FillShortcodes(item, values);
  return filled;
}

}  // namespace inkwell::emulator
