#include "gateway/http/head_rules.h"

#include <array>
#include <charconv>

#include "gateway/http/octets.h"

namespace inkwell::gateway {
namespace {

constexpr Rejection Bad(std::string_view reason, std::string_view detail) { return {400, reason, detail}; }

// Fields that mean something else to each reader when they come twice.
struct SingleFields {
  const FieldView* host = nullptr;
  const FieldView* content_length = nullptr;
  const FieldView* transfer_encoding = nullptr;
  const FieldView* expect = nullptr;
  const FieldView* authorization = nullptr;
  const FieldView* content_type = nullptr;
  const FieldView* origin = nullptr;
  const FieldView* idempotency_key = nullptr;
};

struct SingleFieldName {
  std::string_view name;
  const FieldView* SingleFields::*member;
};

constexpr std::array kSingleFields = {
    SingleFieldName{"host", &SingleFields::host},
    SingleFieldName{"content-length", &SingleFields::content_length},
    SingleFieldName{"transfer-encoding", &SingleFields::transfer_encoding},
    SingleFieldName{"expect", &SingleFields::expect},
    SingleFieldName{"authorization", &SingleFields::authorization},
    SingleFieldName{"content-type", &SingleFields::content_type},
    SingleFieldName{"origin", &SingleFields::origin},
    SingleFieldName{"idempotency-key", &SingleFields::idempotency_key},
};

// Calls `visit` with each element of a comma-separated list, whitespace removed, empty elements skipped (RFC 9110 section 5.6.1).
template <typename Visit>
void ForEachElement(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view element = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!element.empty() && (element.front() == ' ' || element.front() == '\t')) element.remove_prefix(1);
    while (!element.empty() && (element.back() == ' ' || element.back() == '\t')) element.remove_suffix(1);
    if (!element.empty()) visit(element);
  }
}

bool IsKnownMethod(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE" ||
         method == "OPTIONS";
}

// uri-host [ ":" port ] (RFC 9110 section 7.2). An http URI has no empty host.
bool IsValidAuthority(std::string_view authority) {
  std::string_view host = authority;
  if (!host.empty() && host.front() == '[') {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    for (const char c : host.substr(1, end - 1)) {
      if (HexDigit(c) < 0 && c != ':' && c != '.') return false;
    }
    host.remove_prefix(end + 1);
    if (!host.empty() && host.front() != ':') return false;
    if (!host.empty()) host.remove_prefix(1);
  } else {
    const std::size_t colon = host.find(':');
    const std::string_view name = host.substr(0, colon);
    if (name.empty()) return false;
    for (const char c : name) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !IsDigit(c) && std::string_view("-._~!$&'()*+;=%").find(c) == std::string_view::npos) return false;
    }
    host = colon == std::string_view::npos ? std::string_view() : host.substr(colon + 1);
  }
  return host.size() <= 5 && std::all_of(host.begin(), host.end(), IsDigit);
}

std::optional<Rejection> CheckPercentEncoding(std::string_view path) {
  for (std::size_t i = path.find('%'); i != std::string_view::npos; i = path.find('%', i + 1)) {
    if (i + 2 >= path.size() || HexDigit(path[i + 1]) < 0 || HexDigit(path[i + 2]) < 0) {
      return Bad("BAD_TARGET", "The path has a '%' that no two hexadecimal digits follow.");
    }
    if (path[i + 1] == '0' && path[i + 2] == '0') return Bad("BAD_TARGET", "The path has an encoded NUL.");
  }
  return std::nullopt;
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
    if (path != std::string_view::npos && target[path] == '?') return Bad("BAD_TARGET", "The target URI has no path.");
    record.target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  return CheckPercentEncoding(record.target.substr(0, record.target.find('?')));
}

std::optional<Rejection> CheckHost(const RequestRecord& record, const SingleFields& single) {
  if (single.host == nullptr) {
    if (record.minor_version == 0) return std::nullopt;
    return Bad("HOST_REQUIRED", "An HTTP/1.1 request has a Host field.");
  }
  if (!IsValidAuthority(single.host->value)) return Bad("BAD_HOST", "The Host field is not a host with an optional port.");
  if (!record.authority.empty() && !EqualsIgnoringCase(record.authority, single.host->value)) {
    return Bad("BAD_HOST", "The Host field differs from the target's authority.");
  }
  return std::nullopt;
}

// Any doubt about where the body ends is refused: request smuggling lives on it (RFC 9112 sections 6.3 and 11.2).
std::optional<Rejection> ApplyFraming(RequestRecord& record, const SingleFields& single) {
  if (single.transfer_encoding != nullptr) {
    if (single.content_length != nullptr) return Bad("BAD_FRAMING", "Content-Length and Transfer-Encoding exclude each other.");
    if (record.minor_version == 0) return Bad("BAD_FRAMING", "HTTP/1.0 has no Transfer-Encoding.");
    const std::string_view coding = single.transfer_encoding->value;
    if (!EqualsIgnoringCase(coding, "chunked")) {
      for (const std::string_view known : {"gzip, chunked", "deflate, chunked", "compress, chunked"}) {
        if (EqualsIgnoringCase(coding, known)) return Rejection{501, "UNKNOWN_CODING", "The only transfer coding is chunked."};
      }
      return Bad("BAD_FRAMING", "Transfer-Encoding is chunked, once.");
    }
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

std::optional<Rejection> ApplyExpectation(RequestRecord& record, const SingleFields& single) {
  // An HTTP/1.0 client cannot take a 100 (RFC 9110 section 10.1.1).
  if (single.expect == nullptr || record.minor_version == 0) return std::nullopt;
  if (!EqualsIgnoringCase(single.expect->value, "100-continue")) {
    return Rejection{417, "BAD_EXPECTATION", "The only expectation is 100-continue."};
  }
  record.expects_continue = true;
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
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return Rejection{505, "BAD_VERSION", "The versions are HTTP/1.1 and HTTP/1.0."};
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
  for (const FieldView& field : record.fields) {
    for (const SingleFieldName& known : kSingleFields) {
      if (!EqualsIgnoringCase(field.name, known.name)) continue;
      if (single.*known.member != nullptr) return Bad("REPEATED_FIELD", "A field that must be single is there twice.");
      single.*known.member = &field;
    }
  }
  if (auto rejection = ApplyTarget(record)) return rejection;
  if (auto rejection = CheckHost(record, single)) return rejection;
  if (auto rejection = ApplyFraming(record, single)) return rejection;
  if (auto rejection = ApplyExpectation(record, single)) return rejection;
  ApplyConnection(record);
  return std::nullopt;
}

}  // namespace inkwell::gateway
