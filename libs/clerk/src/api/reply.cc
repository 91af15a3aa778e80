#include "api/reply.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "api/names.h"
#include "encoding/text.h"

namespace clerk::api {
namespace {

using encoding::Json;
using encoding::OptionalString;

// Parameters of the media type are ignored, unlike in Clerk's JavaScript, where they hide the body.
bool IsJson(const HttpResponse& response) {
  const auto type = response.Header("content-type");
  return encoding::EqualsIgnoreCase(encoding::Trim(type.substr(0, type.find(';'))), "application/json");
}

// The integer that Retry-After begins with, whatever its sign; a date has none.
std::optional<std::chrono::seconds> RetryAfter(const HttpResponse& response) {
  auto text = encoding::Trim(response.Header("retry-after"));
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

// An empty id in the body is an id as well.
std::string TraceId(const Json* body, const HttpResponse& response) {
  if (body != nullptr) {
    if (auto id = OptionalString(*body, "clerk_trace_id")) return *std::move(id);
  }
  return std::string(response.Header("cf-ray"));
}

// What Clerk's SDKs let through of an error's details.
constexpr std::array<std::string_view, 9> kMetaNames = {
    "param_name",    "session_id", "email_addresses",          "identifiers",
    "zxcvbn",        "plan",       "is_plan_upgrade_possible", "seats_quantity_to_add",
    "seats_quantity"};

std::string MetaText(const Json& meta) {
  Json view = Json::object();
  for (const auto name : kMetaNames) {
    if (const Json* member = encoding::Member(meta, name)) view[CamelCase(name)] = *member;
  }
  return encoding::CanonicalText(view);
}

std::vector<ApiErrorItem> ErrorItems(const Json& body) {
  std::vector<ApiErrorItem> items;
  const Json* errors = encoding::Member(body, "errors");
  if (errors == nullptr || !errors->is_array()) return items;
  for (const Json& error : *errors) {
    ApiErrorItem& item = items.emplace_back();
    item.code = OptionalString(error, "code").value_or("");
    item.message = OptionalString(error, "message").value_or("");
    item.long_message = OptionalString(error, "long_message").value_or("");
    if (const Json* meta = encoding::Member(error, "meta")) {
      item.param_name = OptionalString(*meta, "param_name").value_or("");
      item.meta_json = MetaText(*meta);
    }
  }
  return items;
}

}  // namespace

ApiError MalformedReply(std::string message) {
  ApiError error;
  error.failure = ApiFailure::kMalformedReply;
  error.message = std::move(message);
  error.errors.push_back({"unexpected_error", error.message});
  return error;
}

ApiResult<Json> ReadReply(const HttpResponse& response) {
  const bool claims_json = IsJson(response);
  auto body = claims_json ? encoding::ParseJson(response.body) : std::nullopt;
  if (response.status >= 200 && response.status <= 299) {
    if (response.status == 204 || (response.body.empty() && !claims_json)) return Json();
    if (!body) return MalformedReply("The answer is not JSON.");
    return std::move(*body);
  }
  ApiError error = claims_json && !body ? MalformedReply("The answer is an error whose text is not JSON.") : ApiError();
  error.status = response.status;
  error.retry_after = RetryAfter(response);
  if (error.failure == ApiFailure::kStatus) {
    error.message = "Clerk answered with status " + std::to_string(response.status) + ".";
  }
  if (body) error.errors = ErrorItems(*body);
  error.trace_id = TraceId(body ? &*body : nullptr, response);
  return error;
}

}  // namespace clerk::api
