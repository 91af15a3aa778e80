#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace inkwell::runtime::log {

// One `name: value` of a log line. Borrows its strings: make it in the call.
// Never log a secret, token, cookie, webhook body or e-mail address. Values are escaped and cut at 256 bytes.
struct Field {
  enum class Kind : std::uint8_t { kText, kInteger, kBool, kReal };

  Field(std::string_view field_name, std::string_view value) : name(field_name), kind(Kind::kText), text(value) {}
  Field(std::string_view field_name, const char* value) : name(field_name), kind(Kind::kText), text(value) {}
  Field(std::string_view field_name, bool value) : name(field_name), kind(Kind::kBool), integer(value ? 1 : 0) {}
  Field(std::string_view field_name, int value) : name(field_name), kind(Kind::kInteger), integer(value) {}
  Field(std::string_view field_name, std::int64_t value) : name(field_name), kind(Kind::kInteger), integer(value) {}
  Field(std::string_view field_name, std::uint64_t value)
      : name(field_name), kind(Kind::kInteger), integer(static_cast<std::int64_t>(value)) {}
  Field(std::string_view field_name, double value) : name(field_name), kind(Kind::kReal), real(value) {}

  std::string_view name;
  Kind kind;
  std::string_view text{};
  std::int64_t integer = 0;
  double real = 0;
};

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError, kOff };

// Call once, first thing in main. `level`: debug, info, warn, error, off; `format`: json (one object per line) or text. Lines go
// to standard error. Before Configure: info, text.
void Configure(std::string_view program, std::string_view level, std::string_view format);

[[nodiscard]] bool Enabled(Level level);

// `message` is constant text; what varies goes into fields. Thread-safe; never throws, never blocks on anything but the stream.
void Write(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void Debug(std::string_view message, std::initializer_list<Field> fields = {}) { Write(Level::kDebug, message, fields); }
inline void Info(std::string_view message, std::initializer_list<Field> fields = {}) { Write(Level::kInfo, message, fields); }
inline void Warn(std::string_view message, std::initializer_list<Field> fields = {}) { Write(Level::kWarn, message, fields); }
inline void Error(std::string_view message, std::initializer_list<Field> fields = {}) { Write(Level::kError, message, fields); }

}  // namespace inkwell::runtime::log
