#include "clerk-emulator/webhooks/webhook_endpoint.h"

#include <httplib.h>

#include <cstddef>
#include <utility>

#include "runtime/deadline.h"

namespace inkwell::emulator {
namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{64} * 1024;
constexpr time_t kConnectSeconds = 2;

std::string Describe(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
      return "no connection";
    case httplib::Error::Read:
      return "no answer in time, or the connection was closed";
    case httplib::Error::Write:
      return "the connection was closed";
    case httplib::Error::Canceled:
      return "the answer took too long";
    default:
      return "the request failed";
  }
}

}  // namespace

struct WebhookEndpoint::State {
  State(const std::string& origin, std::string target) : client(origin), path(std::move(target)) {}

  httplib::Client client;
  const std::string path;
};

WebhookEndpoint::WebhookEndpoint(std::unique_ptr<State> state) : state_(std::move(state)) {}
WebhookEndpoint::~WebhookEndpoint() = default;

runtime::Result<std::unique_ptr<WebhookEndpoint>> WebhookEndpoint::Open(const std::string& url) {
  const auto scheme_end = url.find("://");
  const auto scheme = url.substr(0, scheme_end);
  const auto path_start = scheme_end == std::string::npos ? std::string::npos : url.find('/', scheme_end + 3);
  const auto origin = url.substr(0, path_start);
  if ((scheme != "http" && scheme != "https") || origin.size() <= scheme.size() + 3) {
    return runtime::Fail(runtime::Code::kInvalidArgument, "WEBHOOK_URL_INVALID",
                         "EMULATOR_WEBHOOK_URL must be http://host[:port]/path or https://.");
  }
  auto state = std::make_unique<State>(origin, path_start == std::string::npos ? "/" : url.substr(path_start));
  auto& client = state->client;
  if (!client.is_valid()) {
    return runtime::Fail(runtime::Code::kInvalidArgument, "WEBHOOK_URL_INVALID", "EMULATOR_WEBHOOK_URL cannot be used.");
  }
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  client.set_follow_location(false);
  client.set_connection_timeout(kConnectSeconds);
  client.set_read_timeout(kTimeout.count());
  client.set_write_timeout(kTimeout.count());
  return std::unique_ptr<WebhookEndpoint>(new WebhookEndpoint(std::move(state)));
}

AttemptResult WebhookEndpoint::Post(const SignedWebhook& webhook) {
  AttemptResult result;
  std::size_t received = 0;
  const auto deadline = runtime::DeadlineAfter(kTimeout);
  httplib::Request request;
  request.method = "POST";
  request.path = state_->path;
  request.headers = {{"Content-Type", "application/json"},
                     {"User-Agent", "Svix-Webhooks/emulator"},
                     {"svix-id", webhook.id},
                     {"svix-timestamp", std::to_string(webhook.timestamp_seconds)},
                     {"svix-signature", webhook.signature}};
  request.body = webhook.body;
  request.response_handler = [&](const httplib::Response& response) {
    result.status = response.status;
    return runtime::TimeLeft(deadline).count() > 0;
  };
  request.content_receiver = [&](const char*, std::size_t size, std::uint64_t, std::uint64_t) {
    received += size;
    return received <= kMaxAnswerBytes && runtime::TimeLeft(deadline).count() > 0;
  };
  const auto answer = state_->client.send(request);
  if (runtime::TimeLeft(deadline).count() == 0) return {0, "no answer in time"};
  if (result.status == 0) result.error = Describe(answer.error());
  return result;
}

void WebhookEndpoint::Abort() { state_->client.stop(); }

}  // namespace inkwell::emulator
