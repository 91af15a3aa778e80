#include <nlohmann/json.hpp>
#include <string>

#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

HttpResponse EmailResponse(const ClerkResult<Identification>& email) {
  if (!email) return ErrorResponse(email.error());
  return {200, EmailJson(*email).dump(), "application/json", {}};
}

EmailChange ReadChange(JsonBody& body) {
  body.Ignore("notify_primary_email_address_changed");
  return {body.Flag("verified"), body.Flag("primary")};
}

}  // namespace

void BackendApi::AddEmailRoutes(Router& router) {
  AddProtected(router, "POST", "/v1/email_addresses", &BackendApi::CreateEmail);
  AddProtected(router, "GET", "/v1/email_addresses/{email_address_id}", &BackendApi::GetEmail);
  AddProtected(router, "PATCH", "/v1/email_addresses/{email_address_id}", &BackendApi::UpdateEmail);
  AddProtected(router, "DELETE", "/v1/email_addresses/{email_address_id}", &BackendApi::DeleteEmail);
}

HttpResponse BackendApi::CreateEmail(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto user_id = body.TextOr("user_id", "");
  const auto address = body.TextOr("email_address", "");
  const auto change = ReadChange(body);
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (user_id.empty()) return ErrorResponse(ParamMissing("user_id"));
  if (address.empty()) return ErrorResponse(ParamMissing("email_address"));
  return EmailResponse(email_addresses_.Create(user_id, address, change, CallerOf(request)));
}

HttpResponse BackendApi::GetEmail(const HttpRequest& request) {
  return EmailResponse(email_addresses_.Find(request.path_arguments[0]));
}

HttpResponse BackendApi::UpdateEmail(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto change = ReadChange(body);
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  return EmailResponse(email_addresses_.Update(request.path_arguments[0], change, CallerOf(request)));
}

HttpResponse BackendApi::DeleteEmail(const HttpRequest& request) {
  const auto& id = request.path_arguments[0];
  if (auto deleted = email_addresses_.Delete(id, CallerOf(request)); !deleted) return ErrorResponse(deleted.error());
  return {200, DeletedJson("email_address", id).dump(), "application/json", {}};
}

}  // namespace inkwell::emulator
