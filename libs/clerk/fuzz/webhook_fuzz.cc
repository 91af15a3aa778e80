// Webhook deliveries: accepted if and only if the signature is the secret's and the body is an event. An input is id, timestamp
// and signature, a line each, and then the body; a signature of "sign" stands for the right one.
#include <openssl/hmac.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "clerk/clock.h"
#include "clerk/webhook_verifier.h"
#include "encoding/base64.h"
#include "encoding/json.h"
#include "invariant.h"

namespace {

using clerk::fuzz::Require;

constexpr std::string_view kKey = "0123456789abcdef01234567";

class FrozenClock final : public clerk::Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'760'000'000));
  }
  std::chrono::steady_clock::time_point SteadyNow() const override { return {}; }
  void SleepFor(std::chrono::milliseconds) const override {}
};

clerk::WebhookVerifier MakeVerifier() {
  static const FrozenClock clock;
  clerk::WebhookVerifierOptions options;
  options.secrets = {"whsec_" + clerk::encoding::EncodeBase64(kKey)};
  options.clock = &clock;
  return std::move(*clerk::WebhookVerifier::Create(std::move(options)));
}

std::string Sign(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string message(id);
  message.append(".").append(timestamp).append(".").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), kKey.data(), static_cast<int>(kKey.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), mac.data(), &size);
  return "v1," + clerk::encoding::EncodeBase64({reinterpret_cast<const char*>(mac.data()), size});
}

std::string_view TakeLine(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto verifier = MakeVerifier();
  std::string_view body(reinterpret_cast<const char*>(data), size);
  clerk::WebhookHeaders headers;
  headers.id = TakeLine(body);
  headers.timestamp = TakeLine(body);
  headers.signature = TakeLine(body);
  const std::string right = Sign(headers.id, headers.timestamp, body);
  if (headers.signature == "sign") headers.signature = right;

  const auto event = verifier.Verify(headers, body);
  const bool contains_right = headers.signature.find(right) != std::string::npos;
  if (event) {
    Require(clerk::encoding::ParseJson(body).has_value(), "an event is JSON");
    // Outer white space is no part of a header's value, so the signature may be over trimmed ones.
    const bool was_trimmed = headers.id.find_first_of(" \t\r\n\f\v") != std::string::npos ||
                             headers.timestamp.find_first_of(" \t\r\n\f\v") != std::string::npos;
    Require(contains_right || was_trimmed, "only the secret's signature is accepted");
  } else if (headers.signature == right && headers.timestamp == "1760000000" && headers.id == "msg_1") {
    Require(event.error().reason == clerk::ErrorReason::kWebhookInvalidJson, "a right signature fails only for its body");
  }
  return 0;
}
