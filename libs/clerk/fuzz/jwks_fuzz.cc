// Key sets and PEM keys: whatever is read is either refused or a set whose every named key can be asked for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "encoding/json.h"
#include "invariant.h"
#include "jwt/verification_key.h"
#include "tokens/key_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clerk::fuzz::Require;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto key = clerk::jwt::ParsePemKey(text);
  if (key.rsa != nullptr) {
    Require(key.pinned == clerk::jwt::Algorithm::kRs256, "a PEM key is pinned to RS256");
    Require(!key.rsa->Verify(clerk::jwt::Algorithm::kRs256, text, text), "no text signs itself");
  }

  const auto set = clerk::tokens::KeySet::Parse(text);
  const auto json = clerk::encoding::ParseJson(text);
  const auto* keys = json ? clerk::encoding::Member(*json, "keys") : nullptr;
  const bool has_keys = keys != nullptr && keys->is_array() && !keys->empty();
  Require((set != nullptr) == has_keys, "a set is what has keys");
  if (set == nullptr) return 0;
  Require(set->SameAs(*clerk::tokens::KeySet::Parse(text)), "equal texts are equal sets");
  for (const auto& jwk : *keys) {
    const auto* kid = clerk::encoding::StringMember(jwk, "kid");
    if (kid == nullptr) continue;
    const auto* found = set->Find(*kid);
    Require(found != nullptr, "a named key is found");
    const auto* type = clerk::encoding::StringMember(jwk, "kty");
    if (keys->size() == 1 && found->rsa != nullptr) Require(type != nullptr && *type == "RSA", "only RSA keys verify");
  }
  return 0;
}
