#include "clerk-emulator/frontend_api/sign_up_routes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/frontend_api/provider_request.h"
#include "clerk-emulator/http/form_body.h"
#include "clerk-emulator/http/json_body.h"

namespace inkwell::emulator {
namespace {

ClerkResult<SignUpFields> ReadFields(const FormBody& form) {
  SignUpFields fields;
  fields.email_address = form.Text("email_address");
  if (fields.email_address && fields.email_address->empty()) fields.email_address.reset();
  fields.password = form.Text("password");
  fields.first_name = form.Text("first_name");
  fields.last_name = form.Text("last_name");
  if (const auto metadata = form.Text("unsafe_metadata"); metadata && !metadata->empty()) {
    JsonBody object(*metadata);
    if (!object.IsValid()) return tl::unexpected(ParamFormatInvalid("unsafe_metadata", "a JSON object"));
    fields.unsafe_metadata = *metadata;
  }
  return fields;
}

}  // namespace

SignUpRoutes::SignUpRoutes(SignUps& sign_ups, ProviderLogins& providers, const Envelope& envelope)
    : sign_ups_(sign_ups), providers_(providers), envelope_(envelope) {}

void SignUpRoutes::AddTo(Router& router) {
  router.Add("POST", "/v1/client/sign_ups", [this](const HttpRequest& request) { return Create(request); });
  router.Add("GET", "/v1/client/sign_ups/{id}", [this](const HttpRequest& request) { return Get(request); });
  router.Add("PATCH", "/v1/client/sign_ups/{id}", [this](const HttpRequest& request) { return Update(request); });
  router.Add("POST", "/v1/client/sign_ups/{id}/prepare_verification",
             [this](const HttpRequest& request) { return Prepare(request); });
  router.Add("POST", "/v1/client/sign_ups/{id}/attempt_verification",
             [this](const HttpRequest& request) { return Attempt(request); });
}

HttpResponse SignUpRoutes::Answer(const HttpRequest& request, const SignUpResult& result) const {
  if (!result) return ErrorResponse(result.error());
  auto response = envelope_.Wrap(request, SignUpJson(result->attempt), result->client_id);
  if (!result->new_cookie.empty()) SetClientCookie(request, result->new_cookie, response);
  return response;
}

HttpResponse SignUpRoutes::Create(const HttpRequest& request) {
  const FormBody form(request.body);
  const auto browser = BrowserOf(request);
  if (form.IsTrue("transfer")) return Answer(request, sign_ups_.CreateFromSignIn(browser));
  if (form.TextOr("strategy", "").starts_with("oauth_")) {
    return Answer(request, providers_.BeginSignUp(browser, ReadProviderRequest(request, form)));
  }
  const auto fields = ReadFields(form);
  if (!fields) return ErrorResponse(fields.error());
  auto created = sign_ups_.Create(browser, *fields);
  const bool sends_code = created && form.Text("strategy") == "email_code";
  if (!sends_code) return Answer(request, created);
  // Asked for together: a custom form may say which verification it wants at once.
  const Browser known{created->new_cookie.empty() ? browser.cookie : created->new_cookie, browser.caller};
  auto prepared = sign_ups_.Prepare(known, created->attempt.id, "email_code");
  if (prepared) prepared->new_cookie = created->new_cookie;
  return Answer(request, prepared);
}

HttpResponse SignUpRoutes::Get(const HttpRequest& request) {
  const auto sign_up = sign_ups_.Find(BrowserOf(request), request.path_arguments[0]);
  if (!sign_up) return ErrorResponse(sign_up.error());
  return envelope_.Wrap(request, SignUpJson(*sign_up));
}

HttpResponse SignUpRoutes::Update(const HttpRequest& request) {
  const FormBody form(request.body);
  if (form.TextOr("strategy", "").starts_with("oauth_")) {
    return Answer(request, providers_.BeginSignUp(BrowserOf(request), ReadProviderRequest(request, form)));
  }
  const auto fields = ReadFields(form);
  if (!fields) return ErrorResponse(fields.error());
  return Answer(request, sign_ups_.Update(BrowserOf(request), request.path_arguments[0], *fields));
}

HttpResponse SignUpRoutes::Prepare(const HttpRequest& request) {
  const FormBody form(request.body);
  return Answer(request, sign_ups_.Prepare(BrowserOf(request), request.path_arguments[0], form.TextOr("strategy", "email_code")));
}

HttpResponse SignUpRoutes::Attempt(const HttpRequest& request) {
  const FormBody form(request.body);
  return Answer(request, sign_ups_.Attempt(BrowserOf(request), request.path_arguments[0], form.TextOr("code", "")));
}

}  // namespace inkwell::emulator
