#include "jwt/decoded_jwt.h"

#include <utility>

#include "encoding/base64.h"

namespace clerk::jwt {
namespace {

Error Malformed(const char* message) { return {ErrorReason::kTokenInvalid, message}; }

}  // namespace

Result<DecodedJwt> DecodeJwt(std::string_view token) {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return Malformed("A JWT has three parts, separated by dots.");
  }
  const auto header = encoding::DecodeBase64Url(token.substr(0, first));
  auto payload = encoding::DecodeBase64Url(token.substr(first + 1, second - first - 1));
  auto signature = encoding::DecodeBase64Url(token.substr(second + 1));
  if (!header || !payload || !signature) return Malformed("A part of the JWT is not base64url.");

  auto header_json = encoding::ParseJson(*header);
  if (!header_json || header_json->is_null()) return Malformed("The header of the JWT is not JSON.");
  auto payload_json = encoding::ParseJson(*payload);
  if (!payload_json || payload_json->is_null()) return Malformed("The payload of the JWT is not JSON.");

  return DecodedJwt{std::move(*header_json), std::move(*payload_json), std::move(*payload), token.substr(0, second),
                    std::move(*signature)};
}

}  // namespace clerk::jwt
