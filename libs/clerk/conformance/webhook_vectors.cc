#include <string>
#include <string_view>
#include <vector>

#include "clerk/webhook_verifier.h"
#include "commands.h"
#include "members.h"

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

std::string CompareEvent(const Json& recorded, const WebhookEvent& event) {
  Json expected = WithoutNulls(recorded);
  expected.erase("object");  // a constant of JavaScript's SDK, whatever the body says; WebhookEvent has no such member
  const Json got = WithoutNulls({{"type", event.type.empty() ? Json() : Json(event.type)},
                                 {"data_id", OrNull(event.data_id)},
                                 {"instance_id", OrNull(event.instance_id)},
                                 {"timestamp", OrNull(event.timestamp)}});
  return SameValue(expected, got) ? std::string() : "event: expected " + expected.dump() + ", got " + got.dump();
}

}  // namespace

std::string CheckWebhookVector(const Json& vector) {
  const FrozenClock clock(std::chrono::seconds(vector.at("now_s").get<std::int64_t>()));
  WebhookVerifierOptions options;
  if (Member(vector, "secret").is_string()) options.secrets = {Text(vector, "secret")};
  options.clock = &clock;

  const std::vector<HttpHeader> headers = ReadHeaders(Member(vector, "headers"));
  const Json& bytes = Member(vector, "body_b64");
  const std::string body = bytes.is_null() ? NullableText(Member(vector, "body")) : DecodeBase64(bytes.get<std::string>());

  const auto result = VerifyWebhook(WebhookHeaders::Find(headers), body, options);
  const std::string verdict = result ? "ok" : std::string(ToString(result.error().reason));
  const std::string expected = vector.at("verdict") == "ok" ? "ok" : vector.at("reason").get<std::string>();
  if (!IsAccepted(vector, expected, verdict)) return "expected " + expected + ", got " + verdict;
  const Json& event = Member(vector, "event");
  return result && expected == "ok" && !event.is_null() ? CompareEvent(event, *result) : std::string();
}

}  // namespace clerk::conformance
