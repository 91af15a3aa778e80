#include "clerk/error.h"

namespace clerk {

std::string_view ToString(ErrorReason reason) {
  switch (reason) {
    case ErrorReason::kTokenInvalid:
      return "token-invalid";
    case ErrorReason::kJwkFailedToResolve:
      return "jwk-failed-to-resolve";
    case ErrorReason::kJwkLocalMissing:
      return "jwk-local-missing";
    case ErrorReason::kJwkKidMismatch:
      return "jwk-kid-mismatch";
    case ErrorReason::kJwkRemoteFailedToLoad:
      return "jwk-remote-failed-to-load";
    case ErrorReason::kJwkRemoteInvalid:
      return "jwk-remote-invalid";
    case ErrorReason::kJwkRemoteMissing:
      return "jwk-remote-missing";
    case ErrorReason::kSecretKeyInvalid:
      return "secret-key-invalid";
    case ErrorReason::kTokenInvalidAlgorithm:
      return "token-invalid-algorithm";
    case ErrorReason::kTokenVerificationFailed:
      return "token-verification-failed";
    case ErrorReason::kTokenInvalidSignature:
      return "token-invalid-signature";
    case ErrorReason::kTokenInvalidAuthorizedParties:
      return "token-invalid-authorized-parties";
    case ErrorReason::kTokenInvalidIssuer:
      return "token-invalid-issuer";
    case ErrorReason::kTokenExpired:
      return "token-expired";
    case ErrorReason::kTokenNotActiveYet:
      return "token-not-active-yet";
    case ErrorReason::kTokenIatInTheFuture:
      return "token-iat-in-the-future";
    case ErrorReason::kWebhookSecretMissing:
      return "secret-missing";
    case ErrorReason::kWebhookMissingHeaders:
      return "missing-headers";
    case ErrorReason::kWebhookSecretInvalid:
      return "secret-invalid";
    case ErrorReason::kWebhookTimestampInvalid:
      return "timestamp-invalid";
    case ErrorReason::kWebhookTimestampTooOld:
      return "timestamp-too-old";
    case ErrorReason::kWebhookTimestampTooNew:
      return "timestamp-too-new";
    case ErrorReason::kWebhookNoMatchingSignature:
      return "no-matching-signature";
    case ErrorReason::kWebhookInvalidJson:
      return "invalid-json";
    case ErrorReason::kPublishableKeyInvalid:
      return "publishable-key-invalid";
    case ErrorReason::kConfigurationInvalid:
      return "configuration-invalid";
    case ErrorReason::kRequestInvalid:
      return "request-invalid";
    case ErrorReason::kHandshakeInvalid:
      return "handshake-invalid";
  }
  return "unexpected-error";
}

}  // namespace clerk
