#include "gateway/http/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <iterator>

namespace inkwell::gateway {

Mailbox::Mailbox() : event_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Mailbox::~Mailbox() {
  if (event_fd_ >= 0) ::close(event_fd_);
}

void Mailbox::Post(Completion completion) {
  if (owner_.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
    own_.push_back(std::move(completion));
    return;
  }
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    first = posted_.empty();
    posted_.push_back(std::move(completion));
  }
  // Whoever posts into a non-empty box knows that a wake-up is under way.
  if (first) Wake();
}

void Mailbox::Wake() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the reactor is awake anyway.
  [[maybe_unused]] const auto written = ::write(event_fd_, &one, sizeof(one));
}

void Mailbox::Close() {
  // Ended after the lock is given up: a streamed answer tells its producer, who may post.
  std::vector<Completion> posted;
  std::vector<Completion> own;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  posted.swap(posted_);
  own.swap(own_);
  owner_.store({}, std::memory_order_relaxed);
}

void Mailbox::Acknowledge() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(event_fd_, &count, sizeof(count));
}

void Mailbox::Take(std::vector<Completion>& batch) {
  batch.clear();
  batch.swap(own_);
  const std::lock_guard lock(mutex_);
  if (batch.empty()) {
    batch.swap(posted_);
  } else {
    std::move(posted_.begin(), posted_.end(), std::back_inserter(batch));
    posted_.clear();
  }
}

}  // namespace inkwell::gateway
