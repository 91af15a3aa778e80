#include "user-sync-service/event_intake.h"

#include <memory>
#include <utility>

#include "inkwell/users/v1/users.pb.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/user_proto.h"

namespace inkwell::users {

using runtime::Error;
using runtime::Result;

EventIntake::EventIntake(UserService& users, InstancePin& instance, Caller caller)
    : users_(users), instance_(instance), caller_(std::move(caller)) {}

void EventIntake::Add(const v1::ApplyUserEventRequest& request, Done<Verdict> done) {
  auto message = MessageFromProto(request);
  if (!message) return done(tl::unexpected<Error>(std::move(message).error()));
  by_instance_[request.instance_id()].push_back({*std::move(message), caller_, std::move(done)});
}

void EventIntake::Apply() && {
  for (auto& [instance_id, events] : by_instance_) {
    if (instance_id.empty()) {
      users_.Apply(std::move(events));
      continue;
    }
    const auto waiting = std::make_shared<std::vector<EventCall>>(std::move(events));  // std::function wants a copy
    instance_.Confirm(instance_id, caller_, [&users = users_, waiting](const Result<void>& confirmed) {
      if (confirmed) return users.Apply(std::move(*waiting));
      for (const EventCall& event : *waiting) event.done(tl::unexpected<Error>(confirmed.error()));
    });
  }
}

}  // namespace inkwell::users
