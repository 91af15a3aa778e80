#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "clerk/session_token.h"
#include "encoding/json_text.h"
#include "tokens/claim_rules.h"

namespace clerk {

// Immutable once it is made, but for the auth object: that is made when it is first asked for, because most requests need the
// user's id alone.
struct SessionToken::Data {
  std::string user_id;
  std::optional<std::string> session_id;
  std::string key_id;
  std::optional<std::string> issuer;
  std::optional<std::string> authorized_party;
  bool pending = false;
  bool session_class = false;
  tokens::TimeWindow times;
  encoding::JsonText claims;

  mutable std::once_flag auth_made{};
  mutable std::optional<Result<AuthObject>> auth{};
};

}  // namespace clerk
