#include "tests/unit/user-sync-service/fake_user_repository.h"

#include <algorithm>
#include <utility>

#include "user-sync-service/reasons.h"

namespace inkwell::users {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

Result<std::vector<Verdict>> FakeUserRepository::Apply(EventRefs events, std::span<const ChangeNote> notes, Deadline) {
  const std::lock_guard lock(mutex_);
  apply_sizes_.push_back(events.size());
  if (failure_) return tl::unexpected<Error>(*failure_);
  for (const UserEvent* event : events) {
    if (refused_user_ == UserIdOf(*event)) return Fail(Code::kInvalidArgument, reason::kInvalidField, "Refused by the test.");
  }
  ++last_transaction_;
  std::vector<Verdict> verdicts;
  for (const UserEvent* event : events) {
    const auto [entry, is_new] = rows_.try_emplace(UserIdOf(*event));
    Row& row = entry->second;
    verdicts.push_back(is_new ? Verdict::kApplied : Decide(row.rank, RankOf(*event)));
    if (verdicts.back() != Verdict::kApplied) continue;
    const CopyTime now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    row.rank = RankOf(*event);
    row.transaction = last_transaction_;
    row.stored = StoredUser{User{}, std::nullopt, now};
    row.stored.user.id = UserIdOf(*event);
    if (const auto* state = std::get_if<UserState>(event)) {
      row.stored.user = state->user;
    } else {
      row.stored.deleted_at = now;
    }
  }
  for (const ChangeNote& note : notes) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (UserIdOf(*events[i]) != note.user_id) continue;
      const Verdict verdict = VerdictBeside(note.standing, verdicts[i]);
      const bool is_a_look = note.origin->source == ChangeSource::kBackfill || note.origin->source == ChangeSource::kJustInTime;
      if (is_a_look && verdict != Verdict::kApplied) continue;
      auto& kept = notes_[std::string(note.user_id)];
      kept.insert(kept.begin(), {*note.origin, note.version, verdict,
                                 std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())});
      if (kept.size() > kExplainedChanges) kept.pop_back();
    }
  }
  return verdicts;
}

Result<Explanation> FakeUserRepository::Explain(const std::string& user_id, Deadline) {
  const std::lock_guard lock(mutex_);
  if (failure_) return tl::unexpected<Error>(*failure_);
  Explanation explanation;
  if (const auto row = rows_.find(user_id); row != rows_.end()) {
    if (row->second.rank) explanation.version = row->second.rank->updated_at;
    explanation.deleted_at = row->second.stored.deleted_at;
  }
  if (const auto notes = notes_.find(user_id); notes != notes_.end()) explanation.changes = notes->second;
  return explanation;
}

Result<std::int64_t> FakeUserRepository::Count(Deadline) {
  const std::lock_guard lock(mutex_);
  if (failure_) return tl::unexpected<Error>(*failure_);
  return std::count_if(rows_.begin(), rows_.end(), [](const auto& entry) { return !entry.second.stored.deleted_at; });
}

Result<std::vector<StoredUser>> FakeUserRepository::Find(std::span<const std::string> user_ids, Deadline) {
  const std::lock_guard lock(mutex_);
  ++finds_;
  if (failure_) return tl::unexpected<Error>(*failure_);
  std::vector<StoredUser> found;
  for (const std::string& id : user_ids) {
    if (const auto row = rows_.find(id); row != rows_.end()) found.push_back(row->second.stored);
  }
  return found;
}

Result<std::vector<StoredUser>> FakeUserRepository::List(std::string_view after, int limit, Deadline) {
  const std::lock_guard lock(mutex_);
  if (failure_) return tl::unexpected<Error>(*failure_);
  std::vector<StoredUser> users;
  for (auto row = rows_.upper_bound(after); row != rows_.end() && users.size() < static_cast<std::size_t>(limit); ++row) {
    if (!row->second.stored.deleted_at) users.push_back(row->second.stored);
  }
  return users;
}

Result<ChangePage> FakeUserRepository::ReadChanges(const ChangePosition& after, int limit, Deadline) {
  const std::lock_guard lock(mutex_);
  if (failure_) return tl::unexpected<Error>(*failure_);
  ChangePage page;
  page.database = database_;
  page.next_transaction = last_transaction_ + 1;
  const auto at = rows_.find(after.user_id);
  page.after_stands = after.user_id.empty() || (at != rows_.end() && at->second.transaction >= after.transaction);
  std::map<ChangePosition, const Row*> in_order;
  for (const auto& [id, row] : rows_) {
    if (held_back_from_ != 0 && row.transaction >= held_back_from_) {
      page.held_back = true;
    } else if (const ChangePosition position{row.transaction, id}; position > after) {
      in_order.emplace(position, &row);
    }
  }
  for (const auto& [position, row] : in_order) {
    if (page.changes.size() == static_cast<std::size_t>(limit)) break;
    page.changes.push_back({row->stored, row->transaction});
  }
  page.more = page.changes.size() == static_cast<std::size_t>(limit);
  return page;
}

void FakeUserRepository::FailWith(std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(error);
}

void FakeUserRepository::RefuseUser(std::string user_id) {
  const std::lock_guard lock(mutex_);
  refused_user_ = std::move(user_id);
}

void FakeUserRepository::HoldBackFrom(std::uint64_t transaction) {
  const std::lock_guard lock(mutex_);
  held_back_from_ = transaction;
}

void FakeUserRepository::BecomeDatabase(std::string database) {
  const std::lock_guard lock(mutex_);
  database_ = std::move(database);
}

void FakeUserRepository::Dump() {
  const std::lock_guard lock(mutex_);
  dump_ = rows_;
}

void FakeUserRepository::Restore() {
  const std::lock_guard lock(mutex_);
  rows_ = dump_;
}

std::vector<std::size_t> FakeUserRepository::apply_sizes() const {
  const std::lock_guard lock(mutex_);
  return apply_sizes_;
}

int FakeUserRepository::finds() const {
  const std::lock_guard lock(mutex_);
  return finds_;
}

}  // namespace inkwell::users
