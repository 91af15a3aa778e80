#include "gateway/http/request_info.h"

#include "gateway/http/request_record.h"

namespace inkwell::gateway {
namespace {

constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (Lower(a[i]) != Lower(b[i])) return false;
  }
  return true;
}

std::string_view RequestInfo::request_id() const { return record_->request_id; }
std::chrono::steady_clock::time_point RequestInfo::received_at() const { return record_->received_at; }
std::chrono::steady_clock::time_point RequestInfo::deadline() const { return record_->deadline; }
std::string_view RequestInfo::client_address() const { return record_->client_address; }
bool RequestInfo::https() const { return record_->https; }
std::string_view RequestInfo::method() const { return record_->method; }
std::string_view RequestInfo::target() const { return record_->target; }
std::string_view RequestInfo::body() const { return record_->body; }

std::string_view RequestInfo::route() const { return record_->route_pattern; }

std::string_view RequestInfo::PathParameter(std::string_view name) const {
  for (const auto& [parameter, value] : record_->path_parameters) {
    if (parameter == name) return value;
  }
  return {};
}

std::optional<std::string_view> RequestInfo::Header(std::string_view name) const {
  for (const FieldView& field : record_->fields) {
    if (EqualsIgnoringCase(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> RequestInfo::Headers(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const FieldView& field : record_->fields) {
    if (EqualsIgnoringCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

std::vector<std::pair<std::string_view, std::string_view>> RequestInfo::AllHeaders() const {
  std::vector<std::pair<std::string_view, std::string_view>> all;
  all.reserve(record_->fields.size());
  for (const FieldView& field : record_->fields) all.emplace_back(field.name, field.value);
  return all;
}

}  // namespace inkwell::gateway
