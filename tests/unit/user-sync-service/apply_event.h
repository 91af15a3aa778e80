#pragma once

#include <utility>
#include <vector>

#include "user-sync-service/user_service.h"

namespace inkwell::users {

// One event that came alone.
inline void Apply(UserService& service, UserMessage message, Caller caller, Done<Verdict> done) {
  std::vector<EventCall> events;
  events.push_back({std::move(message), std::move(caller), std::move(done)});
  service.Apply(std::move(events));
}

}  // namespace inkwell::users
