#pragma once

#include <string>

#include "vector_file.h"

namespace clerk::conformance {

// The sub-commands: each checks one vector of its kind of file. One source file per command.
[[nodiscard]] std::string CheckBapiVector(const Json& vector);     // the Backend API's methods on the wire
[[nodiscard]] std::string CheckJwsVector(const Json& vector);      // Wycheproof's JWS cases: signature layer, without claims
[[nodiscard]] std::string CheckKeyVector(const Json& vector);      // publishable keys
[[nodiscard]] std::string CheckRequestVector(const Json& vector);  // authenticateRequest
[[nodiscard]] std::string CheckRsaVector(const Json& vector);      // Wycheproof's RSASSA-PKCS1-v1_5 cases
[[nodiscard]] std::string CheckTokenVector(const Json& vector);    // verifyToken
[[nodiscard]] std::string CheckWebhookVector(const Json& vector);  // verifyWebhook

}  // namespace clerk::conformance
