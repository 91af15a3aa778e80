#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/backend_api/user_query.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

constexpr std::int64_t kMinLifetime = 30;
constexpr std::int64_t kMaxLifetime = 315'360'000;
constexpr std::int64_t kMaxClockSkew = 300;

json TemplateJson(const JwtTemplate& jwt_template) {
  return {{"object", "jwt_template"},
          {"id", jwt_template.id},
          {"name", jwt_template.name},
          {"claims", json::parse(jwt_template.claims)},
          {"lifetime", jwt_template.lifetime},
          {"allowed_clock_skew", jwt_template.allowed_clock_skew},
          {"custom_signing_key", false},
          {"signing_algorithm", "RS256"},
          {"created_at", jwt_template.created_at.value},
          {"updated_at", jwt_template.updated_at.value}};
}

HttpResponse TemplateResponse(const ClerkResult<JwtTemplate>& jwt_template) {
  if (!jwt_template) return ErrorResponse(jwt_template.error());
  return {200, TemplateJson(*jwt_template).dump(), "application/json", {}};
}

ClerkResult<JwtTemplateFields> ReadFields(const HttpRequest& request) {
  JsonBody body(request.body);
  JwtTemplateFields fields;
  fields.name = body.TextOr("name", "");
  fields.claims = body.ObjectText("claims").value_or("");
  fields.lifetime = body.Integer("lifetime", kMinLifetime, kMaxLifetime);
  fields.allowed_clock_skew = body.Integer("allowed_clock_skew", 0, kMaxClockSkew);
  const auto own_key = body.Flag("custom_signing_key").value_or(false);
  const auto algorithm = body.TextOr("signing_algorithm", "RS256");
  body.Ignore("signing_key");
  if (auto read = body.Finish(); !read) return tl::unexpected(read.error());
  if (own_key) return tl::unexpected(ParamValueInvalid("custom_signing_key", "false: the emulator signs with its own key"));
  if (algorithm != "RS256") return tl::unexpected(ParamValueInvalid("signing_algorithm", "RS256, the emulator's only one"));
  return fields;
}

}  // namespace

void BackendApi::AddTemplateRoutes(Router& router) {
  AddProtected(router, "GET", "/v1/jwt_templates", &BackendApi::ListTemplates);
  AddProtected(router, "POST", "/v1/jwt_templates", &BackendApi::CreateTemplate);
  AddProtected(router, "GET", "/v1/jwt_templates/{template_id}", &BackendApi::GetTemplate);
  AddProtected(router, "PATCH", "/v1/jwt_templates/{template_id}", &BackendApi::UpdateTemplate);
  AddProtected(router, "DELETE", "/v1/jwt_templates/{template_id}", &BackendApi::DeleteTemplate);
}

HttpResponse BackendApi::ListTemplates(const HttpRequest& request) {
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  const auto all = store_.View([](const State& state) { return state.jwt_templates; });
  json list = json::array();
  std::size_t skip = page->offset;
  for (const auto& [id, jwt_template] : all) {
    if (skip > 0) {
      --skip;
    } else if (list.size() < page->limit) {
      list.push_back(TemplateJson(jwt_template));
    }
  }
  if (request.Query("paginated") == "true") list = json{{"data", std::move(list)}, {"total_count", all.size()}};
  return {200, list.dump(), "application/json", {}};
}

HttpResponse BackendApi::CreateTemplate(const HttpRequest& request) {
  const auto fields = ReadFields(request);
  return fields ? TemplateResponse(jwt_templates_.Create(*fields)) : ErrorResponse(fields.error());
}

HttpResponse BackendApi::GetTemplate(const HttpRequest& request) {
  return TemplateResponse(jwt_templates_.Find(request.path_arguments[0]));
}

HttpResponse BackendApi::UpdateTemplate(const HttpRequest& request) {
  const auto fields = ReadFields(request);
  return fields ? TemplateResponse(jwt_templates_.Update(request.path_arguments[0], *fields)) : ErrorResponse(fields.error());
}

HttpResponse BackendApi::DeleteTemplate(const HttpRequest& request) {
  const auto& id = request.path_arguments[0];
  if (auto deleted = jwt_templates_.Delete(id); !deleted) return ErrorResponse(deleted.error());
  return {200, DeletedJson("jwt_template", id).dump(), "application/json", {}};
}

}  // namespace inkwell::emulator
