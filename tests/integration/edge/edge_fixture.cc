#include "tests/integration/edge/edge_fixture.h"

#include <httplib.h>

#include <chrono>

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;

void Inspect(const httplib::Request& request, RequestInfo info, Reply reply) {
  std::string text = "method=" + request.method + " path=" + request.path + " target=" + std::string(info.target()) +
                     " client=" + std::string(info.client_address()) + " id=" + std::string(info.PathParameter("id")) +
                     " x=" + std::string(info.Header("x-test").value_or("none")) +
                     " xs=" + std::to_string(info.Headers("X-Test").size()) +
                     " decoded=" + (request.has_header("X-Test") ? "yes" : "no");
  std::move(reply).Send(TextResponse(200, std::move(text)));
}

RouteTable Routes(HeldReplies& held) {
  static const std::string large(kLargeBody, 'L');
  RouteTable routes;
  routes.push_back({"GET", "/hello", [](const httplib::Request&, RequestInfo, Reply reply) {
                      std::move(reply).Send(TextResponse(200, "hello"));
                    }});
  routes.push_back({"GET", "/later", [&held](const httplib::Request&, RequestInfo info, Reply reply) {
                      held.Put(std::move(info), std::move(reply));
                    }});
  routes.push_back(
      {"POST", "/keep",
       [&held](const httplib::Request&, RequestInfo info, Reply reply) { held.Put(std::move(info), std::move(reply)); },
       200'000});
  routes.push_back({"GET", "/drop", [](const httplib::Request&, RequestInfo, const Reply&) {}});
  routes.push_back({"GET", "/large", [](const httplib::Request&, RequestInfo, Reply reply) {
                      std::move(reply).Send({200, "text/plain", Body::Static(large), {}});
                    }});
  for (const auto& [path, size] : {std::pair("/copy", kLargeBody), std::pair("/medium", kMediumBody)}) {
    routes.push_back({"GET", path, [size = size](const httplib::Request&, RequestInfo, Reply reply) {
                        std::move(reply).Send(TextResponse(200, std::string(size, 'C')));
                      }});
  }
  routes.push_back({"POST", "/echo",
                    [](const httplib::Request&, RequestInfo info, Reply reply) {
                      std::move(reply).Send(TextResponse(200, std::string(info.body())));
                    },
                    1000});
  routes.push_back({"POST", "/upload",
                    [](const httplib::Request&, RequestInfo info, Reply reply) {
                      std::move(reply).Send(TextResponse(200, std::to_string(info.body().size())));
                    },
                    200'000});
  routes.push_back({"GET", "/livez", [](const httplib::Request&, RequestInfo, Reply reply) {
                      std::move(reply).Send(TextResponse(200, "alive"));
                    }});
  routes.push_back({"POST", "/posts",
                    [](const httplib::Request&, const RequestInfo& info, Reply reply) {
                      const bool whole = info.body().starts_with(R"({"title":"x"})");
                      if (whole) return std::move(reply).Send(JsonResponse(200, "{}"));
                      std::move(reply).Fail({400, "INVALID_JSON", "This is not the body of the raw cases.", {}});
                    },
                    kRawLimit});
  routes.push_back({"GET", "/inspect/{id}", Inspect});
  routes.push_back({"GET", "/bad", [](const httplib::Request&, RequestInfo, Reply reply) {
                      std::move(reply).Send({302, "", {}, {{"Location", "/\r\nSet-Cookie: a=b"}}});
                    }});
  return routes;
}

}  // namespace

void HeldReplies::Put(RequestInfo, Reply reply) {
  const std::lock_guard lock(mutex_);
  replies_.push_back(std::move(reply));
  arrived_.notify_one();
}

bool HeldReplies::Empty() {
  const std::lock_guard lock(mutex_);
  return replies_.empty();
}

std::optional<Reply> HeldReplies::Take() {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, 5s, [&] { return !replies_.empty(); })) return std::nullopt;
  Reply reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

EdgeTest::EdgeTest() { options_.tick = 5ms; }
EdgeTest::~EdgeTest() = default;

void EdgeTest::Start() {
  auto server = EdgeServer::Create(options_, Routes(held_), metrics_);
  ASSERT_TRUE(server.has_value()) << server.error().message;
  const auto started = (*server)->Start();
  ASSERT_TRUE(started.has_value()) << started.error().message;
  server_ = std::move(*server);
}

RawAnswer EdgeTest::Ask(const std::string& bytes) const {
  RawClient client = Connect();
  client.Send(bytes);
  return client.Read(bytes.starts_with("HEAD "));
}

double EdgeTest::Metric(const std::string& name, const std::string& label) const {
  double sum = 0;
  for (const auto& family : metrics_.Collect()) {
    if (family.name != name) continue;
    for (const auto& metric : family.metric) {
      bool matches = label.empty();
      for (const auto& pair : metric.label) matches = matches || pair.value == label;
      if (matches) sum += family.type == prometheus::MetricType::Gauge ? metric.gauge.value : metric.counter.value;
    }
  }
  return sum;
}

std::string Get(const std::string& path, const std::string& fields) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string Post(const std::string& path, const std::string& fields, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

}  // namespace inkwell::gateway
