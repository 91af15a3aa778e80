// Tokens: nothing but the signer's own bytes is ever accepted. An input is either a token ("t…") or a list of changes to a
// genuine one ("g" and then two bytes each: place and new character).
#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "clerk/clock.h"
#include "clerk/token_verifier.h"
#include "encoding/base64.h"
#include "invariant.h"
#include "jwt/decoded_jwt.h"
#include "tests/unit/clerk/token_signer.h"
#include "tokens/auth_claims.h"
#include "tokens/claim_rules.h"

namespace {

using clerk::fuzz::Require;
using clerk::testing::TokenSigner;

constexpr std::int64_t kNow = 1'760'000'000;

class FrozenClock final : public clerk::Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(kNow));
  }
  std::chrono::steady_clock::time_point SteadyNow() const override { return {}; }
  void SleepFor(std::chrono::milliseconds) const override {}
};

clerk::TokenVerifier MakeVerifier(std::size_t cache_entries) {
  static const FrozenClock clock;
  clerk::TokenVerifierOptions options;
  options.jwks_json = TokenSigner::First().Jwks();
  options.clock = &clock;
  options.cache_entries = cache_entries;
  return std::move(*clerk::TokenVerifier::Create(std::move(options)));
}

std::string_view WithoutPadding(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return text;
}

// A token may be spelled in one way only, but for padding after the signature.
bool IsGenuine(std::string_view token, std::string_view genuine) { return WithoutPadding(token) == genuine; }

void RequireRoundTrip(std::string_view part) {
  const auto bytes = clerk::encoding::DecodeBase64Url(part);
  if (bytes) Require(clerk::encoding::EncodeBase64Url(*bytes) == WithoutPadding(part), "base64url has one spelling per value");
}

// Claims are looked at only behind a signature; here they are without one.
void ReadClaims(const clerk::jwt::DecodedJwt& token) {
  const clerk::tokens::ClaimRules rules{{"https://app.example.com", ""}, {"api"}, {}, std::chrono::milliseconds(5000), {}};
  const auto now = FrozenClock().Now();
  const auto times = clerk::tokens::CheckClaims(token, rules, now);
  if (times) {
    Require(times->expires_at > kNow - 5, "an accepted token has not expired");
    Require(token.Claim("sub").string().has_value(), "an accepted token has a subject");
    Require(token.Claim("azp").string() == "https://app.example.com", "an accepted token is of an authorized party");
  }
  const auto auth = clerk::tokens::MakeAuthObject(token.claims);
  if (auth) Require(auth->user_id == token.Claim("sub").string().value_or(""), "the user is the subject");
}

std::string Change(std::string token, std::string_view script) {
  for (std::size_t i = 0; i + 1 < script.size(); i += 2) {
    // Places spread over the whole token, and its end, where a signature is malleable if it is anywhere.
    const auto step = static_cast<unsigned char>(script[i]);
    const std::size_t place = step < 128 ? token.size() * step / 128 : token.size() - 1 - (step - 128U) % token.size();
    if (script[i + 1] == '\0') {
      token.erase(place, 1);
    } else if (script[i + 1] == '=') {
      token.insert(place + 1, 1, '=');
    } else {
      token[place] = script[i + 1];
    }
    if (token.empty()) break;
  }
  return token;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string genuine = TokenSigner::First().Sign(clerk::testing::SessionClaims(kNow));
  static const auto uncached = MakeVerifier(0);
  static const auto cached = MakeVerifier(64);
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string token = data[0] == 'g' ? Change(genuine, rest) : std::string(rest);

  Require(cached.Verify(genuine).has_value(), "the genuine token is accepted and remembered");
  const auto verdict = uncached.Verify(token);
  const auto remembered = cached.Verify(token);
  Require(verdict.has_value() == remembered.has_value(), "a cache changes no verdict");
  // Padding inside the token belongs to what is signed.
  Require(!verdict || IsGenuine(token, genuine), "only the signer's token is accepted");
  Require(verdict || !IsGenuine(token, genuine), "the signer's token is accepted");
  if (!verdict) Require(verdict.error().reason == remembered.error().reason, "a cache changes no reason");

  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = token.find('.', begin);
    RequireRoundTrip(std::string_view(token).substr(begin, end - begin));
  }
  if (const auto decoded = clerk::jwt::DecodeJwt(token)) ReadClaims(*decoded);
  return 0;
}
