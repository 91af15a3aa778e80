#include "gateway/http/problem.h"

#include "gateway/http/json_text.h"

namespace inkwell::gateway {

Response ProblemResponse(const Problem& problem, std::string_view request_id) {
  std::string json;
  json.reserve(192 + problem.detail.size());
  // With the type about:blank the title is the status' own phrase (RFC 9457 section 4.2.1); `reason` tells problems apart.
  json.append(R"({"type":"about:blank","title":)");
  AppendJsonString(json, ReasonPhrase(problem.status));
  json.append(R"(,"status":)").append(std::to_string(problem.status));
  json.append(R"(,"detail":)");
  AppendJsonString(json, problem.detail);
  json.append(R"(,"reason":)");
  AppendJsonString(json, problem.reason);
  json.append(R"(,"requestId":)");
  AppendJsonString(json, request_id);
  for (const auto& [name, value] : problem.members) {
    json.push_back(',');
    AppendJsonString(json, name);
    json.push_back(':');
    AppendJsonString(json, value);
  }
  json.push_back('}');
  return {problem.status, "application/problem+json", Body(std::move(json)), {}};
}

}  // namespace inkwell::gateway
