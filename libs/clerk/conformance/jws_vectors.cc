#include <string>

#include "commands.h"
#include "jwt/jws.h"
#include "members.h"

namespace clerk::conformance {

std::string CheckJwsVector(const Json& vector) {
  const auto jws = jwt::DecodeJws(vector.at("jws").get_ref<const std::string&>());
  // A vector without a key that RSA could use is one that nothing may accept.
  const jwt::VerificationKey key = jwt::ParseJwk(Member(vector, "jwk"));
  const bool accepted = jws && jwt::VerifySignature(*jws, key);
  const std::string verdict = accepted ? "accept" : "reject";
  const auto expected = vector.at("expect").get<std::string>();
  return IsAccepted(vector, expected, verdict) ? std::string() : "expected " + expected + ", got " + verdict;
}

}  // namespace clerk::conformance
