#include "gateway/http/dispatcher.h"

#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "gateway/http/octets.h"
#include "gateway/http/request_record.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

// std::regex recurses for each byte it matches: the path it sees is bounded, far below what a thread's stack takes.
constexpr std::size_t kMaxPath = 1024;

// A request line for httplib to read; what it writes is dropped, since the answer goes out through the Reply.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view input) : input_(input) {}

  [[nodiscard]] bool is_readable() const override { return true; }
  ssize_t read(char* ptr, size_t size) override {
    const std::size_t taken = std::min(size, input_.size());
    std::memcpy(ptr, input_.data(), taken);
    input_.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char*, size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

  // Pure virtual in some versions of httplib and absent in others, so `override` cannot be said.
  // NOLINTBEGIN(modernize-use-override,clang-diagnostic-inconsistent-missing-override)
  [[nodiscard]] virtual bool is_writable() const { return true; }
  [[nodiscard]] virtual bool wait_readable() const { return true; }
  [[nodiscard]] virtual bool wait_writable() const { return true; }
  [[nodiscard]] virtual time_t duration() const { return 0; }
  // NOLINTEND(modernize-use-override,clang-diagnostic-inconsistent-missing-override)

 private:
  std::string_view input_;
};

struct Pattern {
  std::string regex;
  std::vector<std::string> parameters;
};

// "/api/posts/{id}" → "/api/posts/([^/]+)". Fails with the reason.
runtime::Result<Pattern> ParsePattern(std::string_view pattern) {
  const auto bad = [&](std::string_view why) {
    return runtime::Fail(runtime::Code::kInvalidArgument, "BAD_ROUTE", "route " + std::string(pattern) + ": " + std::string(why));
  };
  if (pattern.empty() || pattern.front() != '/') return bad("a pattern begins with '/'");
  Pattern result;
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] != '{') {
      if (std::string_view("\\^$.|?*+()[]}").find(pattern[i]) != std::string_view::npos) result.regex.push_back('\\');
      result.regex.push_back(pattern[i++]);
      continue;
    }
    const std::size_t end = pattern.find('}', i);
    if (end == std::string_view::npos || pattern[i - 1] != '/') return bad("a parameter is a whole segment");
    std::string_view name = pattern.substr(i + 1, end - i - 1);
    const bool rest = name.ends_with("...");
    if (rest) name.remove_suffix(3);
    const bool last = end + 1 == pattern.size();
    if (name.empty() || (rest && !last) || (!last && pattern[end + 1] != '/')) return bad("a parameter is a whole segment");
    result.parameters.emplace_back(name);
    result.regex.append(rest ? "(.+)" : "([^/]+)");
    i = end + 1;
  }
  return result;
}

bool HasEncodedSlash(std::string_view path) {
  return path.find("%2f") != std::string_view::npos || path.find("%2F") != std::string_view::npos;
}

}  // namespace

class Dispatcher::Router final : private httplib::Server {
 public:
  explicit Router(const RouteTable& routes) : routes_(routes), parameters_(routes.size()) {
    // Only a handler of ours can throw here, and its Reply answers 500 while the stack unwinds.
    set_exception_handler([](const httplib::Request&, httplib::Response&, const std::exception_ptr&) {
      runtime::log::Error("a handler threw an exception");
    });
  }

  [[nodiscard]] runtime::Result<void> Add(std::size_t index) {
    const Route& route = routes_[index];
    const auto pattern = ParsePattern(route.pattern);
    if (!pattern) return tl::unexpected(pattern.error());
    parameters_[index] = pattern->parameters;
    const auto handler = [this, index](const httplib::Request& request, httplib::Response&) { OnMatch(index, request); };
    if (route.method == "GET") {
      Get(pattern->regex, handler);
      methods_.insert("HEAD");
    } else if (route.method == "POST") {
      Post(pattern->regex, handler);
    } else if (route.method == "PUT") {
      Put(pattern->regex, handler);
    } else if (route.method == "PATCH") {
      Patch(pattern->regex, handler);
    } else if (route.method == "DELETE") {
      Delete(pattern->regex, handler);
    } else if (route.method == "OPTIONS") {
      Options(pattern->regex, handler);
    } else {
      return runtime::Fail(runtime::Code::kInvalidArgument, "BAD_ROUTE", "route " + route.pattern + ": method not served");
    }
    methods_.insert(route.method);
    return {};
  }

  // Hands record and reply to the handler; the reply stays here when nothing matches.
  [[nodiscard]] bool Call(const std::shared_ptr<RequestRecord>& record, Reply& reply) {
    record_ = &record;
    reply_ = &reply;
    matched_ = nullptr;
    Run(record->method, record->target);
    record_ = nullptr;
    reply_ = nullptr;
    return matched_ != nullptr;
  }

  [[nodiscard]] const Route* Find(std::string_view method, std::string_view target) {
    matched_ = nullptr;
    Run(method, target);
    return matched_;
  }

  [[nodiscard]] const std::set<std::string>& methods() const { return methods_; }

 private:
  // httplib sees method and path, and nothing else: 0.11 finds no route for a query that has a '?' of its own (RFC 3986
  // section 3.4 allows it), and what is behind the path chooses no route. All that it does with fields and bodies (decoding
  // values, ranges, compression, multipart by regex) cannot happen here, and the copy of each header into its multimap is saved.
  void Run(std::string_view method, std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    if (path.size() > kMaxPath) return;
    encoded_slash_ = HasEncodedSlash(path);
    line_.assign(method).append(" ").append(path).append(" HTTP/1.1\r\n");
    // Without it, httplib reads the bodies of these methods up to the end of the stream.
    if (method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE") line_.append("Content-Length: 0\r\n");
    line_.append("\r\n");
    MemoryStream stream(line_);
    ProcessRequest(*this, stream);
  }

  // A template, so that the signature is chosen that this httplib has: 0.18 wants the addresses, 0.11 asks the stream.
  template <typename Self>
  static void ProcessRequest(Self& self, httplib::Stream& stream) {
    static const std::string kNone;
    bool closed = false;
    if constexpr (requires { self.process_request(stream, false, closed, nullptr); }) {
      self.process_request(stream, false, closed, nullptr);
    } else {
      self.process_request(stream, kNone, 0, kNone, 0, false, closed, nullptr);
    }
  }

  void OnMatch(std::size_t index, const httplib::Request& request) {
    // httplib decodes before it matches, but an encoded slash separates no segments (RFC 3986 section 2.2). Only a rest may have
    // one.
    if (encoded_slash_ && !routes_[index].pattern.ends_with("...}")) return;
    matched_ = &routes_[index];
    if (reply_ == nullptr) return;
    RequestRecord& record = **record_;
    record.route = matched_;
    record.route_pattern = matched_->pattern;
    const std::vector<std::string>& names = parameters_[index];
    record.path_parameters.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) record.path_parameters.emplace_back(names[i], request.matches[i + 1].str());
    matched_->handler(request, RequestInfo(*record_), std::move(*reply_));
  }

  const RouteTable& routes_;
  std::vector<std::vector<std::string>> parameters_;  // by route
  std::set<std::string> methods_;
  std::string line_;
  // During one call:
  const std::shared_ptr<RequestRecord>* record_ = nullptr;
  Reply* reply_ = nullptr;
  const Route* matched_ = nullptr;
  bool encoded_slash_ = false;  // in the path
};

Dispatcher::Dispatcher(std::unique_ptr<Router> router) : router_(std::move(router)) {}
Dispatcher::~Dispatcher() = default;

runtime::Result<std::unique_ptr<Dispatcher>> Dispatcher::Create(const RouteTable& routes) {
  auto router = std::make_unique<Router>(routes);
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (const auto added = router->Add(i); !added) return tl::unexpected(added.error());
  }
  return std::unique_ptr<Dispatcher>(new Dispatcher(std::move(router)));
}

void Dispatcher::Dispatch(const std::shared_ptr<RequestRecord>& record, Reply reply) {
  if (!router_->Call(record, reply)) std::move(reply).Send(NoRoute(*record));
}

const Route* Dispatcher::Find(const RequestRecord& record) { return router_->Find(record.method, record.target); }

Response Dispatcher::NoRoute(const RequestRecord& record) {
  std::string allow;
  for (const std::string& method : router_->methods()) {
    if (record.target != "*" && router_->Find(method, record.target) == nullptr) continue;
    if (!allow.empty()) allow.append(", ");
    allow.append(method);
  }
  if (allow.empty()) return ProblemResponse({404, "NOT_FOUND", "There is nothing at this path."}, record.request_id);
  if (record.method == "OPTIONS") return {204, {}, {}, {{"Allow", allow}}};
  Response response = ProblemResponse({405, "METHOD_NOT_ALLOWED", "This path does not take this method."}, record.request_id);
  response.headers.push_back({"Allow", allow});
  return response;
}

}  // namespace inkwell::gateway
