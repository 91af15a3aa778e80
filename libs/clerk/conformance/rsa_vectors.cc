#include <optional>
#include <string>
#include <string_view>

#include "commands.h"
#include "jwt/verification_key.h"

namespace clerk::conformance {
namespace {

std::optional<std::string> DecodeHex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = kDigits.find(text[i]);
    const auto low = kDigits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

}  // namespace

std::string CheckRsaVector(const Json& vector) {
  const auto message = DecodeHex(vector.at("msg_hex").get_ref<const std::string&>());
  const auto signature = DecodeHex(vector.at("sig_hex").get_ref<const std::string&>());
  if (!message || !signature) return "msg_hex or sig_hex is not hexadecimal";
  const auto algorithm = jwt::ParseAlgorithm(vector.at("alg").get_ref<const std::string&>());
  const auto key = jwt::ParsePemKey(vector.at("spki_pem").get_ref<const std::string&>());
  // The pinning of PEM keys to RS256 is a rule of Clerk's and none of RSA's.
  const bool valid = algorithm && key.rsa != nullptr && key.rsa->Verify(*algorithm, *message, *signature);
  const std::string verdict = valid ? "valid" : "invalid";
  const auto expected = vector.at("result").get<std::string>();
  if (expected == "acceptable" || verdict == expected) return {};
  return "expected " + expected + ", got " + verdict;
}

}  // namespace clerk::conformance
