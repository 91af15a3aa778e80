// The only file that knows httplib.
#include "http/httplib_client.h"

#include <arpa/inet.h>
#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "http/deadline_watch.h"

namespace clerk {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kMaxIdlePerOrigin = 8;
// Shorter than the keep-alive time of usual servers, so that a request rarely meets a connection that is just being closed.
constexpr std::chrono::seconds kMaxIdleTime{4};

struct Url {
  std::string origin;  // scheme, host and port
  std::string host;    // "" for an address, which need not be looked up
  std::string target;  // path and query
};

// The name in "example.com:443".
std::string HostName(std::string_view authority) {
  std::string host(authority.substr(0, authority.rfind(':')));
  in_addr address{};
  const bool is_address = authority.starts_with('[') || inet_pton(AF_INET, host.c_str(), &address) == 1;
  return is_address ? std::string() : host;
}

std::optional<Url> ParseUrl(std::string_view url) {
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f; });
  const auto scheme_end = url.find("://");
  if (!printable || scheme_end == std::string_view::npos) return std::nullopt;
  const auto scheme = url.substr(0, scheme_end);
  if (scheme != "https" && scheme != "http") return std::nullopt;
  const auto rest = url.substr(scheme_end + 3);
  const auto host_end = std::min(rest.find_first_of("/?"), rest.size());
  const auto authority = rest.substr(0, host_end);
  if (authority.empty() || authority.find_first_of("@#%\\") != std::string_view::npos) return std::nullopt;
  auto target = std::string(rest.substr(host_end, rest.find('#') - host_end));
  if (!target.starts_with('/')) target.insert(0, 1, '/');
  return Url{std::string(url.substr(0, scheme_end + 3 + host_end)), HostName(authority), std::move(target)};
}

HttpError Describe(httplib::Error error) {
  const std::string message = "The request failed: " + httplib::to_string(error);
  return {error == httplib::Error::ConnectionTimeout ? HttpFailure::kTimeout : HttpFailure::kUnreachable, message};
}

class HttplibClient final : public HttpClient {
 public:
  explicit HttplibClient(http::NameResolver::LookUp look_up) : resolver_(std::move(look_up)) {}

  Result<HttpResponse, HttpError> Send(const HttpRequest& request) override {
    const auto url = ParseUrl(request.url);
    if (!url) return HttpError{HttpFailure::kInvalidUrl, "Not an absolute http or https URL."};
    try {
      return Exchange(request, *url);
    } catch (const std::exception&) {
      return HttpError{HttpFailure::kUnreachable, "The HTTP library failed."};
    }
  }

 private:
  using ClientPtr = std::unique_ptr<httplib::Client>;

  struct Attempt {
    Result<HttpResponse, HttpError> result;
    bool not_connected = false;  // nothing was sent
  };
  struct Idle {
    ClientPtr client;
    SteadyTime since;
  };

  Result<HttpResponse, HttpError> Exchange(const HttpRequest& request, const Url& url) {
    const SteadyTime deadline = std::chrono::steady_clock::now() + request.timeout;
    if (ClientPtr idle = TakeIdle(url.origin)) {
      // Once its connection is closed it goes back to the address that it was made for, where nobody may be any more.
      Attempt kept = ExchangeOver(std::move(idle), request, url, deadline, 2);
      if (!kept.not_connected || std::chrono::steady_clock::now() >= deadline) return std::move(kept.result);
    }
    if (url.host.empty()) return ExchangeOver(MakeClient(url, ""), request, url, deadline, 1).result;

    const auto addresses = resolver_.Resolve(url.host, deadline, request.cancel);
    if (!addresses && request.cancel.stop_requested()) return Cancelled();
    if (!addresses) return HttpError{HttpFailure::kTimeout, "The host's name was not resolved in time."};
    Attempt attempt{HttpError{HttpFailure::kUnreachable, "The host's name is not known."}};
    for (std::size_t i = 0; i < addresses->size(); ++i) {
      const auto untried = static_cast<int>(addresses->size() - i);
      attempt = ExchangeOver(MakeClient(url, (*addresses)[i]), request, url, deadline, untried);
      if (!attempt.not_connected || std::chrono::steady_clock::now() >= deadline) break;
    }
    return std::move(attempt.result);
  }

  // `untried`: how many attempts share the time to connect, this one and those after it.
  Attempt ExchangeOver(ClientPtr client, const HttpRequest& request, const Url& url, SteadyTime deadline, int untried) {
    SetTimeouts(*client, deadline, untried);
    HttpResponse response;
    bool too_large = false;
    httplib::Request outgoing = MakeRequest(request, url.target);
    outgoing.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      too_large = response.body.size() + size > request.max_response_bytes;
      if (!too_large) response.body.append(data, size);
      return !too_large;
    };

    httplib::Response answer;
    httplib::Error error = httplib::Error::Unknown;
    bool answered = false;
    bool late = false;
    {
      const http::DeadlineWatch::Guard guard(watch_, deadline, [&client] { client->stop(); });
      const std::stop_callback cancelled(request.cancel, [&client] { client->stop(); });
      answered = !request.cancel.stop_requested() && client->send(outgoing, answer, error);
      late = guard.fired() || std::chrono::steady_clock::now() >= deadline;
    }
    if (too_large) return {HttpError{HttpFailure::kTooLarge, "The answer is too large."}};
    if (!answered && request.cancel.stop_requested()) return {Cancelled()};
    if (!answered && late) return {HttpError{HttpFailure::kTimeout, "No answer in time."}};
    if (!answered) {
      const bool not_connected = error == httplib::Error::Connection || error == httplib::Error::ConnectionTimeout;
      return {Describe(error), not_connected};
    }

    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.headers.push_back({name, value});
    if (!late && !request.cancel.stop_requested()) Return(url.origin, std::move(client));
    return {std::move(response)};
  }

  static HttpError Cancelled() { return {HttpFailure::kUnreachable, "The request was cancelled."}; }

  static void SetTimeouts(httplib::Client& client, SteadyTime deadline, int untried) {
    using std::chrono::microseconds;
    const auto left = std::chrono::duration_cast<microseconds>(deadline - std::chrono::steady_clock::now());
    client.set_connection_timeout(std::max(left / untried, microseconds(1)));
    client.set_read_timeout(std::max(left, microseconds(1)));
    client.set_write_timeout(std::max(left, microseconds(1)));
  }

  static httplib::Request MakeRequest(const HttpRequest& request, const std::string& target) {
    httplib::Request outgoing;
    outgoing.method = request.method;
    outgoing.path = target;
    for (const HttpHeader& header : request.headers) outgoing.headers.emplace(header.name, header.value);
    // The answer's cap would otherwise hold for the packed size.
    outgoing.headers.emplace("Accept-Encoding", "identity");
    outgoing.body = request.body;
    return outgoing;
  }

  // Null if there is none that still lives.
  ClientPtr TakeIdle(const std::string& origin) {
    const std::lock_guard lock(mutex_);
    const auto idle = idle_.find(origin);
    while (idle != idle_.end() && !idle->second.empty()) {
      Idle last = std::move(idle->second.back());
      idle->second.pop_back();
      if (std::chrono::steady_clock::now() - last.since < kMaxIdleTime) return std::move(last.client);
    }
    return nullptr;
  }

  // `address`: of the host; "" if the host is one.
  static ClientPtr MakeClient(const Url& url, const std::string& address) {
    auto client = std::make_unique<httplib::Client>(url.origin);
    if (!address.empty()) client->set_hostname_addr_map({{url.host, address}});
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_follow_location(false);
    client->set_url_encode(false);
    return client;
  }

  void Return(const std::string& origin, ClientPtr client) {
    const std::lock_guard lock(mutex_);
    auto& idle = idle_[origin];
    if (idle.size() < kMaxIdlePerOrigin) idle.push_back({std::move(client), std::chrono::steady_clock::now()});
  }

  http::NameResolver resolver_;
  http::DeadlineWatch watch_;
  std::mutex mutex_;
  std::map<std::string, std::vector<Idle>> idle_;
};

}  // namespace

std::shared_ptr<HttpClient> MakeHttpClient() { return http::MakeHttplibClient(http::NameResolver::AskSystem); }

std::shared_ptr<HttpClient> http::MakeHttplibClient(NameResolver::LookUp look_up) {
  return std::make_shared<HttplibClient>(std::move(look_up));
}

}  // namespace clerk
