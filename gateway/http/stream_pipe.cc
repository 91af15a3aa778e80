#include "gateway/http/stream_pipe.h"

namespace inkwell::gateway {

void StreamPipe::Put(std::string bytes, Written written) {
  {
    const std::lock_guard lock(mutex_);
    if (!left_) {
      Append(std::move(bytes));
      written_ = std::move(written);
      return;
    }
  }
  written(false);
}

void StreamPipe::End(std::string last) {
  const std::lock_guard lock(mutex_);
  Append(std::move(last));
  ended_ = true;
}

void StreamPipe::Append(std::string&& bytes) {
  if (bytes_.empty()) {
    bytes_ = std::move(bytes);
  } else {
    bytes_ += bytes;
  }
}

void StreamPipe::Cut() {
  const std::lock_guard lock(mutex_);
  cut_ = !ended_;
}

StreamPipe::Piece StreamPipe::Take() {
  const std::lock_guard lock(mutex_);
  return {std::exchange(bytes_, {}), ended_, cut_};
}

void StreamPipe::Release() {
  Written written;
  {
    const std::lock_guard lock(mutex_);
    written = std::exchange(written_, nullptr);
  }
  if (written) written(true);
}

void StreamPipe::Leave() {
  Written written;
  std::function<void()> on_gone;
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    left_ = true;
    ended = ended_;
    written = std::exchange(written_, nullptr);
    on_gone = std::exchange(on_gone_, nullptr);
  }
  if (written) written(ended);
  if (on_gone && !ended) on_gone();
}

}  // namespace inkwell::gateway
