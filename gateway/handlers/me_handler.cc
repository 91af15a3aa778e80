#include "gateway/handlers/me_handler.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "gateway/handlers/flat_object.h"
#include "gateway/handlers/service_call.h"
#include "gateway/handlers/user_json.h"
#include "gateway/http/json_text.h"
#include "gateway/http/request_parts.h"
#include "gateway/http/service_error.h"

namespace inkwell::gateway {
namespace {

using Async = MeHandler::Stub::async_interface;
using users::v1::User;

// A profile's member, and the field of User that it changes.
struct ProfileMember {
  FlatMember member;
  const char* path;
  void (*set)(User&, std::string);
};

constexpr FlatMember kFirstName{"firstName", FlatMember::Type::kString, true};
constexpr FlatMember kLastName{"lastName", FlatMember::Type::kString, true};
constexpr FlatMember kUsername{"username", FlatMember::Type::kString, true};
constexpr std::array kProfileMembers{kFirstName, kLastName, kUsername};
constexpr std::array kTokenMembers{FlatMember{"expiresInSeconds", FlatMember::Type::kInteger, false}};

const std::array kProfile{
    ProfileMember{kFirstName, "first_name", [](User& user, std::string value) { user.set_first_name(std::move(value)); }},
    ProfileMember{kLastName, "last_name", [](User& user, std::string value) { user.set_last_name(std::move(value)); }},
    ProfileMember{kUsername, "username", [](User& user, std::string value) { user.set_username(std::move(value)); }},
};

Parsed<users::v1::UpdateUserRequest> ReadProfile(const RequestInfo& request) {
  if (auto json = RequireJson(request); !json) return tl::unexpected(json.error());
  auto values = ParseFlatObject(request.body(), kProfileMembers);
  if (!values) return tl::unexpected(values.error());
  users::v1::UpdateUserRequest call;
  for (const ProfileMember& profile : kProfile) {
    const auto value = values->find(profile.member.name);
    if (value == values->end()) continue;
    call.mutable_update_mask()->add_paths(profile.path);
    if (auto* text = std::get_if<std::string>(&value->second)) profile.set(*call.mutable_user(), std::move(*text));
  }
  if (call.update_mask().paths().empty()) {
    return tl::unexpected(Problem{400, "NOTHING_TO_CHANGE", "Name at least one of firstName, lastName and username."});
  }
  return call;
}

// Nothing when the body is empty or does not say it.
Parsed<std::optional<std::int64_t>> ReadLifetime(const RequestInfo& request) {
  if (request.body().empty()) return std::nullopt;
  if (auto json = RequireJson(request); !json) return tl::unexpected(json.error());
  auto values = ParseFlatObject(request.body(), kTokenMembers);
  if (!values) return tl::unexpected(values.error());
  const auto value = values->find(kTokenMembers.front().name);
  if (value == values->end()) return std::nullopt;
  // What a google.protobuf.Duration holds; the service says what it accepts.
  constexpr std::int64_t kMaxDuration = 315'576'000'000;
  const std::int64_t seconds = std::get<std::int64_t>(value->second);
  if (seconds < 1 || seconds > kMaxDuration) {
    return BadRequest("INVALID_FIELD", "expiresInSeconds is a number of seconds from 30 to 315,360,000.", "expiresInSeconds");
  }
  return seconds;
}

// A refusal names the field of the call; a client knows it by the name of its member.
runtime::Error ByMember(runtime::Error error) {
  const auto field = error.metadata.find("field");
  if (field == error.metadata.end()) return error;
  for (const ProfileMember& profile : kProfile) {
    if (field->second == profile.path) field->second = profile.member.name;
  }
  if (field->second == "lifetime") field->second = kTokenMembers.front().name;
  return error;
}

auto SendUser(Reply reply) {
  return [reply = std::move(reply)](runtime::Result<User> user) mutable {
    Response response = user ? JsonResponse(200, RenderUser(*user)) : ErrorResponse(ByMember(user.error()), reply.request_id());
    std::move(reply).Send(std::move(response));
  };
}

}  // namespace

void MeHandler::Get(const RequestInfo& request, const SessionUser& user, Reply reply) const {
  using users::v1::GetUserRequest;
  const auto fresh = QueryParameter(request.target(), "fresh");
  if (!fresh) return std::move(reply).Fail(fresh.error());
  const std::string choice = fresh->value_or("0");
  if (choice != "0" && choice != "1") {
    return std::move(reply).Fail(BadRequest("INVALID_PARAMETER", "fresh is 0 or 1.", "fresh").value());
  }
  GetUserRequest call;
  call.set_user_id(user.id);
  call.set_source(choice == "1" ? GetUserRequest::SOURCE_CLERK : GetUserRequest::SOURCE_COPY_THEN_CLERK);
  StartCall(users_, &Async::GetUser, CallFor(request, user), std::move(call), Retry::kOnceIfConnectionBroke,
            SendUser(std::move(reply)));
}

void MeHandler::Update(const RequestInfo& request, const SessionUser& user, Reply reply) const {
  auto call = ReadProfile(request);
  if (!call) return std::move(reply).Fail(call.error());
  call->mutable_user()->set_user_id(user.id);
  // Safe to send again: it says what the fields become, whatever they are.
  StartCall(users_, &Async::UpdateUser, CallFor(request, user), *std::move(call), Retry::kOnceIfConnectionBroke,
            SendUser(std::move(reply)));
}

void MeHandler::Delete(const RequestInfo& request, const SessionUser& user, Reply reply) const {
  users::v1::DeleteUserRequest call;
  call.set_user_id(user.id);
  StartCall(users_, &Async::DeleteUser, CallFor(request, user), std::move(call), Retry::kOnceIfConnectionBroke,
            [reply = std::move(reply)](runtime::Result<google::protobuf::Empty> deleted) mutable {
              Response response = deleted ? EmptyResponse(204) : ErrorResponse(deleted.error(), reply.request_id());
              std::move(reply).Send(std::move(response));
            });
}

void MeHandler::CreateToken(const RequestInfo& request, const SessionUser& user, Reply reply) const {
  const auto lifetime = ReadLifetime(request);
  if (!lifetime) return std::move(reply).Fail(lifetime.error());
  users::v1::CreateTemplateTokenRequest call;
  call.set_user_id(user.id);
  call.set_session_id(user.session_id);
  call.set_template_(std::string(request.PathParameter("template")));
  if (*lifetime) call.mutable_lifetime()->set_seconds(**lifetime);
  StartCall(users_, &Async::CreateTemplateToken, CallFor(request, user), std::move(call), Retry::kOnceIfConnectionBroke,
            [reply = std::move(reply)](runtime::Result<users::v1::CreateTemplateTokenResponse> token) mutable {
              if (!token) {
                Response refusal = ErrorResponse(ByMember(token.error()), reply.request_id());
                return std::move(reply).Send(std::move(refusal));
              }
              std::string json = R"({"jwt":)";
              AppendJsonString(json, token->jwt());
              json += '}';
              std::move(reply).Send(JsonResponse(200, std::move(json)));
            });
}

}  // namespace inkwell::gateway
