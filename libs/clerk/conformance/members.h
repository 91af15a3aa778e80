#pragma once

#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "clerk/http_client.h"
#include "vector_file.h"

namespace clerk::conformance {

// Reading the members of a vector. JavaScript wrote them: a member that is null counts as absent. What has another type than its
// reader knows is thrown as Json::exception, and so fails the vector.

// A member of an object, null if it is absent.
[[nodiscard]] const Json& Member(const Json& object, const char* name);
// A text, "" if it is null.
[[nodiscard]] std::string NullableText(const Json& value);
// An option that is a text. What is none counts as absent, and is "".
[[nodiscard]] std::string Text(const Json& options, const char* name);
// An option that is a text or a list of texts. An empty text counts as absent.
[[nodiscard]] std::vector<std::string> Texts(const Json& options, const char* name);
// Whether an option is true.
[[nodiscard]] bool Flag(const Json& options, const char* name);

// Headers as {name: value} or [[name, value], …]. A list as a value stands for several headers of that name.
[[nodiscard]] std::vector<HttpHeader> ReadHeaders(const Json& recorded);
// Headers as an object by lower-case name. The values of several headers of one name are joined by ", ".
[[nodiscard]] Json HeaderFields(const std::vector<HttpHeader>& headers);
// A recorded answer {status, headers, body}; nullopt if it is null. A body that is no text stands for its JSON.
[[nodiscard]] std::optional<HttpResponse> ReadResponse(const Json& recorded);

// The value of an optional, or null.
template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

// What a token must satisfy, as the options of VerifyToken and of AuthenticateRequest have it alike.
template <typename Options>
void ReadTokenRules(const Json& json, Options& options) {
  options.authorized_parties = Texts(json, "authorizedParties");
  options.audience = Texts(json, "audience");
  options.issuer = Texts(json, "issuer");
  if (json.contains("headerType")) options.header_types = Texts(json, "headerType");
  if (const Json& skew = Member(json, "clockSkewInMs"); skew.is_number()) {
    options.clock_skew = std::chrono::milliseconds(std::llround(skew.get<double>()));
  }
}

// An object without those of its members that are null.
[[nodiscard]] Json WithoutNulls(Json object);

}  // namespace clerk::conformance
