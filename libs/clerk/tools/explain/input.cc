#include "input.h"

#include <algorithm>
#include <cctype>

namespace clerk::explain_tool {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Takes the next line off the text, without its end and without the mark of `curl -v`.
std::string_view TakeLine(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("> ") || line == ">") line.remove_prefix(std::min<std::size_t>(line.size(), 2));
  return line;
}

// "GET /path HTTP/1.1"
bool ReadRequestLine(std::string_view line, Input& input) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || last == first || !line.substr(last + 1).starts_with("HTTP/")) return false;
  input.method = line.substr(0, first);
  input.target = line.substr(first + 1, last - first - 1);
  return true;
}

bool IsHeaderName(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

}  // namespace

std::string Input::Header(std::string_view name) const {
  const std::string_view separator = EqualsIgnoreCase(name, "cookie") ? "; " : ", ";
  std::string joined;
  for (const auto& header : headers) {
    if (EqualsIgnoreCase(header.name, name)) joined.append(joined.empty() ? "" : separator).append(header.value);
  }
  return joined;
}

Input ParseInput(std::string_view text) {
  text = Trim(text);
  Input input;
  std::string_view rest = text;
  std::string_view line = TakeLine(rest);
  input.is_request = ReadRequestLine(line, input);
  // Headers alone will do, too.
  if (input.is_request) line = TakeLine(rest);
  for (; !line.empty(); line = TakeLine(rest)) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !IsHeaderName(line.substr(0, colon))) break;
    input.headers.push_back({std::string(line.substr(0, colon)), std::string(Trim(line.substr(colon + 1)))});
    input.is_request = true;
  }
  if (input.is_request) return input;
  constexpr std::string_view kScheme = "bearer ";
  if (text.size() > kScheme.size() && EqualsIgnoreCase(text.substr(0, kScheme.size()), kScheme))
    text = Trim(text.substr(kScheme.size()));
  input.token = text;
  return input;
}

}  // namespace clerk::explain_tool
