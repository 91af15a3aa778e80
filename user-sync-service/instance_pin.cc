#include "user-sync-service/instance_pin.h"

#include <utility>

#include "runtime/log.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/user_content.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

Result<void> Judge(const std::string& pinned, const std::string& instance_id) {
  if (pinned == instance_id) return {};
  return Fail(Code::kFailedPrecondition, reason::kInstanceMismatch, "This copy holds the users of another Clerk instance.",
              {{"instance_id", instance_id}});
}

}  // namespace

bool IsInstanceId(std::string_view text) { return IsUserId(text); }

InstancePin::InstancePin(CopyState& state, Metrics& metrics)
    : state_(state), workers_(metrics, {.queue = WorkQueue::kInstance, .workers = 1, .capacity = 4096}) {}

void InstancePin::Confirm(std::string instance_id, Caller caller, Done<void> done) {
  if (const auto pinned = Known()) {
    done(Judge(*pinned, instance_id));
    return;
  }
  workers_.Run<void>(
      std::move(caller),
      [this, instance_id = std::move(instance_id)](Deadline deadline) { return Confirm(instance_id, deadline); },
      std::move(done));
}

Result<void> InstancePin::Confirm(const std::string& instance_id, Deadline deadline) {
  if (const auto pinned = Known()) return Judge(*pinned, instance_id);
  auto pinned = state_.PinInstance(instance_id, deadline);
  if (!pinned) return tl::unexpected<Error>(std::move(pinned).error());
  Remember(*pinned);
  return Judge(*pinned, instance_id);
}

Result<void> InstancePin::Compare(const std::string& instance_id, Deadline deadline) {
  if (const auto known = Known()) return Judge(*known, instance_id);
  auto pinned = state_.PinnedInstance(deadline);
  if (!pinned) return tl::unexpected<Error>(std::move(pinned).error());
  if (!*pinned) return {};
  Remember(**pinned);
  return Judge(**pinned, instance_id);
}

std::optional<std::string> InstancePin::Known() const {
  const std::lock_guard lock(mutex_);
  return pinned_;
}

void InstancePin::Remember(std::string pinned) {
  const std::lock_guard lock(mutex_);
  if (!pinned_) runtime::log::Info("the copy belongs to one Clerk instance", {{"instance_id", pinned}});
  pinned_ = std::move(pinned);
}

}  // namespace inkwell::users
