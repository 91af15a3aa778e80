#pragma once

#include <map>
#include <string>
#include <vector>

#include "user-sync-service/caller.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users::v1 {
class ApplyUserEventRequest;
}

namespace inkwell::users {

class InstancePin;

// The events of one call on their way to the copy: checked one by one, and applied together once the Clerk instance that they
// name is confirmed. Not thread-safe.
class EventIntake final {
 public:
  EventIntake(UserService& users, InstancePin& instance, Caller caller);

  // A malformed event is answered at once: INVALID_ARGUMENT / INVALID_FIELD.
  void Add(const v1::ApplyUserEventRequest& request, Done<Verdict> done);

  // Errors for each event: those of InstancePin::Confirm and UserService::Apply.
  void Apply() &&;

 private:
  UserService& users_;
  InstancePin& instance_;
  const Caller caller_;
  std::map<std::string, std::vector<EventCall>> by_instance_;  // empty name: the event names none
};

}  // namespace inkwell::users
