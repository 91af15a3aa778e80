#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/opaque_text.h"
#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// What one response of WatchUsers says.
struct ChangeBatch {
  std::vector<StoredUser> users;
  std::string cursor;
  bool caught_up = false;
};

// One consumer of the change stream, as the feed sees it. The feed calls from its own thread and never holds a lock meanwhile.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  // Starts to send and returns; the next batch comes only after ChangeFeed::Sent.
  virtual void Send(ChangeBatch batch) = 0;
  // The last call. Never while a batch is being sent.
  virtual void End(const runtime::Error& why) = 0;
};

// Reads the change stream for all its consumers, on one thread: each gets page after page as fast as it takes them, then what is
// new. The feed is woken by Wake, and looks by itself every so often in case a wake-up got lost. Thread-safe.
//
// How it loses nothing: a position counts transactions in the order in which they began to write, and the repository hands out a
// change only when no older transaction is open any more. Changes held back for that reason become deliverable without any
// wake-up, so while there are some the feed looks again quickly. Any long transaction of the whole cluster that has written
// something holds the stream back as long as it is open.
class ChangeFeed final {
 public:
  using SinkId = std::uint64_t;

  struct Options {
    int page_size = 500;
    std::size_t max_page_bytes = 1 << 20;
    std::size_t max_sinks = 64;
    std::chrono::milliseconds poll{1000};
    std::chrono::milliseconds held_back_poll{40};
    // At least this long between two looks of a sink that has all: storms are read in pages, and each page is one statement and
    // one transaction for every consumer. The first change after a quiet time is read at once.
    std::chrono::milliseconds pace{40};
    std::chrono::milliseconds read_timeout{5000};
  };

  ChangeFeed(UserRepository& repository, Metrics& metrics, Options options);
  ~ChangeFeed();  // every sink has been ended before
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  // Feeds the sink from the cursor (none: from the beginning) until End, which always comes: with CANCELLED after Cancel, with
  // FAILED_PRECONDITION / CURSOR_INVALID if the cursor is another database's, ahead of this one or of a change that a restore has
  // undone, with the repository's error, or with UNAVAILABLE on shutdown. The sink must live until then.
  SinkId Open(ChangeSink& sink, std::optional<ChangeCursor> cursor);
  // The sink has sent its batch; `ok` is false if its consumer is gone.
  void Sent(SinkId id, bool ok);
  // The consumer wants no more. Harmless after End.
  void Cancel(SinkId id);

  // Something has changed. Cheap; any thread.
  void Wake();
  // Ends all sinks, and from now on each new one at once. Does not wait.
  void Shutdown();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Reader {
    ChangeSink* sink = nullptr;
    ChangePosition position;
    std::string database;  // empty until the first page, for a reader without cursor
    bool told_caught_up = false;
    bool sending = false;
    std::optional<runtime::Error> end;  // why it is to be ended, once nothing is being sent
    TimePoint last_look{};
    TimePoint next_look{};
  };

  struct Step {
    std::optional<ChangeBatch> batch;
    std::chrono::milliseconds look_again_in{};
  };

  void Run();
  [[nodiscard]] TimePoint NextWork() const;
  void Look(SinkId id, Reader& reader, std::unique_lock<std::mutex>& lock);
  [[nodiscard]] runtime::Result<Step> Advance(Reader& reader);
  void End(SinkId id, const runtime::Error& why, std::unique_lock<std::mutex>& lock);
  void Poke();

  UserRepository& repository_;
  Metrics& metrics_;
  const Options options_;

  std::mutex mutex_;
  std::condition_variable work_;
  // All guarded by mutex_, but for a reader's position, database and told_caught_up, which are the feed's thread's own. Only that
  // thread erases readers.
  std::map<SinkId, Reader> readers_;
  SinkId next_id_ = 1;
  std::uint64_t wakes_ = 0;
  bool poked_ = false;
  bool shutting_down_ = false;
  bool stopping_ = false;

  std::thread thread_;  // last
};

}  // namespace inkwell::users
