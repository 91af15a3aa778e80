#include "tests/e2e/http_client.h"

#include <httplib.h>

#include <algorithm>
#include <cctype>
#include <latch>
#include <memory>
#include <thread>

namespace inkwell::e2e {
namespace {

HttpAnswer ToAnswer(const httplib::Result& result) {
  HttpAnswer answer;
  answer.refused = result.error() == httplib::Error::Connection;
  if (!result) return answer;
  answer.status = result->status;
  answer.body = result->body;
  for (const auto& [name, value] : result->headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers.emplace(std::move(lower), value);
  }
  return answer;
}

}  // namespace

struct HttpClient::State {
  httplib::Client client;
  std::string token;

  httplib::Headers With(const std::multimap<std::string, std::string>& extra) const {
    httplib::Headers headers(extra.begin(), extra.end());
    if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
    return headers;
  }
};

HttpClient::HttpClient(int port, std::string token)
    : state_(std::make_unique<State>(State{httplib::Client("127.0.0.1", port), std::move(token)})) {
  state_->client.set_keep_alive(true);
  state_->client.set_tcp_nodelay(true);
  state_->client.set_connection_timeout(5);
  state_->client.set_read_timeout(20);
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;

std::string HttpAnswer::Header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string() : found->second;
}

HttpAnswer HttpClient::Get(const std::string& path, const std::multimap<std::string, std::string>& headers) {
  return ToAnswer(state_->client.Get(path, state_->With(headers)));
}

HttpAnswer HttpClient::Delete(const std::string& path, const std::multimap<std::string, std::string>& headers) {
  return ToAnswer(state_->client.Delete(path, state_->With(headers)));
}

HttpAnswer HttpClient::Post(const std::string& path, const std::string& body,
                            const std::multimap<std::string, std::string>& headers) {
  return ToAnswer(state_->client.Post(path, state_->With(headers), body, "application/json"));
}

HttpAnswer HttpClient::Patch(const std::string& path, const std::string& body,
                             const std::multimap<std::string, std::string>& headers) {
  return ToAnswer(state_->client.Patch(path, state_->With(headers), body, "application/json"));
}

HttpAnswer HttpClient::Send(const std::string& method, const std::string& path, const std::string& body,
                            const std::multimap<std::string, std::string>& headers) {
  httplib::Request request;
  request.method = method;
  request.path = path;
  request.body = body;
  request.headers = state_->With(headers);
  return ToAnswer(state_->client.send(request));
}

std::vector<HttpAnswer> SendAtOnce(std::vector<HttpClient>& clients, const std::function<HttpAnswer(HttpClient&)>& send) {
  std::vector<HttpAnswer> answers(clients.size());
  std::latch start(static_cast<std::ptrdiff_t>(clients.size()));
  std::vector<std::jthread> senders;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    senders.emplace_back([&, i] {
      (void)clients[i].Get("/livez");
      start.arrive_and_wait();
      answers[i] = send(clients[i]);
    });
  }
  senders.clear();
  return answers;
}

}  // namespace inkwell::e2e
