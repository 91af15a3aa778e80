#include <array>
#include <optional>
#include <string>
#include <vector>

#include "clerk/webhook_verifier.h"
#include "commands.h"

namespace clerk::conformance {
namespace {

// The program's own decoder, so that it does not depend on the parts of the SDK that it judges.
std::string DecodeBase64(const std::string& text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned int bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6 | static_cast<unsigned int>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 0xff));
    }
  }
  return bytes;
}

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

std::string CompareEvent(const Json& recorded, const WebhookEvent& event) {
  const Json got = {{"type", event.type.empty() ? Json() : Json(event.type)},
                    {"object", "event"},
                    {"data_id", OrNull(event.data_id)},
                    {"instance_id", OrNull(event.instance_id)},
                    {"timestamp", OrNull(event.timestamp)}};
  return SameValue(recorded, got) ? std::string() : "event: expected " + recorded.dump() + ", got " + got.dump();
}

}  // namespace

std::string CheckWebhookVector(const Json& vector) {
  const FrozenClock clock(std::chrono::seconds(vector.at("now_s").get<std::int64_t>()));
  WebhookVerifierOptions options;
  if (vector.contains("secret") && vector["secret"].is_string()) options.secrets = {vector["secret"].get<std::string>()};
  options.clock = &clock;

  std::vector<HttpHeader> headers;
  for (const auto& [name, value] : vector.at("headers").items()) headers.push_back({name, value.get<std::string>()});
  const std::string body =
      vector.contains("body_b64") ? DecodeBase64(vector["body_b64"].get<std::string>()) : vector.at("body").get<std::string>();

  const auto result = VerifyWebhook(WebhookHeaders::Find(headers), body, options);
  const std::string verdict = result ? "ok" : std::string(ToString(result.error().reason));
  const std::string expected = vector.at("verdict") == "ok" ? "ok" : vector.at("reason").get<std::string>();
  if (!IsAccepted(vector, expected, verdict)) return "expected " + expected + ", got " + verdict;
  const bool compares = result && expected == "ok" && vector.contains("event") && !vector["event"].is_null();
  return compares ? CompareEvent(vector["event"], *result) : std::string();
}

}  // namespace clerk::conformance
