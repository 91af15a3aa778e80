#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace inkwell::e2e {

struct HttpAnswer {
  int status = 0;                                   // 0: no answer (connection refused, cut or timed out)
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool refused = false;  // with status 0: nobody listened, so the request was not sent

  [[nodiscard]] std::string Header(const std::string& lower_case_name) const;
  // The body as JSON; a discarded value if it is none.
  [[nodiscard]] nlohmann::json Json() const { return nlohmann::json::parse(body, nullptr, false); }
};

// One user of the HTTP API: keeps its connection, sends its token. For one thread.
class HttpClient final {
 public:
  explicit HttpClient(int port, std::string token = {});
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;

  HttpAnswer Get(const std::string& path, const std::multimap<std::string, std::string>& headers = {});
  HttpAnswer Delete(const std::string& path, const std::multimap<std::string, std::string>& headers = {});
  // With Content-Type application/json.
  HttpAnswer Post(const std::string& path, const std::string& body, const std::multimap<std::string, std::string>& headers = {});
  HttpAnswer Patch(const std::string& path, const std::string& body, const std::multimap<std::string, std::string>& headers = {});
  // Any method; Content-Type only if `headers` has it.
  HttpAnswer Send(const std::string& method, const std::string& path, const std::string& body,
                  const std::multimap<std::string, std::string>& headers = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Each client calls `send` in a thread of its own, all at one moment, with its connection open already. The answers are in the
// order of the clients.
std::vector<HttpAnswer> SendAtOnce(std::vector<HttpClient>& clients, const std::function<HttpAnswer(HttpClient&)>& send);

}  // namespace inkwell::e2e
