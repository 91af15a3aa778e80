#include "clerk/webhook_verifier.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/user_json.h"
#include "encoding/base64.h"
#include "encoding/digest.h"
#include "encoding/json.h"
#include "encoding/text.h"

namespace clerk {
namespace {

Error Fail(ErrorReason reason, std::string message) { return {reason, std::move(message)}; }

const Clock& ClockOf(const WebhookVerifierOptions& options) { return options.clock ? *options.clock : Clock::System(); }

bool HasSecret(const WebhookVerifierOptions& options) {
  return std::any_of(options.secrets.begin(), options.secrets.end(), [](const auto& secret) { return !secret.empty(); });
}

Result<std::vector<std::string>> DecodeSecrets(const std::vector<std::string>& secrets) {
  constexpr std::string_view kPrefix = "whsec_";
  std::vector<std::string> keys;
  for (const std::string_view secret : secrets) {
    if (secret.empty()) continue;
    const auto encoded = secret.starts_with(kPrefix) ? secret.substr(kPrefix.size()) : secret;
    auto key = encoding::DecodeBase64(encoded);
    if (!key || key->empty()) {
      return Fail(ErrorReason::kWebhookSecretInvalid, "A webhook signing secret is whsec_ and base64 text.");
    }
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return Fail(ErrorReason::kWebhookSecretMissing, "No webhook signing secret is configured.");
  return keys;
}

// The headers without outer white space; an error that lists those that are missing or blank.
Result<WebhookHeaders> CheckHeaders(const WebhookHeaders& headers) {
  const WebhookHeaders trimmed{encoding::Trim(headers.id), encoding::Trim(headers.timestamp), encoding::Trim(headers.signature)};
  std::string missing;
  const auto note = [&](std::string_view value, std::string_view name) {
    if (value.empty()) missing.append(missing.empty() ? "" : ", ").append(name);
  };
  note(trimmed.id, "svix-id");
  note(trimmed.timestamp, "svix-timestamp");
  note(trimmed.signature, "svix-signature");
  if (!missing.empty()) return Fail(ErrorReason::kWebhookMissingHeaders, "Missing headers: " + missing);
  return trimmed;
}

// Digits only: what JavaScript's parseInt reads beyond that is not what was signed.
Result<void> CheckTimestamp(std::string_view text, std::chrono::seconds tolerance, const Clock& clock) {
  std::int64_t timestamp = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), timestamp);
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (error != std::errc() || end != text.data() + text.size() || !digits) {
    return Fail(ErrorReason::kWebhookTimestampInvalid, "The header svix-timestamp is not a number of seconds.");
  }
  const std::int64_t now = std::chrono::floor<std::chrono::seconds>(clock.Now().time_since_epoch()).count();
  if (now - timestamp > tolerance.count()) return Fail(ErrorReason::kWebhookTimestampTooOld, "The delivery is too old.");
  if (timestamp - now > tolerance.count()) {
    return Fail(ErrorReason::kWebhookTimestampTooNew, "The delivery is from the future. Check the clock of this machine.");
  }
  return {};
}

// Compares every v1 entry of the header with the expected signature, also after a match: time tells nothing.
bool HasSignature(std::string_view header, std::string_view expected) {
  bool found = false;
  while (!header.empty()) {
    const auto end = header.find(' ');
    const auto entry = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    constexpr std::string_view kVersion = "v1,";
    if (entry.starts_with(kVersion)) found |= encoding::EqualsInConstantTime(entry.substr(kVersion.size()), expected);
  }
  return found;
}

bool IsSigned(const WebhookHeaders& headers, std::string_view body, const std::vector<std::string>& keys) {
  bool found = false;
  for (const auto& key : keys) {
    const auto mac = encoding::HmacSha256(key, {headers.id, ".", headers.timestamp, ".", body});
    found |= !mac.empty() && HasSignature(headers.signature, encoding::EncodeBase64(mac));
  }
  return found;
}

Result<WebhookEvent> ParseEvent(std::string_view body) {
  const auto json = encoding::ParseJson(body);
  if (!json || !json->is_object()) return Fail(ErrorReason::kWebhookInvalidJson, "The body is not a JSON object.");
  WebhookEvent event;
  event.type = encoding::OptionalString(*json, "type").value_or("");
  event.instance_id = encoding::OptionalString(*json, "instance_id");
  event.timestamp = encoding::OptionalInteger(*json, "timestamp");
  if (const encoding::Json* data = encoding::Member(*json, "data")) {
    event.data_id = encoding::OptionalString(*data, "id");
    event.data_json = encoding::CanonicalText(*data);
    if (event.type == "user.created" || event.type == "user.updated") event.user = api::ParseUser(*data);
  }
  return event;
}

}  // namespace

class WebhookVerifier::Impl final {
 public:
  Impl(const WebhookVerifierOptions& options, std::vector<std::string> keys)
      : keys_(std::move(keys)),
        tolerance_(options.tolerance),
        max_body_bytes_(options.max_body_bytes),
        clock_(ClockOf(options)) {}

  Result<WebhookEvent> Verify(const WebhookHeaders& untrimmed, std::string_view body) const {
    const auto headers = CheckHeaders(untrimmed);
    if (!headers) return headers.error();
    if (auto timestamp = CheckTimestamp(headers->timestamp, tolerance_, clock_); !timestamp) return timestamp.error();
    if (body.size() > max_body_bytes_ || !IsSigned(*headers, body, keys_)) {
      return Fail(ErrorReason::kWebhookNoMatchingSignature, "No signature of the delivery matches.");
    }
    return ParseEvent(body);
  }

 private:
  std::vector<std::string> keys_;
  std::chrono::seconds tolerance_;
  std::size_t max_body_bytes_;
  const Clock& clock_;
};

WebhookHeaders WebhookHeaders::Find(std::span<const HttpHeader> headers) {
  const auto value = [&](std::string_view name) -> std::string_view {
    const auto it = std::find_if(headers.begin(), headers.end(),
                                 [&](const HttpHeader& header) { return encoding::EqualsIgnoreCase(header.name, name); });
    return it == headers.end() ? std::string_view() : std::string_view(it->value);
  };
  return {value("svix-id"), value("svix-timestamp"), value("svix-signature")};
}

std::optional<std::string> WebhookEvent::DeletedUserId() const {
  return type == "user.deleted" && data_id && !data_id->empty() ? data_id : std::nullopt;
}

std::optional<std::chrono::system_clock::time_point> WebhookEvent::Time() const {
  if (!timestamp) return std::nullopt;
  constexpr std::int64_t kSecondsEnd = 100'000'000'000;  // as seconds the year 5138, as milliseconds 1973
  using TimePoint = std::chrono::system_clock::time_point;
  if (*timestamp < kSecondsEnd) return TimePoint(std::chrono::seconds(*timestamp));
  return TimePoint(std::chrono::milliseconds(*timestamp));
}

Result<WebhookVerifier> WebhookVerifier::Create(WebhookVerifierOptions options) {
  auto keys = DecodeSecrets(options.secrets);
  if (!keys) return keys.error();
  return WebhookVerifier(std::make_unique<Impl>(options, std::move(*keys)));
}

WebhookVerifier::WebhookVerifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebhookVerifier::WebhookVerifier(WebhookVerifier&&) noexcept = default;
WebhookVerifier& WebhookVerifier::operator=(WebhookVerifier&&) noexcept = default;
WebhookVerifier::~WebhookVerifier() = default;

Result<WebhookEvent> WebhookVerifier::Verify(const WebhookHeaders& headers, std::string_view body) const {
  return impl_->Verify(headers, body);
}

Result<WebhookEvent> VerifyWebhook(const WebhookHeaders& headers, std::string_view body, const WebhookVerifierOptions& options) {
  if (!HasSecret(options)) return Fail(ErrorReason::kWebhookSecretMissing, "No webhook signing secret is configured.");
  if (auto checked = CheckHeaders(headers); !checked) return checked.error();
  const auto verifier = WebhookVerifier::Create(options);
  if (!verifier) return verifier.error();
  return verifier->Verify(headers, body);
}

}  // namespace clerk
