#include "user-sync-service/clerk_user_store.h"

#include <array>
#include <string>
#include <utility>

#include "user-sync-service/reasons.h"
#include "user-sync-service/user_content.h"

namespace inkwell::users {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

Result<StoredUser> StoreClerkUser(UserRepository& copy, Metrics& metrics, User user, ChangeSource source, Deadline deadline) {
  const std::array ids{user.id};
  auto state = Canonicalize(std::move(user));
  if (!state) return Fail(Code::kUnavailable, reason::kClerkUnavailable, "Clerk's answer cannot be used.");
  const UserMessage message(*std::move(state), {source, {}});
  const std::array events{&message.event};
  const std::array notes{NoteOf(message)};
  const auto verdicts = copy.Apply(events, notes, deadline);
  if (!verdicts) return tl::unexpected<Error>(verdicts.error());
  metrics.CountVerdict(verdicts->front());
  auto found = copy.Find(ids, deadline);
  if (!found) return tl::unexpected<Error>(std::move(found).error());
  if (found->empty() || found->front().deleted_at) {
    return Fail(Code::kNotFound, reason::kUserNotFound, "There is no such user.");
  }
  return std::move(found->front());
}

}  // namespace inkwell::users
