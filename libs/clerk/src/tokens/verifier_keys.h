#pragma once

#include "clerk/token_verifier.h"
#include "tokens/key_source.h"

namespace clerk::tokens {

// The keys of a verifier, for the other things that they sign: handshakes and machine tokens. Lives as long as the verifier.
[[nodiscard]] KeySource& KeysOf(const TokenVerifier& verifier);

}  // namespace clerk::tokens
