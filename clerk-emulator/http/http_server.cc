#include "clerk-emulator/http/http_server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "runtime/deadline.h"
#include "runtime/log.h"

namespace inkwell::emulator {
namespace {

constexpr std::size_t kThreads = 32;
constexpr std::size_t kMaxBodyBytes = 1 << 20;
constexpr std::size_t kMaxPathBytes = 2048;  // httplib's routes are std::regex, which recurses over the path
constexpr time_t kIdleSeconds = 2;
constexpr time_t kReadSeconds = 5;

std::string LowerCaseName(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

HttpRequest ReadRequest(const httplib::Request& in, std::string body) {
  HttpRequest request;
  request.method = in.method;
  request.path = in.path;
  request.query.assign(in.params.begin(), in.params.end());
  for (const auto& [name, value] : in.headers) request.headers.emplace(LowerCaseName(name), value);
  request.body = std::move(body);
  request.client_address = in.remote_addr;
  return request;
}

void WriteResponse(HttpResponse in, httplib::Response& out) {
  out.status = in.status;
  for (const auto& [name, value] : in.headers) out.set_header(name, value);
  if (in.status == 204) return;
  if (in.body.empty() || !in.content_type.starts_with("text/javascript")) {
    out.set_content(std::move(in.body), in.content_type);  // NOLINT(performance-move-const-arg): httplib 0.18 moves
    return;
  }
  // Of a string, httplib would compress clerk-js anew for every browser, by Brotli at its highest quality: that takes seconds.
  const auto body = std::make_shared<const std::string>(std::move(in.body));
  out.set_content_provider(body->size(), in.content_type,
                           [body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                             return sink.write(body->data() + offset, length);
                           });
}

// RFC 9112 section 6.3: without either header a request has no body. `curl -X POST` sends such ones.
bool ExpectsBody(const httplib::Request& request) {
  const bool may_have =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH" || request.method == "DELETE";
  return may_have && (request.has_header("Content-Length") || request.has_header("Transfer-Encoding"));
}

// httplib 0.11 does not count chunked and compressed bodies; 0.18 does, and tells by the status that it has set. Of a multipart
// form only the file matters here.
ClerkResult<std::string> ReadBody(const httplib::Request& request, const httplib::ContentReader& reader,
                                  const httplib::Response& response) {
  std::string body;
  bool fits = std::strtoull(request.get_header_value("Content-Length").c_str(), nullptr, 10) <= kMaxBodyBytes;
  const auto add = [&](const char* data, std::size_t size) {
    fits = fits && body.size() + size <= kMaxBodyBytes;
    if (fits) body.append(data, size);
    return fits;
  };
  bool file = false;
  const auto begin_part = [&](const httplib::MultipartFormData& part) {
    file = !part.filename.empty();
    return true;
  };
  const auto add_to_part = [&](const char* data, std::size_t size) { return !file || add(data, size); };
  const bool complete = request.is_multipart_form_data() ? reader(begin_part, add_to_part) : reader(add);
  fits = fits && (complete || response.status != 413);
  if (!fits) return tl::unexpected(ClerkError{413, "request_body_too_large", "Request body too large", "At most 1 MiB.", {}});
  if (!complete) return tl::unexpected(RequestBodyInvalid("The request body is incomplete."));
  return body;
}

class Server final : public httplib::Server {
 public:
  // httplib's backlog is 5: a burst of connections would lose some of them to a second's wait for a repeated SYN.
  void RaiseBacklog() { ::listen(svr_sock_, 128); }
};

}  // namespace

struct HttpServer::State {
  explicit State(HttpHandler http_handler) : handler(std::move(http_handler)) {}

  void Configure();

  const HttpHandler handler;
  Server server;
  std::string address;
  std::jthread acceptor;
};

void HttpServer::State::Configure() {
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_socket_options([](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  server.set_tcp_nodelay(true);
  server.set_keep_alive_timeout(kIdleSeconds);
  server.set_keep_alive_max_count(1'000'000);
  server.set_read_timeout(kReadSeconds);
  server.set_write_timeout(kReadSeconds);
  server.set_payload_max_length(kMaxBodyBytes);
  // NOLINTNEXTLINE(performance-unnecessary-value-param): httplib's type
  server.set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
    WriteResponse(ErrorResponse(InternalError()), response);
  });
  // What has no body is answered here: httplib 0.11 would wait for one until the peer closes if no length is given.
  server.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    using HandlerResponse = httplib::Server::HandlerResponse;
    // httplib would cut the body to a requested range under whatever status we answer, and knows no If-Range: a browser that
    // resumes an interrupted download would get a part for the whole. Nothing but const_cast keeps it from that; the request
    // itself is not const.
    const_cast<httplib::Request&>(request).ranges.clear();
    if (request.path.size() > kMaxPathBytes) {
      response.status = 414;
      return HandlerResponse::Handled;
    }
    if (ExpectsBody(request)) return HandlerResponse::Unhandled;
    WriteResponse(handler(ReadRequest(request, {})), response);
    return HandlerResponse::Handled;
  });
  const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                const httplib::ContentReader& reader) {
    auto body = ReadBody(request, reader, response);
    if (!body) {
      WriteResponse(ErrorResponse(body.error()), response);
      return;
    }
    WriteResponse(handler(ReadRequest(request, std::move(*body))), response);
  };
  server.Post(".*", with_body);
  server.Put(".*", with_body);
  server.Patch(".*", with_body);
  server.Delete(".*", with_body);
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

runtime::Result<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen, HttpHandler handler) {
  auto state = std::make_unique<State>(std::move(handler));
  state->Configure();
  const auto colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  int port = colon == std::string::npos ? -1 : std::atoi(listen.c_str() + colon + 1);
  if (port == 0) {
    port = state->server.bind_to_any_port(host);
  } else if (port > 0 && !state->server.bind_to_port(host, port)) {
    port = -1;
  }
  if (port < 0) {
    return runtime::Fail(runtime::Code::kUnavailable, "ADDRESS_NOT_BOUND", "EMULATOR_LISTEN " + listen + " cannot be bound.");
  }
  state->server.RaiseBacklog();
  state->address = listen.substr(0, colon) + ":" + std::to_string(port);
  state->acceptor = std::jthread([server = &state->server] {
    if (!server->listen_after_bind()) runtime::log::Error("the HTTP server has ended");
  });
  // httplib's stop() does nothing to a server that does not run yet.
  const auto deadline = runtime::DeadlineAfter(std::chrono::seconds(5));
  while (!state->server.is_running() && runtime::TimeLeft(deadline).count() > 0) std::this_thread::yield();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::~HttpServer() { state_->server.stop(); }

const std::string& HttpServer::address() const { return state_->address; }

}  // namespace inkwell::emulator
