#include <charconv>

#include "runtime_db/database.h"

namespace inkwell::runtime {

void Rows::Reserve(std::size_t cells, std::size_t bytes) {
  cells_.reserve(cells);
  bytes_.reserve(bytes);
}

void Rows::Append(std::optional<std::string_view> cell) {
  const std::string_view text = cell.value_or(std::string_view());
  cells_.push_back({bytes_.size(), text.size(), !cell.has_value()});
  bytes_ += text;
}

std::int64_t Rows::Integer(std::size_t row, int column) const {
  const std::string_view text = Text(row, column);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace inkwell::runtime
