#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "posts-service/post.h"
#include "runtime_db/database.h"

// Between posts and the parameters and rows of post_sql.h.
namespace inkwell::posts {

// How often an item is tried whose row was there for one statement and gone for the next.
inline constexpr int kMaxAttempts = 3;

inline std::int64_t Microseconds(Timestamp time) { return time.time_since_epoch().count(); }

template <typename T, typename Get>
std::vector<std::invoke_result_t<Get, const T&>> Column(std::span<const T> items, Get get) {
  std::vector<std::invoke_result_t<Get, const T&>> values;
  values.reserve(items.size());
  for (const T& item : items) values.push_back(get(item));
  return values;
}

template <typename T, typename Get>
runtime::Parameter Texts(std::span<const T> items, Get get) {
  return runtime::Parameter::TextArray(Column(items, get));
}

// `first` is the column of the title; content, published and the version follow it.
inline Post ReadPost(const runtime::Rows& rows, std::size_t row, int first, const std::string& author_id, const PostId& id) {
  return {author_id,
          id,
          std::string(rows.Text(row, first)),
          rows.OptionalText(row, first + 1),
          rows.Bool(row, first + 2),
          Timestamp(std::chrono::microseconds(rows.Integer(row, first + 3)))};
}

inline PostId ReadId(const runtime::Rows& rows, std::size_t row, int column) {
  return PostId::Parse(rows.Text(row, column)).value_or(PostId{});
}

// The item that a row speaks of.
inline std::size_t ItemOf(const runtime::Rows& rows, std::size_t row) {
  return static_cast<std::size_t>(rows.Integer(row, 0)) - 1;
}

}  // namespace inkwell::posts
