#include "clerk-emulator/control_api/control_api.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/backend_api/user_query.h"
#include "clerk-emulator/control_api/deliveries_page.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

HttpResponse JsonResponse(const json& body) { return {200, body.dump() + "\n", "application/json", {}}; }

bool WantsText(const HttpRequest& request) {
  return request.Query("format") == "text" || request.Header("accept").find("text/plain") != std::string::npos;
}

HttpResponse TextResponse(const std::string& text) { return {200, text + "\n", "text/plain; charset=utf-8", {}}; }

ClerkError NoEndpoint() { return ResourceNotFound("No webhooks are sent: EMULATOR_WEBHOOK_URL is not set."); }

json DeliveryJson(const WebhookMessage& message) {
  const auto& progress = message.progress;
  const bool pending = progress.state == MessageState::kPending;
  json history = json::array();
  for (const auto& attempt : progress.history) {
    history.push_back({{"at", attempt.at.value},
                       {"status", attempt.status == 0 ? json(nullptr) : json(attempt.status)},
                       {"error", attempt.error.empty() ? json(nullptr) : json(attempt.error)}});
  }
  return {{"id", message.id},
          {"type", message.type},
          {"object_id", message.object_id},
          {"state", ToString(progress.state)},
          {"attempts", progress.attempts},
          {"last_status", progress.last_status == 0 ? json(nullptr) : json(progress.last_status)},
          {"last_error", progress.last_error.empty() ? json(nullptr) : json(progress.last_error)},
          {"history", std::move(history)},
          {"created_at", message.created_at.value},
          {"next_attempt_at", pending ? json(progress.next_attempt_at.value) : json(nullptr)}};
}

json StateCountsJson(const State& state, UnixMillis now) {
  std::size_t live = 0;
  for (const auto& [id, session] : state.sessions) live += session.IsLive(now) ? 1 : 0;
  json messages = {{"pending", 0}, {"delivered", 0}, {"failed", 0}};
  for (const auto& [sequence, message] : state.messages) {
    auto& count = messages[std::string(ToString(message.progress.state))];
    count = count.get<int>() + 1;
  }
  const auto disabled_at = state.endpoint.disabled_at.value;
  messages["disabled_at"] = disabled_at == 0 ? json(nullptr) : json(disabled_at);
  return {{"users", state.users.size()}, {"active_sessions", live}, {"webhooks", std::move(messages)}};
}

}  // namespace

ControlApi::ControlApi(StateStore& store, Accounts& accounts, const TokenIssuer& issuer, const BrowserAccess& access,
                       WebhookSender* sender, const Clock& clock)
    : store_(store), accounts_(accounts), issuer_(issuer), access_(access), sender_(sender), clock_(clock) {}

void ControlApi::AddRoutes(Router& router, ControlPeers peers) {
  router.Add("POST", "/_emulator/sign-up", [this](const HttpRequest& request) { return SignUp(request); });
  router.Add("POST", "/_emulator/sign-in", [this](const HttpRequest& request) { return SignIn(request); });
  router.Add("GET", "/_emulator/token", [this](const HttpRequest& request) { return Token(request); });
  const auto add = [&router, peers](const char* method, const char* pattern, HttpHandler handler) {
    router.Add(method, pattern, LocalOnly(std::move(handler), peers));
  };
  add("GET", "/_emulator/status", [this, &router](const HttpRequest& request) { return Status(request, router); });
  add("GET", "/_emulator/", [this](const HttpRequest&) {
    return HttpResponse{200, store_.View(DeliveriesPage), "text/html; charset=utf-8", {}};
  });
  add("GET", "/_emulator/deliveries", [this](const HttpRequest& request) { return Deliveries(request); });
  add("POST", "/_emulator/deliveries/{id}/replay", [this](const HttpRequest& request) { return Replay(request); });
  add("POST", "/_emulator/webhooks/hold", [this](const HttpRequest& request) { return Hold(request); });
  add("POST", "/_emulator/webhooks/release", [this](const HttpRequest&) { return Release(); });
}

HttpResponse ControlApi::SignUp(const HttpRequest& request) {
  JsonBody body(request.body);
  NewUser user;
  user.email_addresses = body.Texts("email");
  user.phone_numbers = body.Texts("phone");
  user.first_name = body.TextOr("first_name", "");
  user.last_name = body.TextOr("last_name", "");
  user.username = body.TextOr("username", "");
  user.external_id = body.TextOr("external_id", "");
  user.public_metadata = body.ObjectText("public_metadata").value_or("{}");
  user.unsafe_metadata = body.ObjectText("unsafe_metadata").value_or("{}");
  user.verified_by = "email_code";
  const auto azp = body.TextOr("azp", access_.PageOrigin(request));
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  return Entered(request, accounts_.SignUp(user, CallerOf(request)), azp);
}

HttpResponse ControlApi::SignIn(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto identifier = body.TextOr("user_id", body.TextOr("email", ""));
  const auto azp = body.TextOr("azp", access_.PageOrigin(request));
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (identifier.empty()) return ErrorResponse(ParamMissing("email"));
  return Entered(request, accounts_.SignIn(identifier, CallerOf(request)), azp);
}

HttpResponse ControlApi::Entered(const HttpRequest& request, const ClerkResult<SignedIn>& entered, const std::string& azp) const {
  if (!entered) return ErrorResponse(entered.error());
  const auto token = issuer_.SessionToken(entered->session, azp);
  if (!token) return ErrorResponse(token.error());
  if (WantsText(request)) return TextResponse(*token);
  return JsonResponse(
      {{"user_id", entered->user.id}, {"session_id", entered->session.id}, {"token", *token}, {"user", UserJson(entered->user)}});
}

HttpResponse ControlApi::Token(const HttpRequest& request) {
  const auto id = request.Query("session_id").value_or("");
  const auto now = clock_.Now();
  const auto session = store_.View([&](const State& state) -> std::optional<Session> {
    const auto found = state.sessions.find(id);
    return found != state.sessions.end() && found->second.IsLive(now) ? std::optional(found->second) : std::nullopt;
  });
  // 401, because it is what makes a page sign out cleanly; a 404 leaves it with a dead session.
  if (!session) return ErrorResponse(AuthenticationInvalid("The session does not exist or is not active any more."));
  const auto token = issuer_.SessionToken(*session, request.Query("azp").value_or(access_.PageOrigin(request)));
  if (!token) return ErrorResponse(token.error());
  if (WantsText(request)) return TextResponse(*token);
  return JsonResponse({{"session_id", session->id}, {"token", *token}});
}

HttpResponse ControlApi::Status(const HttpRequest&, const Router& router) {
  const auto now = clock_.Now();
  auto status = store_.View([&](const State& state) { return StateCountsJson(state, now); });
  json backend = json::object();
  json other = json::object();
  for (const auto& [route, calls] : router.Counts()) {
    (route.find(" /v1/") == std::string::npos ? other : backend)[route] = calls;
  }
  status["now"] = now.value;
  status["backend_api_calls"] = std::move(backend);
  status["other_calls"] = std::move(other);
  status["webhooks"]["enabled"] = sender_ != nullptr;
  const auto held = sender_ == nullptr ? std::nullopt : sender_->held_until();
  status["webhooks"]["held_until"] = held ? json(held->value) : json(nullptr);
  return JsonResponse(status);
}

HttpResponse ControlApi::Deliveries(const HttpRequest& request) {
  auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  if (!request.Query("limit")) page->limit = 100;
  return store_.View([&](const State& state) {
    json list = json::array();
    std::size_t skip = page->offset;
    for (auto entry = state.messages.rbegin(); entry != state.messages.rend() && list.size() < page->limit; ++entry) {
      if (skip > 0) {
        --skip;
      } else {
        list.push_back(DeliveryJson(entry->second));
      }
    }
    return JsonResponse({{"deliveries", std::move(list)}, {"total_count", state.messages.size()}});
  });
}

HttpResponse ControlApi::Replay(const HttpRequest& request) {
  if (sender_ == nullptr) return ErrorResponse(NoEndpoint());
  const auto message = sender_->Replay(request.path_arguments[0]);
  if (!message) return ErrorResponse(message.error());
  if (request.Query("to") == "page") return {303, {}, "text/plain", {{"Location", "/_emulator/"}}};
  return JsonResponse(DeliveryJson(*message));
}

HttpResponse ControlApi::Hold(const HttpRequest& request) {
  if (sender_ == nullptr) return ErrorResponse(NoEndpoint());
  JsonBody body(request.body);
  const auto seconds = body.Integer("seconds", 1, 86'400);
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (!seconds) return ErrorResponse(ParamMissing("seconds"));
  sender_->Hold(std::chrono::seconds(*seconds));
  return HeldUntil();
}

HttpResponse ControlApi::Release() {
  if (sender_ == nullptr) return ErrorResponse(NoEndpoint());
  sender_->Release();
  return HeldUntil();
}

HttpResponse ControlApi::HeldUntil() const {
  const auto held = sender_->held_until();
  return JsonResponse({{"held_until", held ? json(held->value) : json(nullptr)}});
}

}  // namespace inkwell::emulator
