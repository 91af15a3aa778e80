#include "user-sync-service/instance_pin.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/log.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/user_content.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

// More would not be the keys of one instance, nor the mistakes of one operator.
constexpr std::size_t kMaxNames = 64;

// The verdict on a stranger is for all who come with that name, so it does not hang on what is left of one caller's time.
constexpr std::chrono::seconds kJudgement{5};
// What the first caller of all gives for the names of the instance to be known.
constexpr std::chrono::seconds kFirstLook{1};

tl::unexpected<Error> Mismatch(const std::string& name) {
  return Fail(Code::kFailedPrecondition, reason::kInstanceMismatch, "This copy holds the users of another Clerk instance.",
              {{"instance_id", name}});
}

bool IsMismatch(const Error& error) { return error.reason == reason::kInstanceMismatch; }

// An API without this path.
bool IsNotServed(const Error& error) {
  const auto status = error.metadata.find(kClerkStatusMetadata);
  return status != error.metadata.end() && (status->second == "404" || status->second == "405");
}

// The ids of the instance's keys that may be names. An API that does not serve its keys has none.
Result<std::vector<std::string>> KeyIdsOf(ClerkInstance& clerk, Deadline deadline) {
  auto ids = clerk.KeyIds(deadline);
  if (!ids && IsNotServed(ids.error())) return std::vector<std::string>();
  if (ids) {
    std::erase_if(*ids, [](const std::string& id) { return !IsInstanceId(id); });
    ids->resize(std::min(ids->size(), kMaxNames));
  }
  return ids;
}

}  // namespace

bool IsInstanceId(std::string_view text) { return IsUserId(text); }

InstancePin::InstancePin(CopyState& state, ClerkInstance* clerk, Metrics& metrics, std::function<void()> on_foreign_key,
                         SteadyClock clock)
    : state_(state),
      clerk_(clerk),
      on_foreign_key_(std::move(on_foreign_key)),
      clock_(std::move(clock)),
      workers_(metrics, {.queue = WorkQueue::kInstance, .workers = 1, .capacity = 4096}) {}

void InstancePin::Confirm(std::string name, Caller caller, Done<void> done) {
  if (auto verdict = Remembered(name)) {
    done(*std::move(verdict));
    return;
  }
  workers_.Run<void>(
      std::move(caller), [this, name = std::move(name)](Deadline deadline) { return Confirm(name, deadline); }, std::move(done));
}

Result<void> InstancePin::Confirm(const std::string& name, Deadline deadline) {
  if (auto verdict = Remembered(name)) return *std::move(verdict);
  if (!HasPin()) {
    auto pinned = state_.PinInstance(name, deadline);
    if (!pinned) return tl::unexpected<Error>(std::move(pinned).error());
    Remember(*std::move(pinned));
    // The comparison at start found no pin to compare with. Learnt now, the names are on record before the keys are rotated, and
    // a key of another instance is known before anything is done with it.
    const auto judged = JudgeKey(std::min(deadline, runtime::DeadlineAfter(kFirstLook)));
    if (!judged && !IsMismatch(judged.error())) {
      runtime::log::Warn("the names of the copy's Clerk instance could not be learnt");
    }
  }
  return Knows(name) ? Result<void>() : JudgeStranger(name, deadline);
}

Result<KeyStanding> InstancePin::JudgeKey(Deadline deadline) {
  if (HasConfirmedKey()) return KeyStanding::kConfirmed;
  if (!HasPin()) {
    auto pinned = state_.PinnedInstance(deadline);
    if (!pinned) return tl::unexpected<Error>(std::move(pinned).error());
    if (!*pinned) return KeyStanding::kOpen;
    Remember(**std::move(pinned));
  }
  if (auto read = ReadAliases(deadline); !read) return tl::unexpected<Error>(std::move(read).error());
  auto asked = AskClerk(deadline);
  // Its id is enough for that, should its keys be missing.
  if (HasConfirmedKey()) return KeyStanding::kConfirmed;
  return asked;
}

Result<void> InstancePin::JudgeStranger(const std::string& name, Deadline deadline) {
  if (auto read = ReadAliases(deadline); !read) return read;
  if (Knows(name)) return {};
  const auto asked = AskClerk(runtime::DeadlineAfter(kJudgement));
  if (Knows(name)) return {};
  if (asked || IsMismatch(asked.error())) return Refuse(name, kLookAgainAfter);
  runtime::log::Warn("Clerk could not be asked about an unknown instance name", {{"instance", name}});
  return Refuse(name, kLookAgainSoon);
}

Result<KeyStanding> InstancePin::AskClerk(Deadline deadline) {
  if (clerk_ == nullptr) return KeyStanding::kUntold;
  const auto instance_id = clerk_->InstanceId(deadline);
  if (!instance_id) {
    // An answer that no repetition changes: there is nothing to learn, and nothing to compare.
    if (instance_id.error().metadata.contains(kClerkStatusMetadata)) {
      const std::lock_guard lock(mutex_);
      key_untold_ = true;
      return KeyStanding::kUntold;
    }
    return tl::unexpected<Error>(instance_id.error());
  }
  if (Knows(*instance_id)) ConfirmKey();  // whatever its keys are
  auto learned = LearnNames(*instance_id, deadline);
  const bool is_known = Knows(*instance_id);
  if (is_known) ConfirmKey();
  if (!learned) return tl::unexpected<Error>(std::move(learned).error());
  if (is_known) return KeyStanding::kConfirmed;
  return RefuseKey(*instance_id);
}

void InstancePin::ConfirmKey() {
  const std::lock_guard lock(mutex_);
  key_confirmed_ = true;
}

tl::unexpected<Error> InstancePin::RefuseKey(const std::string& instance_id) {
  const bool is_news = [this] {
    const std::lock_guard lock(mutex_);
    return !key_confirmed_ && !std::exchange(key_refused_, true);
  }();
  if (is_news) on_foreign_key_();
  return Mismatch(instance_id);
}

Result<void> InstancePin::ReadAliases(Deadline deadline) {
  auto aliases = state_.InstanceAliases(deadline);
  if (!aliases) return tl::unexpected<Error>(std::move(aliases).error());
  const std::lock_guard lock(mutex_);
  aliases_.insert(aliases->begin(), aliases->end());
  return {};
}

Result<void> InstancePin::LearnNames(const std::string& instance_id, Deadline deadline) {
  auto names = KeyIdsOf(*clerk_, deadline);
  if (!names) return tl::unexpected<Error>(std::move(names).error());
  if (IsInstanceId(instance_id)) names->push_back(instance_id);
  if (std::none_of(names->begin(), names->end(), [this](const std::string& name) { return Knows(name); })) return {};
  std::erase_if(*names, [this](const std::string& name) { return Knows(name); });
  if (auto added = state_.AddInstanceAliases(*names, deadline); !added) return added;
  for (const std::string& name : *names) runtime::log::Info("the copy's Clerk instance has another name", {{"instance", name}});
  const std::lock_guard lock(mutex_);
  aliases_.insert(names->begin(), names->end());
  return {};
}

std::optional<Result<void>> InstancePin::Remembered(const std::string& name) const {
  if (Knows(name)) return Result<void>();
  const Time now = clock_();
  const std::lock_guard lock(mutex_);
  const auto refused = refused_until_.find(name);
  if (refused == refused_until_.end() || now >= refused->second) return std::nullopt;
  return Result<void>(Mismatch(name));
}

bool InstancePin::HasPin() const {
  const std::lock_guard lock(mutex_);
  return pinned_.has_value();
}

bool InstancePin::BelievesAbsence() const {
  const std::lock_guard lock(mutex_);
  if (key_confirmed_) return true;
  return !key_refused_ && (key_untold_ || !pinned_);
}

bool InstancePin::HasConfirmedKey() const {
  const std::lock_guard lock(mutex_);
  return key_confirmed_;
}

bool InstancePin::Knows(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return pinned_ && (*pinned_ == name || aliases_.contains(name));
}

Result<void> InstancePin::Refuse(const std::string& name, std::chrono::seconds for_so_long) {
  const Time until = clock_() + for_so_long;
  const std::lock_guard lock(mutex_);
  if (refused_until_.size() >= kMaxNames) refused_until_.clear();
  refused_until_[name] = until;
  return Mismatch(name);
}

void InstancePin::Remember(std::string pinned) {
  const std::lock_guard lock(mutex_);
  if (!pinned_) runtime::log::Info("the copy belongs to one Clerk instance", {{"instance_id", pinned}});
  pinned_ = std::move(pinned);
}

}  // namespace inkwell::users
