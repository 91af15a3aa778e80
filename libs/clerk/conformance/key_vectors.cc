#include <string>

#include "clerk/publishable_key.h"
#include "commands.h"

namespace clerk::conformance {
namespace {

std::string CheckParsed(const Json& vector) {
  const Json options = vector.value("options", Json::object());
  const PublishableKey::Location location{options.value("proxyUrl", ""), options.value("domain", ""),
                                          options.value("isSatellite", false)};
  const auto text = vector.at("key").get<std::string>();
  const auto key = PublishableKey::Parse(text, location);
  Json got;
  if (key) {
    const bool live = key->instance_type() == InstanceType::kProduction;
    got = {{"instanceType", live ? "production" : "development"}, {"frontendApi", key->frontend_api()}};
  }
  if (!SameValue(vector.at("result"), got)) return "expected " + vector["result"].dump() + ", got " + got.dump();
  const Json suffix = vector.value("suffix", Json());
  if (suffix.is_string() && suffix != PublishableKey::CookieSuffix(text)) return "another cookie suffix than " + suffix.dump();
  return {};
}

}  // namespace

std::string CheckKeyVector(const Json& vector) {
  if (!vector.contains("frontend_api")) return CheckParsed(vector);
  const auto built = PublishableKey::Build(vector["frontend_api"].get<std::string>());
  return vector.at("key") == built ? std::string() : "built " + built;
}

}  // namespace clerk::conformance
