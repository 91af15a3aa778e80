#include "gateway/http/response_writer.h"

#include <array>
#include <charconv>
#include <ctime>

#include "gateway/http/octets.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {
namespace {

struct DefaultField {
  std::string_view name;
  std::string_view value;
};

// On every answer that does not say otherwise.
constexpr std::array kDefaultFields = {
    DefaultField{"Cache-Control", "no-store"},
    DefaultField{"X-Content-Type-Options", "nosniff"},
    DefaultField{"Referrer-Policy", "no-referrer"},
    DefaultField{"X-Frame-Options", "DENY"},
};

constexpr std::array<std::string_view, 6> kOwnFields = {"content-length",    "connection",   "date",
                                                        "transfer-encoding", "x-request-id", "keep-alive"};

bool IsOwnField(std::string_view name) {
  for (const std::string_view own : kOwnFields) {
    if (EqualsIgnoringCase(name, own)) return true;
  }
  return false;
}

void AppendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void AppendNumber(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool AllowsContent(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

std::string_view DateCache::At(std::chrono::system_clock::time_point now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second == second_ && !text_.empty()) return text_;
  second_ = second;
  const std::time_t time = std::chrono::system_clock::to_time_t(second);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  // Not strftime's %a and %b: they follow the locale.
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 64> digits{};
  text_.assign(kDays[static_cast<std::size_t>(parts.tm_wday)]);
  text_.append(digits.data(), std::strftime(digits.data(), digits.size(), ", %d ", &parts));
  text_.append(kMonths[static_cast<std::size_t>(parts.tm_mon)]);
  text_.append(digits.data(), std::strftime(digits.data(), digits.size(), " %Y %H:%M:%S GMT", &parts));
  return text_;
}

bool IsSendable(const Response& response) {
  if (response.status < 200 || response.status > 599 || !AllOf(octets::kFieldValue, response.content_type)) return false;
  for (const HeaderField& field : response.headers) {
    if (!IsToken(field.name) || !AllOf(octets::kFieldValue, field.value)) return false;
  }
  return true;
}

void AppendResponseHead(std::string& out, const Response& response, const AnswerContext& context) {
  out.append("HTTP/1.1 ");
  AppendNumber(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(ReasonPhrase(response.status)).append("\r\n");
  AppendField(out, "Date", context.date);
  AppendField(out, "X-Request-Id", context.request_id);
  if (!response.content_type.empty()) AppendField(out, "Content-Type", response.content_type);
  if (AllowsContent(response.status) && context.body_end == BodyEnd::kChunked) {
    AppendField(out, "Transfer-Encoding", "chunked");
  } else if (AllowsContent(response.status) && context.body_end == BodyEnd::kContentLength) {
    out.append("Content-Length: ");
    AppendNumber(out, response.body.view().size());
    out.append("\r\n");
  }
  if (!context.keep_alive) {
    AppendField(out, "Connection", "close");
  } else if (context.http_1_0) {
    AppendField(out, "Connection", "keep-alive");
  }
  if (context.https_only) AppendField(out, "Strict-Transport-Security", "max-age=31536000");
  std::array<bool, kDefaultFields.size()> given{};
  for (const HeaderField& field : response.headers) {
    if (IsOwnField(field.name)) continue;
    for (std::size_t i = 0; i < kDefaultFields.size(); ++i) {
      if (EqualsIgnoringCase(field.name, kDefaultFields[i].name)) given[i] = true;
    }
    AppendField(out, field.name, field.value);
  }
  for (std::size_t i = 0; i < kDefaultFields.size(); ++i) {
    if (!given[i]) AppendField(out, kDefaultFields[i].name, kDefaultFields[i].value);
  }
  out.append("\r\n");
}

bool HasBodyOnWire(const Response& response, bool head_request) { return !head_request && AllowsContent(response.status); }

}  // namespace inkwell::gateway
