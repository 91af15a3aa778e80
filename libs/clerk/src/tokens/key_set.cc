#include "tokens/key_set.h"

namespace clerk::tokens {

std::shared_ptr<const KeySet> KeySet::Parse(std::string_view json) {
  const auto document = encoding::ParseJson(json);
  if (!document) return nullptr;
  const encoding::Json* keys = encoding::Member(*document, "keys");
  if (keys == nullptr || !keys->is_array() || keys->empty()) return nullptr;
  auto set = std::make_shared<KeySet>();
  for (const auto& jwk : *keys) {
    if (const std::string* kid = encoding::StringMember(jwk, "kid")) set->keys_.insert_or_assign(*kid, jwt::ParseJwk(jwk));
  }
  set->text_ = encoding::CanonicalText(*keys);
  return set;
}

const jwt::VerificationKey* KeySet::Find(std::string_view kid) const {
  const auto it = keys_.find(kid);
  return it == keys_.end() ? nullptr : &it->second;
}

}  // namespace clerk::tokens
