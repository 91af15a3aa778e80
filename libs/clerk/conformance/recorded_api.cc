#include "recorded_api.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "members.h"

namespace clerk::conformance {
namespace {

Json Parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? Json(text) : json;
}

std::string DifferenceOf(const Json& recorded, const HttpRequest& request) {
  if (Member(recorded, "method") != request.method) return "call: method " + request.method;
  const Json& url = Member(recorded, "url");
  if (url != request.url) return "call: expected " + url.dump() + ", got " + request.url;
  const auto authorization = std::find_if(request.headers.begin(), request.headers.end(),
                                          [](const HttpHeader& header) { return header.name == "Authorization"; });
  const Json sent = authorization == request.headers.end() ? Json() : Json(authorization->value);
  if (recorded.value("authorization", sent) != sent) return "call: another authorization for " + request.url;
  const Json& body = Member(recorded, "body");
  if (body.is_null()) return request.body.empty() ? std::string() : "call: a body for " + request.url;
  const Json expected = body.is_string() ? Parsed(body.get<std::string>()) : body;
  if (!SameValue(expected, Parsed(request.body))) return "call: expected body " + expected.dump() + ", got " + request.body;
  return {};
}

// Of "%41+%zz" "A %zz".
std::string FormDecoded(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
                        std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0;
    if (escape) {
      decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// The part before the query, then the names and values of the query, decoded.
std::vector<std::string> UrlParts(const std::string& url) {
  const auto mark = url.find('?');
  std::vector<std::string> parts{url.substr(0, mark)};
  for (std::size_t at = mark; at != std::string::npos;) {
    const auto end = url.find('&', at + 1);
    parts.push_back(FormDecoded(url.substr(at + 1, end == std::string::npos ? end : end - at - 1)));
    at = end;
  }
  return parts;
}

}  // namespace

RecordedApi::RecordedApi(Json calls) : calls_(std::move(calls)) {
  for (const Json& call : calls_) responses_.push_back(ReadResponse(Member(call, "response")));
}

Result<HttpResponse, HttpError> RecordedApi::Send(const HttpRequest& request) {
  const HttpError no_answer{HttpFailure::kUnreachable, "no answer was recorded"};
  if (made_ >= calls_.size()) {
    if (difference_.empty()) difference_ = "a call too many: " + request.method + " " + request.url;
    ++made_;
    return no_answer;
  }
  if (difference_.empty()) difference_ = DifferenceOf(calls_[made_], request);
  const auto& response = responses_[made_++];
  if (!response) return no_answer;
  return *response;
}

std::string RecordedApi::Difference() const {
  if (!difference_.empty() || made_ == calls_.size()) return difference_;
  return "made " + std::to_string(made_) + " of " + std::to_string(calls_.size()) + " calls";
}

bool SameHeaders(const Json& recorded, const Json& got) {
  if (recorded.size() != got.size()) return false;
  return std::all_of(recorded.items().begin(), recorded.items().end(), [&](const auto& field) {
    const auto other = got.find(field.key());
    if (other == got.end()) return false;
    if (field.key() != "location") return *other == field.value();
    return UrlParts(field.value().template get<std::string>()) == UrlParts(other->template get<std::string>());
  });
}

}  // namespace clerk::conformance
