#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "posts-service/clock.h"

namespace inkwell::posts {

// A post's id: a UUID, compared by its bytes, which for version 7 (RFC 9562 section 5.7) is the order of time.
struct PostId {
  std::array<std::uint8_t, 16> bytes{};

  // The 36 characters of RFC 9562 section 4, in either case. Any version: what a caller looks for need not exist.
  [[nodiscard]] static std::optional<PostId> Parse(std::string_view text);
  // A new version 7 id. Within a millisecond the 12 bits after the version go on counting time (RFC 9562 section 6.2, method 3),
  // so that ids made one after the other by one process sort that way. The other 62 bits are random.
  [[nodiscard]] static PostId Make(Timestamp now);
  // Greater than every id of version 7: where the first page starts.
  [[nodiscard]] static PostId Last();

  [[nodiscard]] bool IsVersion7() const { return (bytes[6] >> 4) == 7 && (bytes[8] >> 6) == 2; }
  // The time in a version 7 id, to the millisecond.
  [[nodiscard]] Timestamp time() const;
  [[nodiscard]] std::string ToString() const;

  friend auto operator<=>(const PostId&, const PostId&) = default;  // NOLINT(modernize-use-nullptr)
};

}  // namespace inkwell::posts
