#include "user-sync-service/profile_writer.h"

#include <array>
#include <utility>

#include "user-sync-service/clerk_user_store.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Result;

ProfileWriter::ProfileWriter(ClerkUsers& clerk, ClerkSessions& sessions, UserRepository& copy, InstancePin& pin, Metrics& metrics,
                             Options options)
    : clerk_(clerk),
      sessions_(sessions),
      copy_(copy),
      pin_(pin),
      metrics_(metrics),
      workers_(metrics, {.queue = WorkQueue::kProfiles, .workers = options.workers, .capacity = options.capacity}) {}

void ProfileWriter::Update(std::string user_id, Author author, ProfileUpdate update, Caller caller, Done<StoredUser> done) {
  workers_.Run<StoredUser>(
      std::move(caller),
      [this, user_id = std::move(user_id), author, update = std::move(update)](Deadline deadline) -> Result<StoredUser> {
        if (auto allowed = CheckNotBanned(user_id, author, deadline); !allowed) {
          return tl::unexpected<Error>(std::move(allowed).error());
        }
        auto user = clerk_.Update(user_id, update, deadline);
        if (!user) return tl::unexpected<Error>(std::move(user).error());
        return StoreClerkUser(copy_, metrics_, *std::move(user), ChangeSource::kProfileWrite, deadline);
      },
      std::move(done));
}

void ProfileWriter::Delete(std::string user_id, Author author, Caller caller, Done<void> done) {
  workers_.Run<void>(
      std::move(caller),
      [this, user_id = std::move(user_id), author](Deadline deadline) {
        return CheckNotBanned(user_id, author, deadline).and_then([&] { return DeleteAndStore(user_id, deadline); });
      },
      std::move(done));
}

Result<void> ProfileWriter::CheckNotBanned(const std::string& user_id, Author author, Deadline deadline) {
  if (author == Author::kOperator) return {};
  const std::array ids{user_id};
  const auto found = copy_.Find(ids, deadline);
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->empty() || !found->front().user.banned) return {};
  return runtime::Fail(Code::kPermissionDenied, reason::kUserBanned, "The user is banned and may not write.");
}

Result<void> ProfileWriter::DeleteAndStore(const std::string& user_id, Deadline deadline) {
  const auto deleted = clerk_.Delete(user_id, deadline);
  if (!deleted && deleted.error().code != Code::kNotFound) return deleted;
  // A tombstone is for ever, and the Clerk of another instance knows none of the copy's users.
  if (!deleted && !pin_.JudgeKey(deadline)) {
    return runtime::Fail(Code::kUnavailable, reason::kClerkUnavailable,
                         "The secret key may be of another Clerk instance than the copy, so nothing follows from Clerk's 404.");
  }
  const UserMessage message(UserDeletion{user_id}, {ChangeSource::kProfileWrite, {}});
  const std::array events{&message.event};
  const std::array notes{NoteOf(message)};
  return copy_.Apply(events, notes, deadline).map([&](const std::vector<Verdict>& verdicts) {
    metrics_.CountVerdict(verdicts.front());
  });
}

void ProfileWriter::CreateTemplateToken(TemplateTokenRequest request, Caller caller, Done<std::string> done) {
  workers_.Run<std::string>(
      std::move(caller),
      [this, request = std::move(request)](Deadline deadline) { return sessions_.CreateTemplateToken(request, deadline); },
      std::move(done));
}

}  // namespace inkwell::users
