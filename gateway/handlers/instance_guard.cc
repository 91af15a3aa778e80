#include "gateway/handlers/instance_guard.h"

#include <utility>

#include "gateway/http/problem.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

// Keys come from tokens that verified, so there are few; more than this would be a defect elsewhere, and are not kept.
constexpr std::size_t kMaxKeys = 64;
constexpr std::string_view kInstancePrefix = "ins_";

}  // namespace

SessionHandler InstanceGuard::Guard(SessionHandler next) {
  return [this, next = std::move(next)](const RequestInfo& request, const SessionUser& user, Reply reply) {
    if (user.key_id.starts_with(kInstancePrefix) && VerdictOn(request, user.key_id) == Verdict::kRefused) {
      return std::move(reply).Fail(
          Problem{403, "instance-mismatch", "The session belongs to another Clerk instance than the users of this server."});
    }
    next(request, user, std::move(reply));
  };
}

InstanceGuard::Verdict InstanceGuard::VerdictOn(const RequestInfo& request, const std::string& key_id) {
  const auto now = clock_();
  Verdict verdict = Verdict::kUnknown;
  {
    const std::lock_guard lock(mutex_);
    auto key = keys_.find(key_id);
    if (key == keys_.end()) {
      if (keys_.size() >= kMaxKeys) return Verdict::kUnknown;
      key = keys_.emplace(key_id, Key{}).first;
    }
    verdict = key->second.verdict;
    if (verdict == Verdict::kConfirmed || now < key->second.ask_at) return verdict;
    key->second.ask_at = now + kAskAgainAfter;
  }
  Ask(request, key_id);
  return verdict;
}

void InstanceGuard::Ask(const RequestInfo& request, const std::string& key_id) {
  users::v1::ConfirmInstanceRequest question;
  question.set_instance_id(key_id);
  StartCall(users_, &Stub::async_interface::ConfirmInstance, CallFor(request, GatewayItself()), std::move(question),
            Retry::kNever, [this, key_id](const runtime::Result<google::protobuf::Empty>& answer) { Learn(key_id, answer); });
}

void InstanceGuard::Learn(const std::string& key_id, const runtime::Result<google::protobuf::Empty>& answer) {
  const bool refused = !answer && answer.error().reason == "INSTANCE_MISMATCH";
  if (!answer && !refused) return;  // it could not say
  if (refused) runtime::log::Warn("Sessions of another Clerk instance are refused", {{"instance", key_id}});
  const std::lock_guard lock(mutex_);
  keys_[key_id].verdict = refused ? Verdict::kRefused : Verdict::kConfirmed;
}

}  // namespace inkwell::gateway
