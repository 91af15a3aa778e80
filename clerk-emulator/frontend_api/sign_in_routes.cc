#include "clerk-emulator/frontend_api/sign_in_routes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/frontend_api/provider_request.h"

namespace inkwell::emulator {

SignInRoutes::SignInRoutes(SignIns& sign_ins, ProviderLogins& providers, const StateStore& store, const Envelope& envelope)
    : sign_ins_(sign_ins), providers_(providers), store_(store), envelope_(envelope) {}

void SignInRoutes::AddTo(Router& router) {
  router.Add("POST", "/v1/client/sign_ins", [this](const HttpRequest& request) { return Create(request); });
  router.Add("GET", "/v1/client/sign_ins/{id}", [this](const HttpRequest& request) { return Get(request); });
  router.Add("POST", "/v1/client/sign_ins/{id}/prepare_first_factor",
             [this](const HttpRequest& request) { return Prepare(request); });
  router.Add("POST", "/v1/client/sign_ins/{id}/attempt_first_factor",
             [this](const HttpRequest& request) { return Attempt(request); });
  router.Add("POST", "/v1/client/sign_ins/{id}/reset_password",
             [this](const HttpRequest& request) { return ResetPassword(request); });
}

std::optional<User> SignInRoutes::UserOf(const SignIn& sign_in) const {
  return store_.View([&](const State& state) -> std::optional<User> {
    const auto user = state.users.find(sign_in.user_id);
    return user == state.users.end() ? std::nullopt : std::optional(user->second);
  });
}

HttpResponse SignInRoutes::Answer(const HttpRequest& request, const SignInResult& result) const {
  if (!result) return ErrorResponse(result.error());
  const auto user = UserOf(result->attempt);
  auto response = envelope_.Wrap(request, SignInJson(result->attempt, user ? &*user : nullptr), result->client_id);
  if (!result->new_cookie.empty()) SetClientCookie(request, result->new_cookie, response);
  return response;
}

// A sign-in may be created with its proof at once: a password manager fills both fields in.
SignInResult SignInRoutes::Begin(const Browser& browser, const FormBody& form) {
  auto created = sign_ins_.Create(browser, form.TextOr("identifier", ""));
  if (!created) return created;
  const Browser known{created->new_cookie.empty() ? browser.cookie : created->new_cookie, browser.caller};
  const auto& id = created->attempt.id;
  const auto strategy = form.TextOr("strategy", "");
  const auto password = form.TextOr("password", "");
  if (created->attempt.user_id.empty()) return created;
  SignInResult proven = created;
  if (!password.empty()) {
    proven = sign_ins_.AttemptPassword(known, id, password);
  } else if (strategy == "email_code" || strategy == "reset_password_email_code") {
    proven = sign_ins_.Prepare(known, id, strategy);
  }
  if (proven) proven->new_cookie = created->new_cookie;
  return proven;
}

HttpResponse SignInRoutes::Create(const HttpRequest& request) {
  const FormBody form(request.body);
  const auto browser = BrowserOf(request);
  if (form.IsTrue("transfer")) return Answer(request, sign_ins_.CreateFromSignUp(browser));
  if (form.TextOr("strategy", "").starts_with("oauth_")) {
    return Answer(request, providers_.BeginSignIn(browser, ReadProviderRequest(request, form)));
  }
  return Answer(request, Begin(browser, form));
}

HttpResponse SignInRoutes::Get(const HttpRequest& request) {
  const auto sign_in = sign_ins_.Find(BrowserOf(request), request.path_arguments[0]);
  if (!sign_in) return ErrorResponse(sign_in.error());
  const auto user = UserOf(*sign_in);
  return envelope_.Wrap(request, SignInJson(*sign_in, user ? &*user : nullptr));
}

HttpResponse SignInRoutes::Prepare(const HttpRequest& request) {
  const FormBody form(request.body);
  return Answer(request, sign_ins_.Prepare(BrowserOf(request), request.path_arguments[0], form.TextOr("strategy", "")));
}

HttpResponse SignInRoutes::Attempt(const HttpRequest& request) {
  const FormBody form(request.body);
  const auto& id = request.path_arguments[0];
  if (form.Text("strategy") == "password") {
    return Answer(request, sign_ins_.AttemptPassword(BrowserOf(request), id, form.TextOr("password", "")));
  }
  return Answer(request, sign_ins_.AttemptCode(BrowserOf(request), id, form.TextOr("code", "")));
}

HttpResponse SignInRoutes::ResetPassword(const HttpRequest& request) {
  const FormBody form(request.body);
  return Answer(request, sign_ins_.ResetPassword(BrowserOf(request), request.path_arguments[0], form.TextOr("password", ""),
                                                 form.IsTrue("sign_out_of_other_sessions")));
}

}  // namespace inkwell::emulator
