#include "clerk/webhook_verifier.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "encoding/base64.h"
#include "encoding/digest.h"
#include "encoding/json_text.h"
#include "encoding/text.h"
#include "webhooks/webhook_data.h"

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
    // A line break at the end is left by a secret that was read from a file; white space within is a slip of the hand.
    const bool broken = encoding::Trim(encoded).find_first_of(" \t\r\n\f") != std::string_view::npos;
    if (!key || key->empty() || broken) {
      return Fail(ErrorReason::kWebhookSecretInvalid, "A webhook signing secret is whsec_ and base64 text.");
    }
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return Fail(ErrorReason::kWebhookSecretMissing, "No webhook signing secret is configured.");
  return keys;
}

// The headers without outer white space; an error that lists those that are missing or blank.
Result<WebhookHeaders> CheckHeaders(const WebhookHeaders& headers) {
  const WebhookHeaders trimmed{std::string(encoding::Trim(headers.id)), std::string(encoding::Trim(headers.timestamp)),
                               std::string(encoding::Trim(headers.signature))};
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

// Compares every v1 entry of the header with the expected signature, also after a match: time tells nothing. A comma at the end
// of an entry is left by several headers that were joined to one.
bool HasSignature(std::string_view header, std::string_view expected) {
  bool found = false;
  while (!header.empty()) {
    const auto end = header.find(' ');
    auto entry = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    if (end != std::string_view::npos && entry.ends_with(',')) entry.remove_suffix(1);
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

Error InvalidJson() { return Fail(ErrorReason::kWebhookInvalidJson, "The body is not a JSON object."); }

std::optional<std::string> StringMember(encoding::JsonValue object, std::string_view name) {
  const auto text = object.Member(name).string();
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

Result<WebhookEvent> ParseEvent(std::string_view message_id, std::string_view body) {
  const auto json = encoding::JsonText::Read(std::string(body), encoding::kDocumentLimits);
  if (!json || !json->root().is_object()) return InvalidJson();
  const encoding::JsonValue root = json->root();
  WebhookEvent event;
  event.message_id = message_id;
  event.type = StringMember(root, "type").value_or("");
  event.kind = ParseWebhookEventType(event.type);
  event.instance_id = StringMember(root, "instance_id");
  event.timestamp = root.Member("timestamp").integer();
  if (const encoding::JsonValue data = root.Member("data")) {
    event.data_id = StringMember(data, "id");
    event.data_json = data.json();
    auto typed = webhooks::ParseWebhookData(event.kind, data);
    if (!typed) return InvalidJson();
    event.data = *std::move(typed);
  }
  if (const encoding::JsonValue attributes = root.Member("event_attributes")) event.event_attributes_json = attributes.json();
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
    return ParseEvent(headers->id, body);
  }

 private:
  std::vector<std::string> keys_;
  std::chrono::seconds tolerance_;
  std::size_t max_body_bytes_;
  const Clock& clock_;
};

WebhookHeaders WebhookHeaders::Find(std::span<const HttpHeader> headers, WebhookHeaderNames names) {
  const auto joined = [&](std::string_view prefix, std::string_view name) {
    const std::string full = std::string(prefix) + std::string(name);
    std::string values;
    bool found = false;
    for (const HttpHeader& header : headers) {
      if (!encoding::EqualsIgnoreCase(header.name, full)) continue;
      values.append(found ? ", " : "").append(header.value);
      found = true;
    }
    return values;
  };
  const auto value = [&](std::string_view name) {
    std::string values = joined("svix-", name);
    return values.empty() && names == WebhookHeaderNames::kSvixOrStandard ? joined("webhook-", name) : values;
  };
  return {value("id"), value("timestamp"), value("signature")};
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
