#include "jwt/decoded_jwt.h"

#include <utility>

namespace clerk::jwt {

Result<DecodedJwt> DecodeJwt(std::string_view token) {
  auto jws = DecodeJws(token);
  if (!jws) return jws.error();
  auto claims = encoding::JsonText::Read(std::move(jws->payload));
  if (!claims || claims->root().is_null()) {
    return Error{ErrorReason::kTokenInvalid, "The payload of the JWT is not JSON."};
  }
  return DecodedJwt{std::move(*jws), std::move(*claims)};
}

}  // namespace clerk::jwt
