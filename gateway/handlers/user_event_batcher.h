#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/handlers/service_call.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::gateway {

// Sends events to user-sync-service. A call costs far more than an event (docs/adr/0036), so events that wait together go as one,
// BatchApplyUserEvents. There is no timer: an event goes at once while fewer than `max_calls` are under way, and what comes
// meanwhile is the next batch. Thread-safe; its destructor waits until every event is answered.
class UserEventBatcher final {
 public:
  using Stub = users::v1::UserService::StubInterface;
  // Called once, on a thread of gRPC or of the caller: it must not block.
  using Done = std::function<void(runtime::Result<users::v1::ApplyUserEventResponse>)>;

  struct Options {
    // More would only make the batches smaller. With two, one is on its way while the other is committed.
    std::size_t max_calls = 2;
    std::size_t max_events = 256;                  // of a call: what user-sync-service takes
    std::size_t max_bytes = std::size_t{1} << 20;  // of a call with more than one event; gRPC takes 4 MiB
    std::size_t capacity = 2048;                   // events that wait; for more the answer is Overloaded()
  };

  UserEventBatcher(Service<Stub> users, const Options& options);
  ~UserEventBatcher();

  // `deadline` and `request_id` are those of the request that brought the event. An event that has not left by its deadline does
  // not leave (DEADLINE_EXCEEDED); a call under way has the latest deadline of its events, so that one that came late to a
  // service that hung does not fail the fresh ones. Otherwise the errors are those of the call or of this event.
  void Send(users::v1::ApplyUserEventRequest event, runtime::Deadline deadline, std::string request_id, Done done);

 private:
  struct Waiting {
    users::v1::ApplyUserEventRequest event;
    runtime::Deadline deadline;
    std::string request_id;
    Done done;
  };
  using Batch = std::vector<Waiting>;

  // What goes next, and what is too late to go; both empty if nothing waits.
  struct Taken {
    Batch batch;
    Batch late;
  };
  [[nodiscard]] Taken TakeWaiting();  // with mutex_ held
  // Takes what waits, unless that is nothing: then there is a call less.
  void Next();
  void Call(Batch batch);
  // The call of this batch is over, or was none: what has gathered meanwhile goes, and who was in it is answered.
  void Finish(const Batch& batch, const runtime::Result<users::v1::BatchApplyUserEventsResponse>& answer);

  const Options options_;
  std::mutex mutex_;
  std::deque<Waiting> waiting_;      // guarded by mutex_
  std::size_t calls_ = 0;            // guarded by mutex_
  const ServiceClient<Stub> users_;  // last: its destructor waits for calls that use the above
};

}  // namespace inkwell::gateway
