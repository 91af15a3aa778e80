// The only file that knows Asio.
#include "gateway/handlers/clerk_upstream.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace inkwell::gateway {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;
using Done = std::function<void(UpstreamResult)>;

constexpr std::size_t kMaxAnswerBytes = std::size_t{4} * 1024 * 1024;
constexpr std::uint32_t kMaxHeadBytes = std::uint32_t{64} * 1024;
constexpr int kMaxExchanges = 64;

struct Origin {
  bool tls = false;
  std::string host;
  std::string port;
  std::string authority;  // host and, where it is said, port: the Host field
};

std::optional<Origin> ParseOrigin(std::string_view url) {
  Origin origin;
  origin.tls = url.starts_with("https://");
  if (!origin.tls && !url.starts_with("http://")) return std::nullopt;
  origin.authority = url.substr(origin.tls ? 8 : 7);
  const std::string_view authority = origin.authority;
  if (authority.empty() || authority.find_first_of("/?#@ \r\n") != std::string_view::npos) return std::nullopt;
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  origin.host = authority.substr(0, colon);
  if (origin.host.starts_with('[')) origin.host = origin.host.substr(1, origin.host.size() - 2);
  origin.port = colon == std::string_view::npos ? (origin.tls ? "443" : "80") : std::string(authority.substr(colon + 1));
  if (origin.host.empty() || origin.port.empty()) return std::nullopt;
  return origin;
}

UpstreamFailure FailureOf(error_code error) {
  if (error == http::error::end_of_stream) return UpstreamFailure::kUnreachable;
  if (error == http::error::body_limit || error == http::error::header_limit) return UpstreamFailure::kTooLarge;
  if (error.category() == http::make_error_code(http::error::end_of_stream).category()) return UpstreamFailure::kUnusable;
  return UpstreamFailure::kUnreachable;
}

// One request and its answer. Kept alive by the handler that is due next.
template <typename Stream>
class Exchange final : public std::enable_shared_from_this<Exchange<Stream>> {
 public:
  template <typename... StreamArguments>
  Exchange(asio::io_context& io, const Origin& origin, UpstreamRequest request, Done done, StreamArguments&... arguments)
      : origin_(origin), method_(request.method), done_(std::move(done)), resolver_(io), timer_(io), stream_(io, arguments...) {
    message_.version(11);
    message_.method_string(request.method);
    message_.target(request.target);
    message_.set(http::field::host, origin.authority);
    message_.set(http::field::connection, "close");
    for (HeaderField& field : request.headers) message_.insert(field.name, field.value);
    message_.body() = std::move(request.body);
    message_.prepare_payload();
    parser_.body_limit(kMaxAnswerBytes);
    parser_.header_limit(kMaxHeadBytes);
    parser_.skip(method_ == "HEAD");
    timer_.expires_at(request.deadline);
  }

  void Begin() {
    timer_.async_wait([self = this->shared_from_this()](error_code cancelled) {
      if (!cancelled) self->Abort();
    });
    resolver_.async_resolve(origin_.host, origin_.port, Next<Addresses>([this](const Addresses& addresses) {
                              asio::async_connect(Socket(), addresses, Next<tcp::endpoint>([this](auto&) { Secure(); }));
                            }));
  }

 private:
  using Addresses = tcp::resolver::results_type;

  // A handler for an operation with this result, which ends the exchange on an error and otherwise goes on.
  template <typename Result, typename Step>
  auto Next(Step step) {
    return [self = this->shared_from_this(), step = std::move(step)](error_code error, const Result& result) {
      if (self->late_ || error) return self->End(tl::unexpected(self->late_ ? UpstreamFailure::kTimeout : FailureOf(error)));
      step(result);
    };
  }

  tcp::socket& Socket() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void Secure() {
    error_code ignored;
    Socket().set_option(tcp::no_delay(true), ignored);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.set_verify_callback(asio::ssl::host_name_verification(origin_.host));
      if (SSL_set_tlsext_host_name(stream_.native_handle(), origin_.host.c_str()) != 1) {
        return End(tl::unexpected(UpstreamFailure::kUnreachable));
      }
      stream_.async_handshake(asio::ssl::stream_base::client, [self = this->shared_from_this()](error_code error) {
        if (error) return self->End(tl::unexpected(self->late_ ? UpstreamFailure::kTimeout : UpstreamFailure::kUnreachable));
        self->Talk();
      });
    } else {
      Talk();
    }
  }

  void Talk() {
    http::async_write(stream_, message_, Next<std::size_t>([this](std::size_t) {
                        http::async_read(stream_, buffer_, parser_, Next<std::size_t>([this](std::size_t) { Answer(); }));
                      }));
  }

  void Answer() {
    auto message = parser_.release();
    UpstreamResponse response{static_cast<int>(message.result_int()), {}, std::move(message.body())};
    for (const auto& field : message) {
      const auto name = field.name_string();
      const auto value = field.value();
      response.headers.push_back({std::string(name.data(), name.size()), std::string(value.data(), value.size())});
    }
    End(std::move(response));
  }

  void Abort() {
    late_ = true;
    resolver_.cancel();
    error_code ignored;
    Socket().close(ignored);
  }

  void End(UpstreamResult result) {
    timer_.cancel();
    if (done_) std::exchange(done_, nullptr)(std::move(result));
  }

  const Origin& origin_;
  const std::string method_;
  Done done_;
  tcp::resolver resolver_;
  asio::steady_timer timer_;
  Stream stream_;
  http::request<http::string_body> message_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  bool late_ = false;
};

class BeastUpstream final : public ClerkUpstream {
 public:
  explicit BeastUpstream(Origin origin) : origin_(std::move(origin)) {
    tls_.set_default_verify_paths();
    tls_.set_verify_mode(asio::ssl::verify_peer);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~BeastUpstream() override {
    work_.reset();
    thread_.join();
  }

  void Send(UpstreamRequest request, Done done) override {
    if (under_way_.fetch_add(1) >= kMaxExchanges) {
      --under_way_;
      return done(tl::unexpected(UpstreamFailure::kOverloaded));
    }
    Done counted = [this, done = std::move(done)](UpstreamResult result) {
      --under_way_;
      done(std::move(result));
    };
    asio::post(io_, [this, request = std::move(request), counted = std::move(counted)]() mutable {
      if (origin_.tls) {
        std::make_shared<Exchange<TlsStream>>(io_, origin_, std::move(request), std::move(counted), tls_)->Begin();
      } else {
        std::make_shared<Exchange<tcp::socket>>(io_, origin_, std::move(request), std::move(counted))->Begin();
      }
    });
  }

 private:
  const Origin origin_;
  std::atomic<int> under_way_{0};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::thread thread_;
};

}  // namespace

runtime::Result<std::unique_ptr<ClerkUpstream>> MakeClerkUpstream(const std::string& origin) {
  auto parsed = ParseOrigin(origin);
  if (!parsed) {
    return runtime::Fail(runtime::Code::kInvalidArgument, "INVALID_ORIGIN", "not http:// or https:// and a host, without a path");
  }
  return std::make_unique<BeastUpstream>(*std::move(parsed));
}

}  // namespace inkwell::gateway
