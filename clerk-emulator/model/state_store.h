#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/durable_file.h"
#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// The users, sessions and webhook messages: in memory, and on disk as a journal of changes, so that a step costs the same however
// many users there are. A user and the webhooks that announce it are one step: after a crash there are both or neither. The
// journal is written anew, compact, at start. Thread-safe.
class StateStore final {
 public:
  enum class Durability {
    kBeforeReturn,  // survives a power failure: for whatever is answered to somebody
    kEventually,    // survives the end of the process only: for what would merely be done twice
  };

  // Fails with DATA_LOSS / STATE_NOT_READABLE, FAILED_PRECONDITION / DIRECTORY_IN_USE, UNAVAILABLE / FILE_NOT_….
  [[nodiscard]] static runtime::Result<std::unique_ptr<StateStore>> Open(const std::filesystem::path& directory);

  // `read` gets the state as it is now; it must not call the store, and returns no reference into it.
  template <typename Read>
  auto View(Read&& read) const {
    const std::lock_guard lock(mutex_);
    return std::forward<Read>(read)(std::as_const(state_));
  }

  // `decide(const State&, Changes&)` returns a ClerkResult. If that is a value, the changes take effect together. Steps happen
  // one after another. Fails as `decide` does, or with internal_clerk_error if the step cannot be kept.
  template <typename Decide>
  [[nodiscard]] auto Update(Decide&& decide, Durability durability = Durability::kBeforeReturn) {
    Changes changes;
    std::uint64_t position = 0;
    auto result = [&] {
      const std::lock_guard lock(mutex_);
      auto decided = std::forward<Decide>(decide)(std::as_const(state_), changes);
      if (decided && !Take(changes, position)) decided = tl::unexpected(InternalError());
      return decided;
    }();
    if (!result || changes.empty()) return result;
    if (durability == Durability::kBeforeReturn && !Sync(position)) result = tl::unexpected(InternalError());
    if (result) Announce(changes);
    return result;
  }

  // Called after each step that added webhook messages which are to be delivered, once these are durable. Set before the first
  // Update; what it captures must outlive the last.
  void OnMessages(std::function<void(const std::vector<MessageProgress>&)> listener) { on_messages_ = std::move(listener); }

 private:
  StateStore(FileDescriptor lock, State state, std::unique_ptr<Journal> journal);

  bool Take(const Changes& changes, std::uint64_t& position);
  bool Sync(std::uint64_t position);
  void Announce(const Changes& changes) const;

  const FileDescriptor directory_lock_;
  mutable std::mutex mutex_;
  State state_;
  const std::unique_ptr<Journal> journal_;
  std::function<void(const std::vector<MessageProgress>&)> on_messages_;
};

}  // namespace inkwell::emulator
