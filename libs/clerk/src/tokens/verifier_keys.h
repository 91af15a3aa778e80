#pragma once

#include <chrono>
#include <string_view>

#include "clerk/token_verifier.h"
#include "tokens/key_source.h"

namespace clerk::tokens {

// The keys of a verifier, for the other things that they sign: handshakes and machine tokens. Lives as long as the verifier.
[[nodiscard]] KeySource& KeysOf(const TokenVerifier& verifier);

// The verdict of Verify if clocks may differ by `skew`. Not remembered.
[[nodiscard]] Result<SessionToken> VerifyWithSkew(const TokenVerifier& verifier, std::string_view token,
                                                  std::chrono::milliseconds skew);

}  // namespace clerk::tokens
