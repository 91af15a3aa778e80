#include "posts-service/post.h"

#include <charconv>

namespace inkwell::posts {

std::string MakeEtag(Timestamp update_time) {
  char text[16];
  const auto end = std::to_chars(std::begin(text), std::end(text), update_time.time_since_epoch().count(), 36).ptr;
  return {text, end};
}

Timestamp ParseEtag(std::string_view etag) {
  constexpr std::int64_t kNoVersion = -1;
  std::int64_t microseconds = 0;
  const auto [end, error] = std::from_chars(etag.data(), etag.data() + etag.size(), microseconds, 36);
  const bool whole = error == std::errc() && end == etag.data() + etag.size() && microseconds >= 0;
  return Timestamp(std::chrono::microseconds(whole ? microseconds : kNoVersion));
}

}  // namespace inkwell::posts
