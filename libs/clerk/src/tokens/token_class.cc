#include "tokens/token_class.h"

#include <string_view>

namespace clerk::tokens {
namespace {

constexpr std::string_view kSessionCategory = "cl_B7d4PD111AAA";
constexpr std::string_view kM2mCategory = "cl_B7d4PD333AAA";
constexpr std::string_view kNoCategory = "cl_I7d4PD111III";  // some instances put it on tokens of every class

}  // namespace

bool IsM2mToken(const jwt::DecodedJwt& token) { return token.Claim("sub").string().value_or("").starts_with("mch_"); }

bool IsOauthAccessToken(const jwt::DecodedJwt& token) {
  const auto type = token.Header("typ").string();
  return type == "at+jwt" || type == "application/at+jwt";
}

bool HasSessionCategory(const jwt::DecodedJwt& token) {
  const auto category = token.Header("cat");
  return !category || category.string() == kSessionCategory || category.string() == kNoCategory;
}

bool HasM2mCategory(const jwt::DecodedJwt& token) {
  const auto category = token.Header("cat");
  return !category || category.string() == kM2mCategory;
}

bool IsSessionToken(const jwt::DecodedJwt& token) {
  return HasSessionCategory(token) && !IsM2mToken(token) && !IsOauthAccessToken(token);
}

}  // namespace clerk::tokens
