#pragma once

#include <grpcpp/support/server_callback.h>

#include <optional>

#include "inkwell/users/v1/users.pb.h"
#include "user-sync-service/backfill.h"
#include "user-sync-service/call_record.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/opaque_text.h"

namespace inkwell::users {

// The streaming calls. Each lives until gRPC is done with it, and deletes itself.
using WatchReactor = grpc::ServerWriteReactor<v1::WatchUsersResponse>;
using BackfillReactor = grpc::ServerWriteReactor<v1::BackfillUsersResponse>;

[[nodiscard]] WatchReactor* StartWatch(ChangeFeed& feed, std::optional<ChangeCursor> cursor, CallRecord record);
[[nodiscard]] BackfillReactor* StartBackfill(Backfill& backfill, BackfillRequest request, CallRecord record);

// A call that is refused before it begins.
template <typename Response>
[[nodiscard]] grpc::ServerWriteReactor<Response>* RefuseStream(const grpc::Status& status) {
  class Refused final : public grpc::ServerWriteReactor<Response> {
   public:
    explicit Refused(const grpc::Status& why) { this->Finish(why); }
    void OnDone() override { delete this; }
  };
  return new Refused(status);
}

}  // namespace inkwell::users
