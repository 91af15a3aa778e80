#include "gateway/handlers/health_handler.h"

#include "gateway/http/json_text.h"

namespace inkwell::gateway {

Response LiveResponse() { return JsonResponse(200, R"({"status":"live"})"); }

Response ReadyResponse(const std::map<std::string, std::string>& missing) {
  if (missing.empty()) return JsonResponse(200, R"({"status":"ready"})");
  std::string json = R"({"status":"not ready","missing":{)";
  bool first = true;
  for (const auto& [name, why] : missing) {
    if (!first) json += ',';
    first = false;
    AppendJsonString(json, name);
    json += ':';
    AppendJsonString(json, why);
  }
  return JsonResponse(503, json + "}}");
}

}  // namespace inkwell::gateway
