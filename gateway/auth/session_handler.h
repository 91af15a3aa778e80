#pragma once

#include <functional>
#include <string>
#include <utility>

#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {

// A signed-in user, and the session that says so.
struct SessionUser : runtime::Principal {
  SessionUser(runtime::Principal user, std::string session, std::string key)
      : runtime::Principal(std::move(user)), session_id(std::move(session)), key_id(std::move(key)) {}

  std::string session_id;  // claim sid
  std::string key_id;      // kid of the key that signed the token; of Clerk's keys the instance's id, `ins_…`; may be empty
};

// A handler that runs only for a signed-in user. Like any handler it must not block.
using SessionHandler = std::function<void(const RequestInfo&, const SessionUser&, Reply)>;

}  // namespace inkwell::gateway
