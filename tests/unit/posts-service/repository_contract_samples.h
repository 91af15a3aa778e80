#pragma once

#include <span>
#include <string>
#include <vector>

#include "posts-service/post_repository.h"
#include "runtime/deadline.h"

// What the contract's tests write.
namespace inkwell::posts {

inline constexpr Timestamp kStart{std::chrono::seconds(1'790'000'000)};

inline runtime::Deadline Soon() { return runtime::DeadlineAfter(std::chrono::seconds(10)); }

inline NewPost Wanted(const std::string& author_id, Timestamp now, const std::string& title) {
  const PostId id = PostId::Make(now);
  return {{author_id, id, title, "content of " + title, false, id.time()}, std::nullopt, now};
}

template <typename T>
std::span<const T> One(const T& item) {
  return std::span<const T>(&item, 1);
}

}  // namespace inkwell::posts
