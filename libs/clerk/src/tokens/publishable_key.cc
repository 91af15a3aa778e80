#include "clerk/publishable_key.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "encoding/base64.h"
#include "encoding/digest.h"
#include "encoding/text.h"

namespace clerk {
namespace {

constexpr std::string_view kLive = "pk_live_";
constexpr std::string_view kTest = "pk_test_";

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool AreLetters(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsLetter); }

// "foo-bar-13.clerk.accounts.dev": two words, one or two digits, a domain of Clerk's for development instances.
bool IsDevelopmentHost(std::string_view host) {
  const auto dot = host.find('.');
  if (dot == std::string_view::npos) return false;
  const auto words = encoding::Split(host.substr(0, dot), '-');
  if (words.size() != 3 || !AreLetters(words[0]) || !AreLetters(words[1])) return false;
  const auto number = words[2];
  if (number.empty() || number.size() > 2 || !std::all_of(number.begin(), number.end(), IsDigit)) return false;

  constexpr std::string_view kAccounts = "clerk.accounts";
  const auto domain = host.substr(dot + 1);
  if (domain.size() < kAccounts.size() || !encoding::EqualsIgnoreCase(domain.substr(0, kAccounts.size()), kAccounts)) {
    return false;
  }
  const auto rest = domain.substr(kAccounts.size());
  const auto last_dot = rest.rfind('.');
  if (last_dot == std::string_view::npos) return false;
  const auto top = rest.substr(last_dot + 1);
  return encoding::EqualsIgnoreCase(top, "dev") || encoding::EqualsIgnoreCase(top, "com");
}

bool IsLegacyDevelopmentHost(std::string_view host) {
  constexpr std::array<std::string_view, 3> kSuffixes = {".lcl.dev", ".lclstage.dev", ".lclclerk.com"};
  return host.starts_with("clerk.") &&
         std::any_of(kSuffixes.begin(), kSuffixes.end(), [&](auto suffix) { return host.ends_with(suffix); });
}

// Of bytes that each stand for one character (Latin-1), which is how JavaScript decodes base64.
std::string Utf8(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) text += static_cast<char>(0xc0 | byte >> 6);
    text += static_cast<char>(byte < 0x80 ? byte : 0x80 | (byte & 0x3f));
  }
  return text;
}

// The host in the key, or "" if there is none.
std::string HostOf(std::string_view payload) {
  auto decoded = encoding::DecodeBase64(payload);
  if (!decoded || decoded->empty() || decoded->back() != '$') return {};
  decoded->pop_back();
  const bool valid = decoded->find('$') == std::string::npos && decoded->find('.') != std::string::npos;
  return valid ? Utf8(*decoded) : std::string();
}

}  // namespace

Result<PublishableKey> PublishableKey::Parse(std::string_view text, const Location& location) {
  const bool live = text.starts_with(kLive);
  const bool known_prefix = live || text.starts_with(kTest);
  const auto payload = known_prefix ? text.substr(kLive.size()) : std::string_view();
  const std::string host = payload.find('_') == std::string_view::npos ? HostOf(payload) : std::string();
  if (host.empty()) {
    return Error{ErrorReason::kPublishableKeyInvalid,
                 "A publishable key is pk_test_ or pk_live_ and the encoded Frontend API host, as shown in Clerk's dashboard."};
  }
  PublishableKey key;
  key.text_ = text;
  key.host_ = host;
  key.instance_type_ = live ? InstanceType::kProduction : InstanceType::kDevelopment;
  key.cookie_suffix_ = CookieSuffix(text);
  if (!location.proxy_url.empty()) {
    key.frontend_api_ = location.proxy_url;
  } else if (live && location.is_satellite && !location.domain.empty()) {
    key.frontend_api_ = "clerk." + location.domain;
  } else {
    key.frontend_api_ = host;
  }
  return key;
}

std::string PublishableKey::Build(std::string_view frontend_api_host) {
  const bool test = IsDevelopmentHost(frontend_api_host) || IsLegacyDevelopmentHost(frontend_api_host);
  std::string encoded = encoding::EncodeBase64(std::string(frontend_api_host) + "$");
  while (encoded.ends_with('=')) encoded.pop_back();
  return std::string(test ? kTest : kLive) + encoded;
}

std::string PublishableKey::CookieSuffix(std::string_view text) {
  constexpr std::size_t kSuffixLength = 8;
  return encoding::EncodeBase64Url(encoding::Sha1(text)).substr(0, kSuffixLength);
}

}  // namespace clerk
