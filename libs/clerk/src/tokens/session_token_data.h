#pragma once

#include <optional>
#include <string>

#include "clerk/session_token.h"
#include "tokens/claim_rules.h"

namespace clerk {

struct SessionToken::Data {
  std::string user_id;
  std::optional<std::string> session_id;
  std::string key_id;
  std::optional<std::string> issuer;
  std::optional<std::string> authorized_party;
  bool pending = false;
  bool session_class = false;
  tokens::TimeWindow times;
  Result<AuthObject> auth;
  std::string claims_json;
};

}  // namespace clerk
