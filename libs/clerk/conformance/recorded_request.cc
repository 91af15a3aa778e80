#include "recorded_request.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include "members.h"

namespace clerk::conformance {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string Decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
        std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0) {
      out.push_back(static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

struct SplitUrl {
  std::string origin;
  std::string path;
  Pairs query;
};

SplitUrl Split(std::string_view url) {
  const auto path_at = url.find('/', url.find("://") + 3);
  const auto query_at = std::min(url.find('?'), url.size());
  SplitUrl split{std::string(url.substr(0, path_at)), std::string(url.substr(path_at, query_at - path_at)), {}};
  std::string_view rest = url.substr(std::min(query_at + 1, url.size()));
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    const auto equals = std::min(pair.find('='), pair.size());
    split.query.emplace_back(Decode(pair.substr(0, equals), true), Decode(pair.substr(std::min(equals + 1, pair.size())), true));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
  return split;
}

// The order of different names means nothing, that of equal ones does.
Pairs Sorted(Pairs pairs) {
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return pairs;
}

Pairs ReadPairs(const Json& list) {
  Pairs pairs;
  for (const Json& pair : list) {
    pairs.emplace_back(pair.at(0).get<std::string>(), pair.at(1).is_string() ? pair.at(1).get<std::string>() : pair.at(1).dump());
  }
  return pairs;
}

// An argument as one segment, where JavaScript lets it break out of its segment.
bool CarriesArgumentWhole(const Json& vector, const std::string& path) {
  if (!Flag(vector, "artefact")) return false;
  const std::string segment = Decode(path.substr(path.rfind('/') + 1), false);
  const Json& arguments = Member(vector, "args");
  return std::find(arguments.begin(), arguments.end(), segment) != arguments.end();
}

std::string CompareHeaders(const Json& recorded, const HttpRequest& sent) {
  Json got = HeaderFields(sent.headers);
  for (const char* name : {"user-agent", "accept"}) got.erase(name);
  Json expected = HeaderFields(ReadHeaders(Member(recorded, "headers")));
  if (!Member(recorded, "form").is_null()) {
    got.erase("content-type");
    expected.erase("content-type");
  }
  return expected == got ? std::string() : "headers: expected " + expected.dump() + ", got " + got.dump();
}

// Names and values of the parts of multipart/form-data. A file's content stands for its value.
Pairs ReadForm(std::string_view body) {
  Pairs form;
  const auto boundary = body.substr(0, body.find("\r\n"));
  while (!boundary.empty()) {
    const auto head_at = body.find("name=\"");
    const auto value_at = body.find("\r\n\r\n");
    const auto end = body.find(std::string("\r\n") + std::string(boundary), boundary.size());
    if (head_at == std::string_view::npos || value_at == std::string_view::npos || end == std::string_view::npos) break;
    const auto name = body.substr(head_at + 6, body.find('"', head_at + 6) - head_at - 6);
    form.emplace_back(std::string(name), std::string(body.substr(value_at + 4, end - value_at - 4)));
    body.remove_prefix(end + 2);
  }
  return form;
}

std::string CompareForm(const Json& recorded, const HttpRequest& sent) {
  const Pairs got = Sorted(ReadForm(sent.body));
  Pairs expected;
  if (recorded.is_object()) {
    for (const auto& [name, value] : recorded.items())
      expected.emplace_back(name, value.is_string() ? value.get<std::string>() : "");
  } else {
    for (const Json& field : recorded) {
      const bool text = field.is_array() && field.size() > 1 && field[1].is_string();
      expected.emplace_back(field.is_array() ? field.at(0).get<std::string>() : field.get<std::string>(),
                            text ? field[1].get<std::string>() : "");
    }
  }
  expected = Sorted(std::move(expected));
  // The recorded value of a file is not its content.
  const bool same = std::equal(expected.begin(), expected.end(), got.begin(), got.end(), [](const auto& a, const auto& b) {
    return a.first == b.first && (a.first == "file" || a.second.empty() || a.second == b.second);
  });
  return same ? std::string() : "form: expected " + recorded.dump();
}

std::string CompareBody(const Json& recorded, const HttpRequest& sent) {
  if (const Json& form = Member(recorded, "form"); !form.is_null()) return CompareForm(form, sent);
  const Json& expected = Member(recorded, "body");
  const Json got = sent.body.empty() ? Json() : Json::parse(sent.body, nullptr, /*allow_exceptions=*/false);
  return SameValue(expected, got) ? std::string() : "body: expected " + expected.dump() + ", got " + sent.body;
}

}  // namespace

bool HasPath(const Json& recorded, const HttpRequest& sent) {
  return Decode(recorded.at("path").get<std::string>(), false) == Decode(Split(sent.url).path, false);
}

std::string CompareRequest(const Json& vector, const Json& recorded, const HttpRequest& sent) {
  const SplitUrl url = Split(sent.url);
  if (recorded.at("method") != sent.method) return "method " + sent.method;
  if (recorded.at("origin") != url.origin) return "origin " + url.origin;
  if (!CarriesArgumentWhole(vector, url.path)) {
    if (!HasPath(recorded, sent)) return "path: expected " + recorded.at("path").dump() + ", got " + url.path;
    const Pairs expected = Sorted(ReadPairs(Member(recorded, "query")));
    const Pairs got = Sorted(url.query);
    if (expected != got) return "query: expected " + Member(recorded, "query").dump() + ", got " + Json(got).dump();
  }
  std::string failure = CompareHeaders(recorded, sent);
  return failure.empty() ? CompareBody(recorded, sent) : failure;
}

}  // namespace clerk::conformance
