#include "user-sync-service/stream_calls.h"

#include <atomic>
#include <mutex>
#include <stop_token>
#include <utility>

#include "user-sync-service/user_proto.h"

namespace inkwell::users {
namespace {

using runtime::Error;
using runtime::Result;

class WatchCall final : public WatchReactor, public ChangeSink {
 public:
  WatchCall(ChangeFeed& feed, CallRecord record) : feed_(feed), record_(std::move(record)) {}

  void Start(std::optional<ChangeCursor> cursor) { id_ = feed_.Open(*this, std::move(cursor)); }

  void Send(ChangeBatch batch) override {
    response_.Clear();
    ToProto(batch, response_);
    StartWrite(&response_);
  }
  void End(const Error& why) override { Finish(record_.Fail(why)); }

  void OnWriteDone(bool ok) override { feed_.Sent(id_, ok); }
  void OnCancel() override { feed_.Cancel(id_); }
  void OnDone() override { delete this; }

 private:
  ChangeFeed& feed_;
  const CallRecord record_;
  std::atomic<ChangeFeed::SinkId> id_{0};
  v1::WatchUsersResponse response_;
};

// A client that reads slowly gets fewer messages and holds up nobody: of the progress that waits, the latest is sent.
class BackfillCall final : public BackfillReactor {
 public:
  explicit BackfillCall(CallRecord record) : record_(std::move(record)) {}

  void Start(Backfill& backfill, BackfillRequest request) {
    backfill.Start(
        std::move(request), stop_, [this](const BackfillProgress& progress) { Report(progress); },
        [this](const Result<BackfillTotals>& result) { End(result ? record_.Succeed() : record_.Fail(result.error())); });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) stop_.request_stop();
    Advance([&] { writing_ = false; });
  }
  void OnCancel() override { stop_.request_stop(); }
  void OnDone() override { delete this; }

 private:
  void Report(const BackfillProgress& progress) {
    Advance([&] { waiting_ = progress; });
  }
  void End(grpc::Status status) {
    Advance([&] { end_ = std::move(status); });
  }

  // Takes note of something, and starts what can be started: one write at a time, and the end after the last.
  template <typename Note>
  void Advance(Note&& note) {
    std::optional<grpc::Status> end;
    {
      const std::lock_guard lock(mutex_);
      note();
      if (writing_) return;
      if (waiting_) {
        response_.Clear();
        ToProto(*std::exchange(waiting_, std::nullopt), response_);
        writing_ = true;
        StartWrite(&response_);
        return;
      }
      end = std::exchange(end_, std::nullopt);
    }
    if (end) Finish(*end);  // the last use of this object, and so not under its mutex
  }

  const CallRecord record_;
  std::stop_source stop_;
  std::mutex mutex_;
  bool writing_ = false;                     // guarded by mutex_
  std::optional<BackfillProgress> waiting_;  // guarded by mutex_
  std::optional<grpc::Status> end_;          // guarded by mutex_
  v1::BackfillUsersResponse response_;       // belongs to gRPC while writing_
};

}  // namespace

WatchReactor* StartWatch(ChangeFeed& feed, std::optional<ChangeCursor> cursor, CallRecord record) {
  auto* const watch = new WatchCall(feed, std::move(record));
  watch->Start(std::move(cursor));
  return watch;
}

BackfillReactor* StartBackfill(Backfill& backfill, BackfillRequest request, CallRecord record) {
  auto* const call = new BackfillCall(std::move(record));
  call->Start(backfill, std::move(request));
  return call;
}

}  // namespace inkwell::users
