#include <algorithm>
#include <array>
#include <string>

#include "explain/quoting.h"
#include "explain/token_case.h"
#include "jwt/jws.h"

namespace clerk::explain {
namespace {

Finding Passed(std::string detail) { return {CheckOutcome::kPassed, std::move(detail), {}}; }
Finding Failed(std::string detail, std::string advice) { return {CheckOutcome::kFailed, std::move(detail), std::move(advice)}; }
Finding NotPossible(std::string detail) { return {CheckOutcome::kNotPossible, std::move(detail), {}}; }

// Things that people send instead of a session token, by the prefix that Clerk gives them.
struct LookAlike {
  std::string_view prefix;
  std::string_view advice;
};
constexpr std::array kLookAlikes = {
    LookAlike{"sk_", "This is a secret key. If it came from a browser or a client, replace it in Clerk's dashboard now."},
    LookAlike{"whsec_", "This is a webhook signing secret. If it came from a client, rotate it in Clerk's dashboard now."},
    LookAlike{"pk_", "This is the publishable key. Send what getToken() of the session returns."},
    LookAlike{"sess_", "This is a session's id. Send what getToken() of the session returns."},
    LookAlike{"ak_", "This is an API key, a machine token: accept api_key tokens, and let Clerk verify it."},
    LookAlike{"mt_", "This is an opaque machine-to-machine token: accept m2m_token tokens, and let Clerk verify it."},
    LookAlike{"oat_", "This is an opaque OAuth access token: accept oauth_token tokens, and let Clerk verify it."},
};

std::string HowToMendForm(std::string_view token) {
  if (token.empty()) return "Look at what the client sends: Authorization: Bearer <token>, or the cookie __session.";
  for (const auto& look_alike : kLookAlikes) {
    if (token.starts_with(look_alike.prefix)) return std::string(look_alike.advice);
  }
  return "Look for what changes the token on its way: a cut at a length limit, added quotes, white space or line breaks, a "
         "missing "
         "part after the last dot.";
}

// The key of the set, if there is one, that made the signature, whatever the token's kid says.
std::optional<std::string> SignerOf(const TokenCase& the) {
  if (the.key_set == nullptr) return std::nullopt;
  const auto signer = std::find_if(the.key_ids.begin(), the.key_ids.end(), [&](const std::string& id) {
    const auto* key = the.key_set->Find(id);
    return key != nullptr && jwt::VerifySignature(the.decoded->jws, *key).has_value();
  });
  return signer == the.key_ids.end() ? std::nullopt : std::optional(*signer);
}

std::string HeaderValue(const TokenCase& the, std::string_view name) {
  const auto value = the.decoded->Header(name);
  if (!value) return "absent";
  const auto text = value.string();
  return text ? Quote(*text) : "not a string";
}

// Which instance the token says it is from; it is what to compare a wrong key with.
std::string ClaimedIssuer(const TokenCase& the) {
  const auto issuer = the.decoded->Claim("iss").string();
  return issuer ? "The token says that " + Quote(*issuer) + " issued it. " : std::string();
}

}  // namespace

Finding CheckForm(const TokenCase& the) {
  if (the.token.empty()) return Failed("There is no token.", HowToMendForm(the.token));
  if (the.token.size() > the.options.max_token_bytes) {
    return Failed("The token has " + std::to_string(the.token.size()) + " bytes, more than are accepted.",
                  "Keep custom claims small: a cookie holds 4 KB.");
  }
  if (the.decoded) return Passed("Three parts in base64url, header and payload are JSON.");
  const auto dots = std::count(the.token.begin(), the.token.end(), '.');
  return Failed(the.decoded.error().message + " It has " + std::to_string(the.token.size()) + " bytes and " +
                    std::to_string(dots) + (dots == 1 ? " dot." : " dots."),
                HowToMendForm(the.token));
}

Finding CheckClass(const TokenCase& the) {
  if (const auto checked = tokens::CheckCategory(*the.decoded); !checked) {
    return Failed(checked.error().message, "Accept m2m_token tokens on this route, or send the token of a user's session.");
  }
  return Passed("Not a machine token.");
}

Finding CheckKeySource(const TokenCase& the) {
  if (!the.options.jwt_key.empty()) return Passed("One public key in PEM.");
  if (the.key_set != nullptr) return Passed("A key set with the keys " + QuoteList(the.key_ids) + ".");
  constexpr std::string_view kAdvice =
      "Give the PEM public key of the instance (dashboard, API keys), or its key set: https://<Frontend "
      "API>/.well-known/jwks.json";
  return Failed(the.options.jwks_json.empty() ? "No key is given." : "The key set has no keys, or is not JSON.",
                std::string(kAdvice));
}

Finding CheckKey(const TokenCase& the) {
  if (!the.options.jwt_key.empty())
    return Passed("The PEM key is used for every kid; the token's is " + HeaderValue(the, "kid") + ".");
  if (the.key_set == nullptr) return NotPossible("There are no keys; the token's kid is " + HeaderValue(the, "kid") + ".");
  if (the.key) return Passed("The kid " + HeaderValue(the, "kid") + " is in the set.");
  const std::string detail = "The token's kid is " + HeaderValue(the, "kid") + ", the set has " + QuoteList(the.key_ids) + ".";
  if (const auto signer = SignerOf(the)) {
    return Failed(detail, "The signature is of the key " + Quote(*signer) + ": the key set or the token's header was renamed.");
  }
  return Failed(detail, ClaimedIssuer(the) +
                            "Use the keys of that instance: development and production have different ones. After a rotation of "
                            "keys, load the set again.");
}

Finding CheckType(const TokenCase& the) {
  if (const auto checked = tokens::CheckType(*the.decoded, the.rules); checked)
    return Passed("typ is " + HeaderValue(the, "typ") + ".");
  const auto& types = the.rules.header_types;
  return Failed(
      "typ is " + HeaderValue(the, "typ") + ", accepted is " + (types ? QuoteList(*types) : "\"JWT\" or no typ") + ".",
      "An OAuth access token (at+jwt) is no session token. Send the session's token, or set the accepted header types.");
}

Finding CheckAlgorithm(const TokenCase& the) {
  const auto algorithm = jwt::AlgorithmOf(the.decoded->jws.header);
  if (algorithm) return Passed("alg is " + HeaderValue(the, "alg") + ".");
  if (algorithm.error().reason == ErrorReason::kTokenInvalid) {
    return Failed(algorithm.error().message, "Clerk sends no crit header: the token is not from Clerk.");
  }
  return Failed(
      "alg is " + HeaderValue(the, "alg") + ", accepted are RS256, RS384 and RS512.",
      "Clerk signs session tokens with RS256. HS256 comes from a JWT template with a signing key of its own: such a token is "
      "for the third party that has this key, not for this server.");
}

Finding CheckKeyFits(const TokenCase& the) {
  const auto algorithm = jwt::AlgorithmOf(the.decoded->jws.header);
  if (!the.key || !algorithm) return NotPossible("No key, or no algorithm.");
  if (the.key->rsa == nullptr) {
    return Failed(
        "The key is not an RSA public key of at least 2048 bits.",
        "Copy the key again, the whole of it: from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----, and no private key.");
  }
  if (!the.key->Fits(*algorithm)) {
    return Failed("The key is for another algorithm than " + HeaderValue(the, "alg") + ".",
                  "A PEM key verifies RS256 only. Use the key set for a token of another algorithm.");
  }
  return Passed("An RSA key for " + HeaderValue(the, "alg") + ".");
}

Finding CheckSignature(const TokenCase& the) {
  const auto algorithm = jwt::AlgorithmOf(the.decoded->jws.header);
  if (!the.key || !algorithm || !the.key->Fits(*algorithm)) {
    return NotPossible("Without a key nobody knows who wrote this token: what follows is what it says of itself.");
  }
  if (jwt::VerifySignature(the.decoded->jws, *the.key)) return Passed("The key made the signature.");
  if (const auto signer = SignerOf(the)) {
    return Failed("The signature is of another key of the set: " + Quote(*signer) + ".",
                  "The kid in the token's header was changed.");
  }
  return Failed(
      "The key did not make the signature.",
      ClaimedIssuer(the) +
          "If this is your instance, then the token was changed after it was signed; if not, use the key of that instance.");
}

}  // namespace clerk::explain
