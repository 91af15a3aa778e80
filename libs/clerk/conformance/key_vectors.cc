#include <string>

#include "clerk/publishable_key.h"
#include "commands.h"
#include "members.h"

namespace clerk::conformance {
namespace {

std::string CheckParsed(const Json& vector) {
  const Json& options = Member(vector, "options");
  const PublishableKey::Location location{Text(options, "proxyUrl"), Text(options, "domain"), Flag(options, "isSatellite")};
  const std::string text = NullableText(Member(vector, "key"));
  const auto key = PublishableKey::Parse(text, location);
  Json got;
  if (key) {
    const bool live = key->instance_type() == InstanceType::kProduction;
    got = {{"instanceType", live ? "production" : "development"}, {"frontendApi", key->frontend_api()}};
  }
  const Json& recorded = vector.at("result");
  if (!SameValue(recorded, got)) return "expected " + recorded.dump() + ", got " + got.dump();
  const Json& suffix = Member(vector, "suffix");
  if (suffix.is_string() && suffix != PublishableKey::CookieSuffix(text)) return "another cookie suffix than " + suffix.dump();
  return {};
}

}  // namespace

std::string CheckKeyVector(const Json& vector) {
  const Json& frontend_api = Member(vector, "frontend_api");
  if (frontend_api.is_null()) return CheckParsed(vector);
  const auto built = PublishableKey::Build(frontend_api.get<std::string>());
  return vector.at("key") == built ? std::string() : "built " + built;
}

}  // namespace clerk::conformance
