#include "api/request_plan.h"

#include <array>
#include <span>
#include <utility>

#include "api/arguments.h"
#include "api/email_messages.h"
#include "api/multipart.h"
#include "api/names.h"
#include "api/path.h"
#include "encoding/text.h"

namespace clerk::api {
namespace {

using encoding::Json;

constexpr std::array<std::string_view, 3> kMetadata = {"publicMetadata", "privateMetadata", "unsafeMetadata"};
constexpr std::array<std::string_view, 3> kPagination = {"limit", "offset", "orderBy"};

// Takes the named members out.
Json Extract(Json& members, std::span<const std::string_view> names) {
  Json extracted = Json::object();
  for (const auto name : names) {
    const auto member = members.find(name);
    if (member == members.end()) continue;
    extracted[std::string(name)] = std::move(*member);
    members.erase(member);
  }
  return extracted;
}

// Names are changed in the elements of a list as in an object. An empty value is no body at all.
std::string BodyText(const Operation& operation, const Json& value) {
  if (value.empty()) return {};
  const Depth depth = operation.Is(Operation::kDeepNames) ? Depth::kAll : Depth::kTop;
  if (!value.is_array()) return encoding::CanonicalText(SnakeNames(value, depth));
  Json list = Json::array();
  for (const Json& item : value) list.push_back(SnakeNames(item, depth));
  return encoding::CanonicalText(list);
}

using Plan = std::vector<PlannedRequest>;

// What goes up in several parts: the members as fields, then the file.
ApiResult<Plan> PlanUpload(const Operation& operation, PlannedRequest request, const Json& members, const UploadFile* file) {
  if (file == nullptr) return InvalidArgument(std::string(operation.name) + " needs a file.");
  auto form = MakeMultipart(QueryOf(members), *file);
  if (!form) return InvalidArgument("The file's name or content type has a character that it must not have.");
  request.headers.push_back({"Content-Type", std::move(form->content_type)});
  request.body = std::move(form->body);
  return Plan{std::move(request)};
}

ApiResult<Plan> PlanEmail(const Operation& operation, PlannedRequest request, const BoundArguments& bound) {
  const bool batch = operation.arguments == "[]";
  auto email = batch ? MakeEmailBatch(bound.list.value_or(Json::array())) : MakeEmail(bound.members);
  if (!email) return InvalidArgument(std::string(operation.name) + ": no message, too many, or a malformed idempotency key.");
  if (!email->idempotency_key.empty()) request.headers.push_back({"Idempotency-Key", email->idempotency_key});
  request.body = encoding::CanonicalText(email->body);
  return Plan{std::move(request)};
}

// PATCH takes no metadata since version 2026-05-12: they are replaced on their own, after the other members if there are any.
Plan PlanMetadataApart(const Operation& operation, PlannedRequest request, Json members) {
  const Json metadata = Extract(members, kMetadata);
  Plan plan;
  if (metadata.empty() || !members.empty()) {
    plan.push_back(request);
    plan.back().body = BodyText(operation, members);
  }
  if (!metadata.empty()) {
    request.verb = "PUT";
    request.path += "/metadata";
    request.body = BodyText(operation, metadata);
    plan.push_back(std::move(request));
  }
  return plan;
}

Plan PlanCountApart(PlannedRequest request, Json members) {
  Plan plan{request};
  Extract(members, kPagination);
  request.path += "/count";
  request.query = QueryOf(members);
  plan.push_back(std::move(request));
  return plan;
}

bool IsHeaderText(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f) return false;
  }
  return true;
}

// The machine secret key of the call, which is an argument but neither query nor body.
ApiResult<std::string> TakeMachineKey(const Operation& operation, Json& members) {
  if (!operation.Is(Operation::kMachineKey)) return std::string();
  auto key = encoding::OptionalString(members, "machineSecretKey").value_or("");
  members.erase("machineSecretKey");
  if (!IsHeaderText(key)) return InvalidArgument("The machine secret key has a character that no key has.");
  return key;
}

}  // namespace

ApiResult<std::vector<PlannedRequest>> PlanRequests(const Operation& operation, const Json& arguments, const UploadFile* file) {
  auto bound = BindArguments(operation, arguments);
  if (!bound) return bound.error();
  Json& members = bound->members;

  PlannedRequest request{operation.verb()};
  auto path = ExpandPath(operation.path(), members);
  if (!path) return InvalidArgument(std::string(operation.name) + ": an id is missing, empty, or would change the path.");
  request.path = std::move(*path);
  auto machine_key = TakeMachineKey(operation, members);
  if (!machine_key) return machine_key.error();
  request.machine_secret_key = std::move(*machine_key);

  const bool has_body = request.verb != "GET" && request.verb != "DELETE";
  request.query = QueryOf(has_body ? Extract(members, std::array{operation.query_members}) : members);
  if (operation.Is(Operation::kPaginated)) request.query.emplace_back("paginated", "true");

  if (operation.Is(Operation::kFile)) return PlanUpload(operation, std::move(request), members, file);
  request.headers.push_back({"Content-Type", "application/json"});
  if (operation.Is(Operation::kEmail)) return PlanEmail(operation, std::move(request), *bound);
  if (operation.Is(Operation::kReplacesMetadata)) return PlanMetadataApart(operation, std::move(request), members);
  if (operation.Is(Operation::kCountsApart)) return PlanCountApart(std::move(request), members);
  if (has_body) request.body = BodyText(operation, bound->list ? *bound->list : members);
  return Plan{std::move(request)};
}

}  // namespace clerk::api
