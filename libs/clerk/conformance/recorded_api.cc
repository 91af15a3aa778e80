#include "recorded_api.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace clerk::conformance {
namespace {

Json Parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? Json(text) : json;
}

std::string DifferenceOf(const Json& recorded, const HttpRequest& request) {
  if (recorded.at("method") != request.method) return "call: method " + request.method;
  if (recorded.at("url") != request.url) return "call: expected " + recorded["url"].dump() + ", got " + request.url;
  const auto authorization = std::find_if(request.headers.begin(), request.headers.end(),
                                          [](const HttpHeader& header) { return header.name == "Authorization"; });
  const Json sent = authorization == request.headers.end() ? Json() : Json(authorization->value);
  if (recorded.value("authorization", sent) != sent) return "call: another authorization for " + request.url;
  const Json body = recorded.value("body", Json());
  if (body.is_null()) return request.body.empty() ? std::string() : "call: a body for " + request.url;
  if (!SameValue(Parsed(body.get<std::string>()), Parsed(request.body))) {
    return "call: expected body " + body.get<std::string>() + ", got " + request.body;
  }
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

Result<HttpResponse, HttpError> RecordedApi::Send(const HttpRequest& request) {
  const HttpError no_answer{HttpFailure::kUnreachable, "no answer was recorded"};
  if (made_ >= calls_.size()) {
    if (difference_.empty()) difference_ = "a call too many: " + request.method + " " + request.url;
    ++made_;
    return no_answer;
  }
  const Json& recorded = calls_[made_++];
  if (difference_.empty()) difference_ = DifferenceOf(recorded, request);
  const auto response = recorded.find("response");
  if (response == recorded.end() || response->is_null()) return no_answer;
  HttpResponse answer{response->at("status").get<int>(), {}, ""};
  const Json headers = response->value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) {
    answer.headers.push_back({name, value.get<std::string>()});
  }
  const Json body = response->value("body", Json(""));
  answer.body = body.is_string() ? body.get<std::string>() : body.dump();
  return answer;
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
