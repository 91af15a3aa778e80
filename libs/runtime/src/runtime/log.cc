#include "runtime/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include "json_text.h"

namespace inkwell::runtime::log {
namespace {

constexpr std::size_t kMaxValueBytes = 256;

struct Configuration {
  std::atomic<Level> level{Level::kInfo};
  std::atomic<bool> json{false};
  std::string program;  // written before other threads exist
  spdlog::logger logger{"inkwell", std::make_shared<spdlog::sinks::stderr_sink_mt>()};

  Configuration() {
    logger.set_level(spdlog::level::trace);
    logger.set_pattern("%v");
  }
};

// Never destroyed: destructors of static objects may still log.
Configuration& Config() {
  static Configuration& configuration = *new Configuration;
  return configuration;
}

Level ParseLevel(std::string_view text) {
  if (text == "debug") return Level::kDebug;
  if (text == "warn") return Level::kWarn;
  if (text == "error") return Level::kError;
  if (text == "off") return Level::kOff;
  return Level::kInfo;
}

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
    case Level::kOff:
      return "off";
  }
  return "info";
}

spdlog::level::level_enum SpdlogLevel(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
    case Level::kOff:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

template <typename Number>
void AppendNumber(std::string& out, Number value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void AppendPadded(std::string& out, unsigned value, int width) {
  std::array<char, 8> digits{};
  for (int i = width - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

// RFC 3339, UTC, milliseconds.
void AppendTime(std::string& out, std::chrono::system_clock::time_point now) {
  using namespace std::chrono;
  const auto day = floor<days>(now);
  const year_month_day date{day};
  const hh_mm_ss time{floor<milliseconds>(now - day)};
  AppendPadded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  AppendPadded(out, static_cast<unsigned>(time.hours().count()), 2);
  out += ':';
  AppendPadded(out, static_cast<unsigned>(time.minutes().count()), 2);
  out += ':';
  AppendPadded(out, static_cast<unsigned>(time.seconds().count()), 2);
  out += '.';
  AppendPadded(out, static_cast<unsigned>(time.subseconds().count()), 3);
  out += 'Z';
}

void AppendQuoted(std::string& out, std::string_view text, std::size_t max_bytes = std::string_view::npos) {
  out += '"';
  AppendJsonText(out, text, max_bytes);
  out += '"';
}

// A value that is not text looks the same in both formats.
void AppendScalar(std::string& out, const Field& field) {
  switch (field.kind) {
    case Field::Kind::kText:
      AppendQuoted(out, field.text, kMaxValueBytes);
      return;
    case Field::Kind::kInteger:
      AppendNumber(out, field.integer);
      return;
    case Field::Kind::kBool:
      out += field.integer != 0 ? "true" : "false";
      return;
    case Field::Kind::kReal:
      if (std::isfinite(field.real)) {
        AppendNumber(out, field.real);
      } else {
        out += "null";  // JSON has no other word for NaN and the infinities
      }
      return;
  }
}

void MakeJsonLine(std::string& out, Level level, std::string_view message, std::initializer_list<Field> fields) {
  out += "{\"time\":\"";
  AppendTime(out, std::chrono::system_clock::now());
  out += "\",\"level\":\"";
  out += LevelName(level);
  out += "\",\"program\":";
  AppendQuoted(out, Config().program);
  out += ",\"message\":";
  AppendQuoted(out, message);
  for (const Field& field : fields) {
    out += ',';
    AppendQuoted(out, field.name);
    out += ':';
    AppendScalar(out, field);
  }
  out += '}';
}

bool IsBareWord(std::string_view text) {
  return !text.empty() && text.size() <= kMaxValueBytes &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/@+") ==
             std::string_view::npos;
}

void MakeTextLine(std::string& out, Level level, std::string_view message, std::initializer_list<Field> fields) {
  AppendTime(out, std::chrono::system_clock::now());
  out += ' ';
  const std::string_view name = LevelName(level);
  out += name;
  out.append(name.size() < 6 ? 6 - name.size() : 1, ' ');
  if (const std::string& program = Config().program; !program.empty()) {
    out += program;
    out += ": ";
  }
  AppendJsonText(out, message);
  for (const Field& field : fields) {
    out += ' ';
    AppendJsonText(out, field.name);
    out += '=';
    if (field.kind == Field::Kind::kText && IsBareWord(field.text)) {
      out += field.text;
    } else {
      AppendScalar(out, field);
    }
  }
}

}  // namespace

void Configure(std::string_view program, std::string_view level, std::string_view format) {
  Configuration& config = Config();
  config.program = program;
  config.level.store(ParseLevel(level), std::memory_order_relaxed);
  config.json.store(format == "json", std::memory_order_relaxed);
}

bool Enabled(Level level) { return level != Level::kOff && level >= Config().level.load(std::memory_order_relaxed); }

void Write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!Enabled(level)) return;
  try {
    thread_local std::string line;
    line.clear();
    if (Config().json.load(std::memory_order_relaxed)) {
      MakeJsonLine(line, level, message, fields);
    } else {
      MakeTextLine(line, level, message, fields);
    }
    Config().logger.log(SpdlogLevel(level), spdlog::string_view_t(line.data(), line.size()));
  } catch (const std::exception&) {
    // Out of memory for a log line: the program's work matters more than the line.
    std::fputs("log line lost\n", stderr);
  }
}

}  // namespace inkwell::runtime::log
