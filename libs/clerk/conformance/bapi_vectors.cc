#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clerk/backend_client.h"
#include "commands.h"
#include "members.h"
#include "recorded_request.h"

namespace clerk::conformance {
namespace {

// Stands for Clerk: notes what comes in, and answers what the vector says, by default an empty object.
class RecordingClient final : public HttpClient {
 public:
  explicit RecordingClient(const Json& vector) : recorded_(Member(vector, "requests")) {
    for (const Json& response : Member(vector, "responses")) responses_.push_back(ReadResponse(response));
  }

  Result<HttpResponse, HttpError> Send(const HttpRequest& request) override {
    requests_.push_back(request);
    if (responses_.empty()) return HttpResponse{200, {{"content-type", "application/json"}}, "{}"};
    const auto response = ResponseTo(request);
    if (!response) return HttpError{HttpFailure::kUnreachable, "no connection"};
    return *response;
  }

  [[nodiscard]] const std::vector<HttpRequest>& requests() const { return requests_; }

 private:
  // The answer that was recorded for a request with this path; the requests of one call may come in another order.
  [[nodiscard]] std::optional<HttpResponse> ResponseTo(const HttpRequest& request) const {
    for (std::size_t i = 0; i < recorded_.size() && i < responses_.size(); ++i) {
      if (HasPath(recorded_[i], request)) return responses_[i];
    }
    return requests_.size() <= responses_.size() ? responses_[requests_.size() - 1] : std::nullopt;
  }

  const Json recorded_;
  std::vector<std::optional<HttpResponse>> responses_;
  std::vector<HttpRequest> requests_;
};

Result<BackendClient> MakeClient(const Json& vector, std::shared_ptr<HttpClient> http) {
  const Json& given = Member(vector, "client_options");
  const auto text_or = [&](const char* name, const std::string& otherwise) {
    return Member(given, name).is_null() ? otherwise : Text(given, name);
  };
  BackendClientOptions options;
  options.secret_key = text_or("secretKey", "sk_test_wire");
  options.machine_secret_key = Text(given, "machineSecretKey");
  options.jwt_key = Text(given, "jwtKey");
  options.publishable_key = Text(given, "publishableKey");
  options.api_url = text_or("apiUrl", options.api_url);
  options.api_version = text_or("apiVersion", options.api_version);
  options.http = std::move(http);
  return BackendClient::Create(std::move(options));
}

// A file among the arguments stands for itself or for its content.
std::optional<UploadFile> TakeFile(Json& arguments) {
  for (Json& argument : arguments) {
    if (!argument.is_object() || !argument.contains("file")) continue;
    const Json& given = argument["file"];
    UploadFile file;
    file.content = given.is_string() ? given.get<std::string>() : given.dump();
    argument.erase("file");
    return file;
  }
  return std::nullopt;
}

std::string CompareRequests(const Json& vector, const std::vector<HttpRequest>& sent) {
  const Json& recorded = Member(vector, "requests");
  if (recorded.size() != sent.size()) {
    return "expected " + std::to_string(recorded.size()) + " requests, got " + std::to_string(sent.size());
  }
  // These two are made at the same time in JavaScript.
  const bool any_order = vector.at("method") == "getUserList";
  std::string failure;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    failure = CompareRequest(vector, recorded[i], sent[i]);
    if (!failure.empty() && any_order) failure = CompareRequest(vector, recorded[i], sent[sent.size() - 1 - i]);
    if (!failure.empty()) return "request " + std::to_string(i + 1) + ": " + failure;
  }
  return {};
}

Json ErrorView(const ApiError& error) {
  Json items = Json::array();
  for (const ApiErrorItem& item : error.errors) {
    Json view = {{"code", item.code}, {"message", item.message}, {"meta", Json::parse(item.meta_json)}};
    if (!item.long_message.empty()) view["longMessage"] = item.long_message;
    items.push_back(std::move(view));
  }
  Json view = {{"class", "ClerkAPIResponseError"}, {"clerkTraceId", error.trace_id}, {"errors", std::move(items)}};
  if (error.failure == ApiFailure::kStatus) view["status"] = error.status;
  if (error.retry_after) view["retryAfter"] = error.retry_after->count();
  return view;
}

// Where the recorded message is free text, and the entry is one that the SDK makes itself, ours counts as it.
Json WithFreeText(const Json& recorded, Json got) {
  const Json& errors = Member(recorded, "errors");
  for (std::size_t i = 0; i < errors.size() && i < got["errors"].size(); ++i) {
    if (Member(errors[i], "message") == "<free text>") got["errors"][i]["message"] = "<free text>";
    if (!errors[i].contains("meta") && got["errors"][i]["meta"].empty()) got["errors"][i].erase("meta");
  }
  return got;
}

std::string CompareError(const Json& vector, const ApiError& error) {
  const Json& recorded = vector.at("error");
  if (recorded.at("class") == "Error") {
    return error.failure == ApiFailure::kInvalidArgument ? std::string() : "expected a refusal before any call";
  }
  const Json got = WithFreeText(recorded, ErrorView(error));
  if (SameValue(recorded, got)) return {};
  // Of an accident only the status is a rule.
  const Json& status = Member(recorded, "status");
  const bool accident = Flag(vector, "artefact") && (status.is_null() ? error.status == 0 : status == error.status);
  return accident ? std::string() : "error: expected " + recorded.dump() + ", got " + got.dump();
}

}  // namespace

std::string CheckBapiVector(const Json& vector) {
  const auto http = std::make_shared<RecordingClient>(vector);
  const bool expected_ok = vector.at("ok").get<bool>();
  const auto client = MakeClient(vector, http);
  if (!client) return expected_ok || !Member(vector, "requests").empty() ? "the client cannot be made" : std::string();

  const std::string name = vector.at("resource").get<std::string>() + "." + vector.at("method").get<std::string>();
  const Operation* operation = FindOperation(name);
  if (operation == nullptr) return "there is no " + name;
  Json arguments = Member(vector, "args");
  if (arguments.is_null()) arguments = Json::array();
  const auto file = operation->Is(Operation::kFile) ? TakeFile(arguments) : std::nullopt;
  const auto result = file ? client->Upload(*operation, arguments.dump(), *file) : client->Call(*operation, arguments.dump());

  std::string failure = CompareRequests(vector, http->requests());
  if (!failure.empty()) return failure;
  if (!expected_ok) return result ? "expected an error, got a result" : CompareError(vector, result.error());
  if (Member(vector, "responses").is_null()) return {};
  if (!result) return "expected a result, got the error " + ErrorView(result.error()).dump();
  const Json got = Json::parse(*result);
  const Json& expected = Member(vector, "result");
  return SameValue(expected, got) ? std::string() : "result: expected " + expected.dump() + ", got " + got.dump();
}

}  // namespace clerk::conformance
