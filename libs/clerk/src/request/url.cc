#include "request/url.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "encoding/text.h"
#include "request/form_query.h"
#include "request/url_host.h"

namespace clerk::request {
namespace {

// The percent-encode sets of the URL Standard, beyond controls, space and what is not ASCII.
constexpr std::string_view kPathSet = "\"#<>?`{}";
constexpr std::string_view kQuerySet = "\"#<>'";
constexpr std::string_view kFragmentSet = "\"<>`";
constexpr std::size_t kMaxPortDigits = 5;
constexpr int kMaxPort = 65535;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsControlOrSpace(char c) { return static_cast<unsigned char>(c) <= 0x20; }

// Without controls and spaces around, and without tabs and line ends anywhere.
std::string Clean(std::string_view text) {
  while (!text.empty() && IsControlOrSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsControlOrSpace(text.back())) text.remove_suffix(1);
  std::string clean(text);
  std::erase_if(clean, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return clean;
}

// The scheme in lower case, or "" if the text does not begin with one.
std::string ReadScheme(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !IsLetter(text.front())) return {};
  std::string scheme;
  for (const char c : text.substr(0, colon)) {
    if (!IsLetter(c) && !IsDigit(c) && c != '+' && c != '-' && c != '.') return {};
    scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return scheme;
}

std::string Escape(std::string_view text, std::string_view set) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && set.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0xf];
    }
  }
  return out;
}

bool IsDot(std::string_view segment) { return segment == "." || encoding::EqualsIgnoreCase(segment, "%2e"); }

bool IsDoubleDot(std::string_view segment) {
  for (const std::string_view form : {"..", ".%2e", "%2e.", "%2e%2e"}) {
    if (encoding::EqualsIgnoreCase(segment, form)) return true;
  }
  return false;
}

// `text` is empty or begins with a slash; a backslash counts as one.
std::string NormalizePath(std::string text) {
  std::replace(text.begin(), text.end(), '\\', '/');
  std::vector<std::string> kept;
  const auto segments = encoding::Split(text.empty() ? std::string_view() : std::string_view(text).substr(1), '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (IsDoubleDot(segments[i])) {
      if (!kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();
    } else if (!IsDot(segments[i])) {
      kept.push_back(Escape(segments[i], kPathSet));
    } else if (last) {
      kept.emplace_back();
    }
  }
  std::string path;
  for (const auto& segment : kept) path.append("/").append(segment);
  return path.empty() ? "/" : path;
}

}  // namespace

std::optional<Url> Url::Parse(std::string_view text) {
  const std::string clean = Clean(text);
  Url url;
  url.scheme_ = ReadScheme(clean);
  if (url.scheme_ != "http" && url.scheme_ != "https") return std::nullopt;
  std::string_view rest = std::string_view(clean).substr(url.scheme_.size() + 1);
  while (rest.starts_with('/') || rest.starts_with('\\')) rest.remove_prefix(1);
  const auto end = rest.find_first_of("/\\?#");
  if (!url.ReadAuthority(rest.substr(0, end))) return std::nullopt;
  url.ReadRest(end == std::string_view::npos ? std::string_view() : rest.substr(end));
  return url;
}

std::optional<std::string> Url::OriginOf(std::string_view text) {
  const std::string clean = Clean(text);
  const std::string scheme = ReadScheme(clean);
  if (scheme.empty()) return std::nullopt;
  if (scheme != "http" && scheme != "https") return "null";
  const auto url = Parse(clean);
  return url ? std::optional(url->origin()) : std::nullopt;
}

bool Url::ReadAuthority(std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) return false;
  const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const auto colon = authority.find(':', bracket);
  auto host = NormalizeHost(authority.substr(0, colon));
  if (!host) return false;
  host_ = *std::move(host);
  if (colon == std::string_view::npos) return true;

  std::string_view port = authority.substr(colon + 1);
  if (!std::all_of(port.begin(), port.end(), IsDigit)) return false;
  while (port.size() > 1 && port.front() == '0') port.remove_prefix(1);
  if (port.size() > kMaxPortDigits || (!port.empty() && std::stoi(std::string(port)) > kMaxPort)) return false;
  const std::string_view own = scheme_ == "https" ? "443" : "80";
  if (port != own) port_ = port;
  return true;
}

void Url::ReadRest(std::string_view rest) {
  if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
    fragment_ = Escape(rest.substr(hash + 1), kFragmentSet);
    rest = rest.substr(0, hash);
  }
  const auto mark = rest.find('?');
  if (mark != std::string_view::npos) query_ = Escape(rest.substr(mark + 1), kQuerySet);
  path_ = NormalizePath(std::string(rest.substr(0, mark)));
}

std::optional<Url> Url::AtOrigin(std::string_view scheme, std::string_view authority) const {
  auto url = Parse(std::string(scheme).append("://").append(authority));
  if (!url) return std::nullopt;
  url->path_ = path_;
  url->query_ = query_;
  url->fragment_.reset();
  return url;
}

std::string Url::origin() const {
  std::string text = scheme_ + "://" + host_;
  if (!port_.empty()) text.append(":").append(port_);
  return text;
}

std::string Url::href() const {
  std::string text = origin() + path_;
  if (query_) text.append("?").append(*query_);
  if (fragment_) text.append("#").append(*fragment_);
  return text;
}

std::optional<std::string> Url::Parameter(std::string_view name) const {
  if (!query_) return std::nullopt;
  for (auto& [key, value] : ParseForm(*query_)) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

void Url::RemoveParameters(std::initializer_list<std::string_view> names) {
  FormFields fields = ParseForm(query_.value_or(""));
  std::erase_if(fields, [&](const auto& field) { return std::find(names.begin(), names.end(), field.first) != names.end(); });
  query_ = fields.empty() ? std::nullopt : std::optional(FormatForm(fields));
}

void Url::AppendParameter(std::string_view name, std::string_view value) {
  FormFields fields = ParseForm(query_.value_or(""));
  fields.emplace_back(name, value);
  query_ = FormatForm(fields);
}

void Url::SetParameter(std::string_view name, std::string_view value) {
  FormFields fields = ParseForm(query_.value_or(""));
  const auto first = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
  if (first == fields.end()) return AppendParameter(name, value);
  first->second = value;
  fields.erase(std::remove_if(first + 1, fields.end(), [&](const auto& field) { return field.first == name; }), fields.end());
  query_ = FormatForm(fields);
}

}  // namespace clerk::request
