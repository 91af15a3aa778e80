#include "gateway/http/head_rules.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

#include "gateway/http/field_list.h"
#include "gateway/http/octets.h"

namespace inkwell::gateway {
namespace {

constexpr Rejection Bad(std::string_view reason, std::string_view detail) { return {400, reason, detail}; }

// Fields that mean something else to each reader when they come twice.
struct SingleFields {
  FieldView* host = nullptr;
  FieldView* content_length = nullptr;
  FieldView* transfer_encoding = nullptr;
  FieldView* authorization = nullptr;
  FieldView* content_type = nullptr;
  FieldView* origin = nullptr;
  FieldView* idempotency_key = nullptr;
};

struct SingleFieldName {
  std::string_view name;
  FieldView* SingleFields::*member;
};

constexpr std::array kSingleFields = {
    SingleFieldName{"host", &SingleFields::host},
    SingleFieldName{"content-length", &SingleFields::content_length},
    SingleFieldName{"transfer-encoding", &SingleFields::transfer_encoding},
    SingleFieldName{"authorization", &SingleFields::authorization},
    SingleFieldName{"content-type", &SingleFields::content_type},
    SingleFieldName{"origin", &SingleFields::origin},
    SingleFieldName{"idempotency-key", &SingleFields::idempotency_key},
};

bool IsKnownMethod(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE" ||
         method == "OPTIONS";
}

// Whether two hexadecimal digits follow each '%' (RFC 3986 section 2.1).
bool IsPercentEncoded(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (i + 2 >= text.size() || HexDigit(text[i + 1]) < 0 || HexDigit(text[i + 2]) < 0) return false;
  }
  return true;
}

bool IsIpv6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  in6_addr address{};
  if (text.size() >= terminated.size()) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  return ::inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

bool IsRegisteredName(std::string_view name) {
  const auto allowed = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || IsDigit(c) || std::string_view("-._~!$&'()*+;=%").find(c) != std::string_view::npos;
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed) && IsPercentEncoded(name);
}

// uri-host [ ":" port ] (RFC 9110 section 7.2). An http URI has no empty host.
bool IsValidAuthority(std::string_view authority) {
  const bool literal = authority.starts_with('[');
  const std::size_t host_end = literal ? authority.find(']') : authority.find(':');
  if (literal && host_end == std::string_view::npos) return false;
  const std::string_view host = authority.substr(0, host_end);
  if (literal ? !IsIpv6(host.substr(1)) : !IsRegisteredName(host)) return false;
  std::string_view port = authority.substr(host.size() + (literal ? 1 : 0));
  if (port.empty()) return true;
  if (port.front() != ':') return false;
  port.remove_prefix(1);
  return port.size() <= 5 && std::all_of(port.begin(), port.end(), IsDigit);
}

std::optional<Rejection> CheckPath(std::string_view path) {
  if (!IsPercentEncoded(path)) return Bad("BAD_TARGET", "The path has a '%' that no two hexadecimal digits follow.");
  if (path.find("%00") != std::string_view::npos) return Bad("BAD_TARGET", "The path has an encoded NUL.");
  return std::nullopt;
}

// "http://host?query": its path is empty, which is "/" (RFC 9110 section 4.2.3). What the scheme leaves over makes room for it.
void InsertPath(RequestRecord& record, std::size_t query_size) {
  char* authority = record.head.data() + (record.authority.data() - record.head.data());
  const std::size_t size = record.authority.size();
  std::memmove(authority - 1, authority, size);
  authority[size - 1] = '/';
  record.authority = {authority - 1, size};
  record.target = {authority + size - 1, query_size + 1};
}

std::optional<Rejection> ApplyTarget(RequestRecord& record) {
  std::string_view target = record.target;
  if (target == "*") {
    if (record.method == "OPTIONS") return std::nullopt;
    return Bad("BAD_TARGET", "The target '*' is for OPTIONS only.");
  }
  if (target.front() != '/') {
    const std::size_t scheme_end = target.find("://");
    const std::string_view scheme = target.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
    if (!EqualsIgnoringCase(scheme, "http") && !EqualsIgnoringCase(scheme, "https")) {
      return Bad("BAD_TARGET", "The target is neither a path nor an http URI.");
    }
    target.remove_prefix(scheme_end + 3);
    const std::size_t path = target.find_first_of("/?");
    record.authority = target.substr(0, path);
    if (!IsValidAuthority(record.authority)) return Bad("BAD_TARGET", "The target's authority is not valid.");
    if (path != std::string_view::npos && target[path] == '?') {
      InsertPath(record, target.size() - path);
    } else {
      record.target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    }
  }
  return CheckPath(record.target.substr(0, record.target.find('?')));
}

std::optional<Rejection> ApplyHost(const RequestRecord& record, const SingleFields& single) {
  if (single.host == nullptr) {
    if (record.minor_version == 0) return std::nullopt;
    return Bad("HOST_REQUIRED", "An HTTP/1.1 request has a Host field.");
  }
  if (!IsValidAuthority(single.host->value)) return Bad("BAD_HOST", "The Host field is not a host with an optional port.");
  // The target's authority counts, and nobody sees the other one (RFC 9112 section 3.2.2).
  if (!record.authority.empty()) single.host->value = record.authority;
  return std::nullopt;
}

// Other codings under chunked are well framed, but unknown here; all else has no certain end (RFC 9112 sections 6.1 and 6.3).
Rejection RefuseCodings(std::string_view codings) {
  std::size_t others = 0;
  std::size_t chunked = 0;
  bool last_is_chunked = false;
  ForEachElement(codings, [&](std::string_view coding) {
    last_is_chunked = EqualsIgnoringCase(coding, "chunked");
    ++(last_is_chunked ? chunked : others);
  });
  if (last_is_chunked && chunked == 1 && others > 0) return {501, "UNKNOWN_CODING", "The only transfer coding is chunked."};
  return Bad("BAD_FRAMING", "Transfer-Encoding is chunked, once.");
}

// Any doubt about where the body ends is refused: request smuggling lives on it (RFC 9112 sections 6.3 and 11.2).
std::optional<Rejection> ApplyFraming(RequestRecord& record, const SingleFields& single) {
  if (single.transfer_encoding != nullptr) {
    if (single.content_length != nullptr) return Bad("BAD_FRAMING", "Content-Length and Transfer-Encoding exclude each other.");
    if (record.minor_version == 0) return Bad("BAD_FRAMING", "HTTP/1.0 has no Transfer-Encoding.");
    const std::string_view coding = single.transfer_encoding->value;
    if (!EqualsIgnoringCase(coding, "chunked")) return RefuseCodings(coding);
    record.chunked = true;
  }
  if (single.content_length != nullptr) {
    const std::string_view digits = single.content_length->value;
    // 18 digits cannot overflow, and no limit of ours is near.
    if (digits.empty() || digits.size() > 18 || !std::all_of(digits.begin(), digits.end(), IsDigit)) {
      return Bad("BAD_FRAMING", "Content-Length is a decimal number, once.");
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), record.content_length);
  }
  return std::nullopt;
}

std::optional<Rejection> ApplyExpectation(RequestRecord& record) {
  // An HTTP/1.0 client cannot take a 100 (RFC 9110 section 10.1.1).
  if (record.minor_version == 0) return std::nullopt;
  bool unknown = false;
  for (const FieldView& field : record.fields) {
    if (!EqualsIgnoringCase(field.name, "expect")) continue;
    ForEachElement(field.value, [&](std::string_view expectation) {
      record.expects_continue = true;
      unknown = unknown || !EqualsIgnoringCase(expectation, "100-continue");
    });
  }
  if (unknown) return Rejection{417, "BAD_EXPECTATION", "The only expectation is 100-continue."};
  return std::nullopt;
}

void ApplyConnection(RequestRecord& record) {
  bool close = false;
  bool keep_alive = false;
  for (const FieldView& field : record.fields) {
    if (!EqualsIgnoringCase(field.name, "connection")) continue;
    ForEachElement(field.value, [&](std::string_view option) {
      if (EqualsIgnoringCase(option, "close")) close = true;
      if (EqualsIgnoringCase(option, "keep-alive")) keep_alive = true;
    });
  }
  record.keep_alive = !close && (record.minor_version == 1 || keep_alive);
}

}  // namespace

std::optional<Rejection> CheckRequestLine(std::string_view line) {
  const std::size_t method_end = line.find(' ');
  const std::string_view method = line.substr(0, method_end);
  if (method_end == std::string_view::npos || !IsToken(method)) return Bad("BAD_REQUEST_LINE", "The request line has no method.");
  const std::size_t target_end = line.find(' ', method_end + 1);
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  if (target_end == std::string_view::npos || target.empty() || !AllOf(octets::kTarget, target)) {
    return Bad("BAD_REQUEST_LINE", "The request line is a method, a target and a version, one space apart.");
  }
  const std::string_view version = line.substr(target_end + 1);
  if (version.size() != 8 || !version.starts_with("HTTP/") || !IsDigit(version[5]) || version[6] != '.' || !IsDigit(version[7])) {
    return Bad("BAD_REQUEST_LINE", "The request line ends in an HTTP version.");
  }
  if (version[5] != '1') return Rejection{505, "BAD_VERSION", "The versions are HTTP/1.1 and HTTP/1.0."};
  if (!IsKnownMethod(method)) return Rejection{501, "UNKNOWN_METHOD", "The server does not know this method."};
  return std::nullopt;
}

std::optional<Rejection> CheckFieldLine(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return Bad("BAD_FIELD", "A field is one line.");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Bad("BAD_FIELD", "A field is a name, a colon and a value.");
  if (!IsToken(line.substr(0, colon))) return Bad("BAD_FIELD", "A field name is a token, with the colon right behind it.");
  if (!AllOf(octets::kFieldValue, line.substr(colon + 1))) return Bad("BAD_FIELD", "A field value has no control bytes.");
  return std::nullopt;
}

std::optional<Rejection> ApplyHeadRules(RequestRecord& record) {
  SingleFields single;
  for (FieldView& field : record.fields) {
    for (const SingleFieldName& known : kSingleFields) {
      if (!EqualsIgnoringCase(field.name, known.name)) continue;
      if (single.*known.member != nullptr) return Bad("REPEATED_FIELD", "A field that must be single is there twice.");
      single.*known.member = &field;
    }
  }
  if (auto rejection = ApplyTarget(record)) return rejection;
  if (auto rejection = ApplyHost(record, single)) return rejection;
  if (auto rejection = ApplyFraming(record, single)) return rejection;
  if (auto rejection = ApplyExpectation(record)) return rejection;
  ApplyConnection(record);
  return std::nullopt;
}

}  // namespace inkwell::gateway
