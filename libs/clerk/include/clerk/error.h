#pragma once

#include <string>
#include <string_view>

namespace clerk {

// Why a token, a webhook or a key was refused. The words of ToString are those of Clerk's own SDKs, so that an operator finds
// them in Clerk's documentation and clients that read `x-clerk-auth-reason` keep working.
enum class ErrorReason {
  // Session tokens, in the order in which the checks run.
  kTokenInvalid,             // not a JWT: form, base64url, JSON, type, or a machine token
  kJwkFailedToResolve,       // no key source is configured
  kJwkLocalMissing,          // the networkless key is missing
  kJwkKidMismatch,           // the key set has no key of that `kid`
  kJwkRemoteFailedToLoad,    // the key set could not be fetched
  kJwkRemoteInvalid,         // reserved by Clerk, not produced here
  kJwkRemoteMissing,         // reserved by Clerk, not produced here
  kSecretKeyInvalid,         // Clerk refused the secret key when asked for the key set
  kTokenInvalidAlgorithm,    // `alg` is not RS256, RS384 or RS512
  kTokenVerificationFailed,  // the key does not fit the token, or a claim has a wrong type or audience
  kTokenInvalidSignature,
  kTokenInvalidAuthorizedParties,  // `azp` is missing or not one of the authorized parties
  kTokenInvalidIssuer,
  kTokenExpired,
  kTokenNotActiveYet,
  kTokenIatInTheFuture,

  // Webhooks, in the order in which the checks run.
  kWebhookSecretMissing,
  kWebhookMissingHeaders,
  kWebhookSecretInvalid,
  kWebhookTimestampInvalid,
  kWebhookTimestampTooOld,
  kWebhookTimestampTooNew,
  kWebhookNoMatchingSignature,
  kWebhookInvalidJson,

  // Configuration. These two words are ours: Clerk's SDKs throw instead.
  kPublishableKeyInvalid,
  kConfigurationInvalid,

  // Requests that cannot be judged. These two words are ours: Clerk's SDKs throw instead.
  kRequestInvalid,    // its URL is none
  kHandshakeInvalid,  // on a development instance: the handshake in the URL is not this instance's
};

// The constant as Clerk writes it, for example "token-expired" or "missing-headers".
[[nodiscard]] std::string_view ToString(ErrorReason reason);

// `message` is a sentence for a log or a developer. It never contains a token, a secret or a claim's value.
struct Error {
  ErrorReason reason;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace clerk
