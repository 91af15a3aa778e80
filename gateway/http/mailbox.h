#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/http/response.h"
#include "gateway/http/stream_pipe.h"

namespace inkwell::gateway {

// An answer on its way to the exchange it belongs to, or word that an answer which is being streamed goes on.
struct Completion {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 0;
  Response response{};
  StreamSource stream{};  // of an answer whose body follows
  bool progress = false;  // no answer: the stream has something to take
};

// Where answers reach a reactor. Outlives it: what is posted after Close is dropped. Thread-safe.
class Mailbox final {
 public:
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  void Post(Completion completion);
  // Wakes the reactor without an answer.
  void Wake();
  void Close();

  // The rest is for the reactor.
  // Becomes readable after a Post from another thread or a Wake; -1 when the system had no descriptor left.
  [[nodiscard]] int event_fd() const { return event_fd_; }
  // Answers posted by this thread from now on need neither lock nor wake-up.
  void AdoptCurrentThread() { owner_.store(std::this_thread::get_id(), std::memory_order_relaxed); }
  void Acknowledge();
  // Swaps out what has arrived; `batch` is cleared first, its memory is used again.
  void Take(std::vector<Completion>& batch);

 private:
  const int event_fd_;
  std::atomic<std::thread::id> owner_{};
  std::vector<Completion> own_;  // of the owning thread alone

  std::mutex mutex_;
  std::vector<Completion> posted_;  // guarded by mutex_
  bool closed_ = false;             // guarded by mutex_
};

}  // namespace inkwell::gateway
