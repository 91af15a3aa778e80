#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "encoding/json.h"
#include "jwt/verification_key.h"

namespace clerk::tokens {

// The keys of a JWK set by `kid`, parsed once. Of keys of one kid the last one counts; keys without kid cannot be named.
class KeySet final {
 public:
  // Null if there is no key at all: an empty set must not replace a good one.
  [[nodiscard]] static std::shared_ptr<const KeySet> Parse(std::string_view json);

  [[nodiscard]] const jwt::VerificationKey* Find(std::string_view kid) const;

  // Whether the other set was made of equal keys.
  [[nodiscard]] bool SameAs(const KeySet& other) const { return text_ == other.text_; }

 private:
  std::map<std::string, jwt::VerificationKey, std::less<>> keys_;
  std::string text_;  // canonical
};

}  // namespace clerk::tokens
