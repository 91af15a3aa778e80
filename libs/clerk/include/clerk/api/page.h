#pragma once

#include <cstdint>
#include <vector>

namespace clerk {

// One page of a list.
template <typename T>
struct Page {
  std::vector<T> data{};
  std::int64_t total_count = 0;  // of the whole list
};

// Which page of a list. Zero leaves Clerk's default: the first 10.
struct PageQuery {
  std::int64_t limit = 0;  // 500 at most
  std::int64_t offset = 0;
};

}  // namespace clerk
