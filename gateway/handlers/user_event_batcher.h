#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/handlers/service_call.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::gateway {

// Sends events to user-sync-service. A call costs far more than an event (docs/adr/0037), so events that wait together go as one,
// BatchApplyUserEvents. There is no timer: an event goes at once while fewer than `max_calls` are under way, and what comes
// meanwhile is the next batch. Thread-safe; its destructor waits until every event is answered.
class UserEventBatcher final {
 public:
  using Stub = users::v1::UserService::StubInterface;
  // Called once, on a thread of gRPC or of some caller of Send: it must not block.
  using Done = std::function<void(runtime::Result<users::v1::ApplyUserEventResponse>)>;

  struct Options {
    // More would only make the batches smaller. With two, one is on its way while the other is committed.
    std::size_t max_calls = 2;
    // A call that takes longer is not counted any more, so that one replica that hangs does not hold up what the others can do.
    std::chrono::milliseconds patience{250};
    std::size_t max_events = 256;                  // of a call: what user-sync-service takes
    std::size_t max_bytes = std::size_t{1} << 20;  // of a call with more than one event; gRPC takes 4 MiB
    std::size_t capacity = 2048;                   // events that wait; for more the answer is Overloaded()
  };

  UserEventBatcher(Service<Stub> users, const Options& options);
  ~UserEventBatcher();

  // `deadline` and `request_id` are those of the request that brought the event; a batch travels with the first one's id. An
  // event that has not left by its deadline does not leave (DEADLINE_EXCEEDED). Otherwise the errors are those of ApplyUserEvent,
  // and UNAVAILABLE for whatever befalls the call as a whole.
  void Send(users::v1::ApplyUserEventRequest event, runtime::Deadline deadline, std::string request_id, Done done);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Waiting {
    users::v1::ApplyUserEventRequest event;
    runtime::Deadline deadline;
    std::string request_id;
    Done done;
  };
  using Batch = std::vector<Waiting>;

  // Whether the event's Clerk instance is known to be the copy's. Clerk may have to be asked about another, which takes seconds.
  // With mutex_ held.
  [[nodiscard]] bool IsOfKnownInstance(const users::v1::ApplyUserEventRequest& event) const;
  void SendAlone(Waiting stranger);
  void SendNext();
  // What goes next, and what is too late to go.
  struct Taken {
    Batch batch;
    Batch late;
  };
  [[nodiscard]] Taken TakeWaiting();  // with mutex_ held
  void Call(Batch batch, Time begun);
  void Finish(const Batch& batch, Time begun, const runtime::Result<users::v1::BatchApplyUserEventsResponse>& answer);

  const Options options_;
  std::mutex mutex_;
  std::deque<Waiting> waiting_;            // guarded by mutex_
  std::multiset<Time> calls_;              // guarded by mutex_; when each call under way began
  std::set<std::string> known_instances_;  // guarded by mutex_; bounded
  const ServiceClient<Stub> users_;        // last: its destructor waits for calls that use the above
};

}  // namespace inkwell::gateway
