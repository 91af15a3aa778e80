#include "gateway/http/access_log.h"

#include <cstdint>

#include "gateway/http/request_id.h"
#include "runtime/log.h"

namespace inkwell::gateway {

std::string RequestIdOf(const RequestRecord& record) {
  for (const FieldView& field : record.fields) {
    if (!EqualsIgnoringCase(field.name, "x-request-id")) continue;
    if (IsValidRequestId(field.value)) return std::string(field.value);
    break;
  }
  return NewRequestId();
}

void LogAccess(const RequestRecord& record, int status, std::chrono::steady_clock::duration took) {
  const auto or_dash = [](std::string_view text) { return text.empty() ? std::string_view("-") : text; };
  runtime::log::Info("request",
                     {{"method", or_dash(record.method)},
                      {"route", or_dash(record.route_pattern)},
                      {"status", status},
                      {"duration_us", std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(took).count()}},
                      {"client", or_dash(record.client_address)},
                      {"request_id", std::string_view(record.request_id)}});
}

}  // namespace inkwell::gateway
