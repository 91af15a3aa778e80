#pragma once

#include <string>
#include <string_view>

#include "clerk/result.h"

namespace clerk {

enum class InstanceType { kProduction, kDevelopment };

// A publishable key, `pk_live_` or `pk_test_` and the base64 text of "<frontend API host>$".
class PublishableKey final {
 public:
  // Overrides of the Frontend API's place. A proxy wins; a satellite domain counts for production instances only.
  struct Location {
    std::string proxy_url{};
    std::string domain{};
    bool is_satellite = false;
  };

  // Fails with kPublishableKeyInvalid.
  static Result<PublishableKey> Parse(std::string_view text, const Location& location);
  static Result<PublishableKey> Parse(std::string_view text) { return Parse(text, Location()); }
  // The key text that belongs to a Frontend API host; `pk_test_` for the hosts that Clerk gives to development instances.
  [[nodiscard]] static std::string Build(std::string_view frontend_api_host);
  // First 8 characters of base64url(SHA-1(key text)): what Clerk appends to cookie names. Defined for any text.
  [[nodiscard]] static std::string CookieSuffix(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] InstanceType instance_type() const { return instance_type_; }
  // The host in the key, for example "clerk.example.com": what token issuers are compared with, whatever the location says.
  [[nodiscard]] const std::string& host() const { return host_; }
  // Where the Frontend API is reached: the host, a satellite's host, or the full proxy URL.
  [[nodiscard]] const std::string& frontend_api() const { return frontend_api_; }
  [[nodiscard]] const std::string& cookie_suffix() const { return cookie_suffix_; }

 private:
  PublishableKey() = default;

  std::string text_;
  std::string host_;
  std::string frontend_api_;
  std::string cookie_suffix_;
  InstanceType instance_type_ = InstanceType::kProduction;
};

}  // namespace clerk
