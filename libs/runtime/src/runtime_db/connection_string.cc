#include "connection_string.h"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>

namespace inkwell::runtime {
namespace {

using Keywords = std::map<std::string, std::string>;

Result<Keywords> Parse(const std::string& url) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(url.c_str(), &message),
                                                                            &PQconninfoFree);
  PQfreemem(message);
  if (!parsed) return Fail(Code::kInvalidArgument, "INVALID_DATABASE_URL", "The database URL cannot be read.");
  Keywords keywords;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') keywords.emplace(option->keyword, option->val);
  }
  return keywords;
}

// libpq takes whole seconds, and treats 1 as 2.
std::string WholeSeconds(std::chrono::milliseconds duration) {
  return std::to_string(std::max<std::int64_t>(2, std::chrono::ceil<std::chrono::seconds>(duration).count()));
}

std::string SessionOptions(const DatabaseOptions& options) {
  const auto setting = [](const char* name, std::chrono::milliseconds value) {
    return std::string(" -c ") + name + "=" + std::to_string(value.count());
  };
  std::string more;
  for (const auto& [name, value] : options.session_settings) more.append(" -c ").append(name).append("=").append(value);
  return "-c TimeZone=UTC" + setting("statement_timeout", options.statement_timeout) +
         setting("lock_timeout", options.lock_timeout) +
         setting("idle_in_transaction_session_timeout", options.idle_in_transaction_timeout) + more;
}

std::string Quoted(const std::string& value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

Result<std::string> CompleteConnectionString(const DatabaseOptions& options) {
  Result<Keywords> parsed = Parse(options.url);
  if (!parsed) return tl::unexpected<Error>(std::move(parsed).error());
  Keywords& keywords = *parsed;
  // A later -c wins, so the operator's own options come last.
  std::string& session_options = keywords["options"];
  session_options = SessionOptions(options) + (session_options.empty() ? "" : " ") + session_options;
  keywords.emplace("application_name", options.application_name);
  keywords.emplace("client_encoding", "UTF8");
  keywords.emplace("connect_timeout", WholeSeconds(options.connect_timeout));
  keywords.emplace("keepalives", "1");
  keywords.emplace("keepalives_idle", "5");
  keywords.emplace("keepalives_interval", "2");
  keywords.emplace("keepalives_count", "3");
  keywords.emplace("tcp_user_timeout", "5000");
  std::string text;
  for (const auto& [keyword, value] : keywords) text += (text.empty() ? "" : " ") + keyword + "=" + Quoted(value);
  return text;
}

}  // namespace inkwell::runtime
