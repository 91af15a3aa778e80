#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {

inline constexpr const char* kAda = "ada@example.com";
inline constexpr const char* kPassword = "correct horse";

// A browser with its cookie, which says what clerk-js would say.
class TestBrowser final {
 public:
  explicit TestBrowser(TestEmulator& emulator) : emulator_(emulator) {}

  // `form` as clerk-js encodes it.
  HttpResponse Post(const std::string& target, const std::string& form = {});
  HttpResponse Patch(const std::string& target, const std::string& form = {}) { return Post(With(target, "PATCH"), form); }
  HttpResponse Delete(const std::string& target) { return Post(With(target, "DELETE")); }
  HttpResponse Get(const std::string& target);

  // Signs a new user up with a verified address and returns the session's id.
  std::string SignUp(const std::string& email = kAda, const std::string& password = kPassword);
  // The same in two steps: the sign-up's id, before anything is verified.
  std::string BeginSignUp(const std::string& email = kAda, const std::string& password = kPassword);
  // The sign-in's id, before anything is proven.
  std::string BeginSignIn(const std::string& email = kAda);
  void SignOut() { Delete("/v1/client/sessions"); }

  // What GET /v1/client answers.
  nlohmann::json Client();

  [[nodiscard]] const std::string& cookie() const { return cookie_; }
  void set_cookie(std::string cookie) { cookie_ = std::move(cookie); }

 private:
  static std::string With(const std::string& target, const std::string& method);
  HttpResponse Send(HttpRequest request);

  TestEmulator& emulator_;
  std::string cookie_;
};

// errors[0].code; empty if the answer is none of an error.
[[nodiscard]] std::string ErrorCode(const HttpResponse& response);
// errors[0].meta.param_name, likewise.
[[nodiscard]] std::string ErrorParam(const HttpResponse& response);
// The claims of a JWT, whose signature is not looked at.
[[nodiscard]] nlohmann::json Claims(const std::string& jwt);
[[nodiscard]] std::string HeaderOf(const HttpResponse& response, const std::string& name);
// The types of the webhooks that were sent, in order.
[[nodiscard]] std::vector<std::string> EventTypes(const StateStore& store);

}  // namespace inkwell::emulator
