#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "clerk/token_verifier.h"
#include "tokens/key_source.h"

namespace clerk::tokens {

// The keys of a verifier, for the other things that they sign: handshakes and machine tokens. Lives as long as the verifier.
[[nodiscard]] KeySource& KeysOf(const TokenVerifier& verifier);

// Fails with kTokenVerificationFailed unless the text is empty or an RSA public key of at least 2048 bits.
[[nodiscard]] Result<void> CheckJwtKey(std::string_view jwt_key);

// The key source that the options name. Fails with kJwkFailedToResolve or kConfigurationInvalid; a jwt_key that is none fails
// when it is used, which is when Clerk's SDKs tell it. Does no I/O.
[[nodiscard]] Result<std::shared_ptr<KeySource>> MakeKeySource(const TokenVerifierOptions& options);

// A verifier with keys that others use, too; the key source in `options` is not looked at. `keys` is not null.
[[nodiscard]] TokenVerifier VerifierWith(const TokenVerifierOptions& options, std::shared_ptr<KeySource> keys);

// clerk::VerifyToken with these keys, or without any (null); the key source in `options` is not looked at.
[[nodiscard]] Result<SessionToken> VerifyTokenWith(KeySource* keys, std::string_view token, const TokenVerifierOptions& options);

// The verdict of Verify if clocks may differ by `skew`. Not remembered.
[[nodiscard]] Result<SessionToken> VerifyWithSkew(const TokenVerifier& verifier, std::string_view token,
                                                  std::chrono::milliseconds skew);

}  // namespace clerk::tokens
