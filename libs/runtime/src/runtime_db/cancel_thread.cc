#include "cancel_thread.h"

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

constexpr auto kPatience = std::chrono::seconds(1);

void Cancel(PGcancel& cancel) {
  std::array<char, 256> message{};
  if (PQcancel(&cancel, message.data(), static_cast<int>(message.size())) == 0) {
    log::Warn("cannot ask PostgreSQL to cancel a statement");
  }
}

}  // namespace

struct CancelThread::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<PGcancel>> waiting;
  bool stopping = false;
  bool ended = false;

  void Work() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || !waiting.empty(); });
      if (stopping) break;
      const std::shared_ptr<PGcancel> next = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      Cancel(*next);
      lock.lock();
    }
    ended = true;
    changed.notify_all();
  }
};

CancelThread::CancelThread() : state_(std::make_shared<State>()), thread_([state = state_] { state->Work(); }) {}

CancelThread::~CancelThread() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
  const bool ended = state_->changed.wait_for(lock, kPatience, [this] { return state_->ended; });
  lock.unlock();
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void CancelThread::Post(std::shared_ptr<PGcancel> cancel) {
  const std::lock_guard lock(state_->mutex);
  state_->waiting.push_back(std::move(cancel));
  state_->changed.notify_all();
}

}  // namespace inkwell::runtime
