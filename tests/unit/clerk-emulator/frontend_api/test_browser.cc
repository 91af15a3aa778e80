#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/base/encoding.h"

namespace inkwell::emulator {

using nlohmann::json;

std::string TestBrowser::With(const std::string& target, const std::string& method) {
  return target + (target.find('?') == std::string::npos ? "?" : "&") + "_method=" + method;
}

HttpResponse TestBrowser::Send(HttpRequest request) {
  request.headers["origin"] = "http://localhost:3000";
  request.headers["host"] = "127.0.0.1:4000";
  if (!cookie_.empty()) request.headers["cookie"] = "theme=dark; __client=" + cookie_ + "; __client_uat=1";
  auto response = emulator_.Handle(std::move(request));
  const auto set = HeaderOf(response, "Set-Cookie");
  if (set.starts_with("__client=")) cookie_ = set.substr(9, set.find(';') - 9);
  return response;
}

HttpResponse TestBrowser::Post(const std::string& target, const std::string& form) {
  return Send(MakeRequest("POST", target, form));
}

HttpResponse TestBrowser::Get(const std::string& target) { return Send(MakeRequest("GET", target)); }

std::string TestBrowser::BeginSignUp(const std::string& email, const std::string& password) {
  const auto created = Json(Post("/v1/client/sign_ups", "email_address=" + email + "&password=" + password));
  return created.at("response").at("id");
}

std::string TestBrowser::SignUp(const std::string& email, const std::string& password) {
  const auto path = "/v1/client/sign_ups/" + BeginSignUp(email, password);
  Post(path + "/prepare_verification", "strategy=email_code");
  const auto done = Json(Post(path + "/attempt_verification", "strategy=email_code&code=424242"));
  return done.at("response").at("created_session_id");
}

std::string TestBrowser::BeginSignIn(const std::string& email) {
  return Json(Post("/v1/client/sign_ins", "identifier=" + email)).at("response").at("id");
}

json TestBrowser::Client() { return Json(Get("/v1/client")).at("response"); }

std::string ErrorCode(const HttpResponse& response) {
  const auto body = Json(response);
  return body.contains("errors") ? body.at("errors").at(0).at("code").get<std::string>() : std::string();
}

std::string ErrorParam(const HttpResponse& response) {
  const auto body = Json(response);
  return body.contains("errors") ? body.at("errors").at(0).at("meta").value("param_name", "") : std::string();
}

json Claims(const std::string& jwt) {
  auto payload = jwt.substr(jwt.find('.') + 1);
  payload.resize(payload.find('.'));
  for (char& c : payload) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return json::parse(DecodeBase64(payload).value());
}

std::string HeaderOf(const HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> EventTypes(const StateStore& store) {
  return store.View([](const State& state) {
    std::vector<std::string> types;
    for (const auto& [sequence, message] : state.messages) types.push_back(message.type);
    return types;
  });
}

}  // namespace inkwell::emulator
