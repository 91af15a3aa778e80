#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace inkwell::gateway {

// A streamed body between its producer and the connection that writes it: at most one piece waits. Shared by both ends
// (ResponseStream and StreamSource), each of which may go first. Thread-safe; callbacks are called without the lock.
class StreamPipe final {
 public:
  using Written = std::function<void(bool open)>;

  explicit StreamPipe(std::function<void()> on_gone) : on_gone_(std::move(on_gone)) {}

  // The producer's end. `written` is called once, see ResponseStream::Write.
  void Put(std::string bytes, Written written);
  void End(std::string last);
  void Cut();

  // The connection's end.
  struct Piece {
    std::string bytes;   // empty: nothing is there
    bool ended = false;  // nothing comes after `bytes`
    bool cut = false;    // the producer failed
  };
  [[nodiscard]] Piece Take();
  // What was taken is written.
  void Release();
  // Nobody reads any more.
  void Leave();

 private:
  void Append(std::string&& bytes);  // with mutex_ held

  std::mutex mutex_;
  std::string bytes_;
  Written written_;                // of the piece that waits or is being written
  std::function<void()> on_gone_;  // empty once called or not needed any more
  bool ended_ = false;
  bool cut_ = false;
  bool left_ = false;
};

// The connection's end of a pipe: whoever drops it tells the producer that nobody reads.
class StreamSource final {
 public:
  StreamSource() = default;
  explicit StreamSource(std::shared_ptr<StreamPipe> pipe) : pipe_(std::move(pipe)) {}
  StreamSource(StreamSource&& other) noexcept = default;
  StreamSource& operator=(StreamSource&& other) noexcept {
    Drop();
    pipe_ = std::move(other.pipe_);
    return *this;
  }
  StreamSource(const StreamSource&) = delete;
  StreamSource& operator=(const StreamSource&) = delete;
  ~StreamSource() { Drop(); }

  explicit operator bool() const { return pipe_ != nullptr; }
  StreamPipe* operator->() const { return pipe_.get(); }
  void Drop() {
    if (pipe_) std::exchange(pipe_, nullptr)->Leave();
  }

 private:
  std::shared_ptr<StreamPipe> pipe_;  // shared with the producer's ResponseStream
};

}  // namespace inkwell::gateway
