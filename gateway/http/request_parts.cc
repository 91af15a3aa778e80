#include "gateway/http/request_parts.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "gateway/http/field_list.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {
namespace {

constexpr int kMaxLimit = 100;
constexpr std::size_t kMaxCursorBytes = 1024;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> FormDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (text.size() - i < 3) return std::nullopt;
      const int high = HexValue(text[i + 1]);
      const int low = HexValue(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return out;
}

// RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF. A protobuf string with other bytes would fail at the
// service as INTERNAL.
bool IsUtf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = byte(i);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || text.size() - i < length) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return false;
    }
    if ((lead == 0xe0 && byte(i + 1) < 0xa0) || (lead == 0xed && byte(i + 1) > 0x9f) || (lead == 0xf0 && byte(i + 1) < 0x90) ||
        (lead == 0xf4 && byte(i + 1) > 0x8f)) {
      return false;
    }
    i += length;
  }
  return true;
}

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Problem UnsupportedMediaType(std::string detail) { return {415, "UNSUPPORTED_MEDIA_TYPE", std::move(detail)}; }

}  // namespace

tl::unexpected<Problem> BadRequest(std::string reason, std::string detail, std::string_view field) {
  return tl::unexpected(Problem{400, std::move(reason), std::move(detail), {{"field", std::string(field)}}});
}

std::string OriginOf(const RequestInfo& request, const std::string& public_url) {
  if (!public_url.empty()) return public_url;
  std::string origin = request.https() ? "https://" : "http://";
  origin += request.Header("Host").value_or("localhost");
  return origin;
}

Parsed<std::optional<std::string>> QueryParameter(std::string_view target, std::string_view name) {
  std::optional<std::string> found;
  const auto question_mark = target.find('?');
  std::string_view rest = question_mark == std::string_view::npos ? std::string_view() : target.substr(question_mark + 1);
  while (!rest.empty()) {
    const auto ampersand = rest.find('&');
    const std::string_view pair = rest.substr(0, ampersand);
    rest = ampersand == std::string_view::npos ? std::string_view() : rest.substr(ampersand + 1);
    const auto equals = pair.find('=');
    if (FormDecode(pair.substr(0, equals)) != name) continue;
    if (found) return BadRequest("INVALID_PARAMETER", "The parameter is given twice.", name);
    found = FormDecode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!found || !IsUtf8(*found) || found->find('\0') != std::string::npos) {
      return BadRequest("INVALID_PARAMETER", "The parameter is not percent-encoded UTF-8 text.", name);
    }
  }
  return found;
}

Parsed<ListQuery> ParseListQuery(std::string_view target) {
  ListQuery list;
  auto limit = QueryParameter(target, "limit");
  if (!limit) return tl::unexpected(limit.error());
  if (const auto& text = *limit) {
    const char* end = text->data() + text->size();
    const auto [parsed_to, failure] = std::from_chars(text->data(), end, list.limit);
    if (failure != std::errc() || parsed_to != end || list.limit < 1 || list.limit > kMaxLimit) {
      return BadRequest("INVALID_PARAMETER", "limit is a number from 1 to 100.", "limit");
    }
  }
  auto cursor = QueryParameter(target, "cursor");
  if (!cursor) return tl::unexpected(cursor.error());
  list.cursor = std::move(*cursor).value_or("");
  if (list.cursor.size() > kMaxCursorBytes) {
    return BadRequest("INVALID_PARAMETER", "The cursor is not one that an earlier answer gave out.", "cursor");
  }
  auto query = QueryParameter(target, "q");
  if (!query) return tl::unexpected(query.error());
  list.query = std::move(*query).value_or("");
  return list;
}

Parsed<std::string> IfMatch(const RequestInfo& request) {
  const auto fields = request.Headers("If-Match");
  if (fields.empty() || (fields.size() == 1 && fields[0] == "*")) return std::string();
  std::string_view tag = fields.size() == 1 ? fields[0] : std::string_view();
  const bool weak = tag.starts_with("W/");
  if (weak) tag.remove_prefix(2);
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"' || !IsPrintableAscii(tag)) {
    return BadRequest("INVALID_HEADER", "If-Match takes one entity tag in double quotes, or *.", "If-Match");
  }
  const std::string_view opaque = tag.substr(1, tag.size() - 2);
  if (opaque.find('"') != std::string_view::npos) {
    return BadRequest("INVALID_HEADER", "If-Match takes one entity tag in double quotes, or *.", "If-Match");
  }
  return std::string(weak ? kNoEtag : opaque);
}

Parsed<std::string> ChangePrecondition(const RequestInfo& request) {
  auto etag = IfMatch(request);
  const auto unwanted = request.Headers("If-None-Match");
  if (!etag || unwanted.empty()) return etag;
  if (unwanted.size() == 1 && unwanted[0] == "*") return std::string(kNoEtag);
  return BadRequest("INVALID_HEADER", "If-None-Match takes * with this method; If-Match takes an entity tag.", "If-None-Match");
}

Parsed<std::string> IdempotencyKey(const RequestInfo& request) {
  const auto fields = request.Headers("Idempotency-Key");
  if (fields.empty()) return std::string();
  if (fields.size() > 1 || fields[0].empty() || fields[0].size() > 255 || !IsPrintableAscii(fields[0])) {
    return BadRequest("INVALID_HEADER", "Idempotency-Key is 1 to 255 characters of printable ASCII.", "Idempotency-Key");
  }
  return std::string(fields[0]);
}

Parsed<void> RequireJson(const RequestInfo& request) {
  const auto coding = request.Header("Content-Encoding");
  if (coding && !EqualsIgnoringCase(*coding, "identity")) {
    return tl::unexpected(UnsupportedMediaType("The body must not be compressed."));
  }
  std::string_view rest = request.Header("Content-Type").value_or("");
  const auto next = [&rest] {
    const auto semicolon = rest.find(';');
    const std::string_view part = TrimSpaces(rest.substr(0, semicolon));
    rest = semicolon == std::string_view::npos ? std::string_view() : rest.substr(semicolon + 1);
    return part;
  };
  if (!EqualsIgnoringCase(next(), "application/json")) {
    return tl::unexpected(UnsupportedMediaType("The body must be application/json."));
  }
  while (!rest.empty()) {
    const std::string_view parameter = next();
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos || !EqualsIgnoringCase(parameter.substr(0, equals), "charset")) continue;
    const std::string_view charset = parameter.substr(equals + 1);
    if (!EqualsIgnoringCase(charset, "utf-8") && !EqualsIgnoringCase(charset, "\"utf-8\"")) {
      return tl::unexpected(UnsupportedMediaType("JSON is UTF-8."));
    }
  }
  return {};
}

}  // namespace inkwell::gateway
