#include "runtime/admin_server.h"

#include <httplib.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <sstream>
#include <thread>

#include "json_text.h"
#include "process_metrics.h"
#include "runtime/log.h"
#include "setting_values.h"

namespace inkwell::runtime {
namespace {

constexpr std::size_t kThreads = 2;
constexpr auto kStopPoll = std::chrono::milliseconds(5);

struct HostPort {
  std::string host;
  int port = 0;
};

// The address was checked by IsAddress.
HostPort SplitAddress(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  return {std::move(host), static_cast<int>(ParseInteger(listen.substr(colon + 1)).value_or(0))};
}

std::string ReadinessJson(const std::map<std::string, std::string>& missing) {
  std::string json = missing.empty() ? R"({"ready":true,"missing":{)" : R"({"ready":false,"missing":{)";
  bool first = true;
  for (const auto& [name, why] : missing) {
    json += first ? "\"" : ",\"";
    first = false;
    AppendJsonText(json, name);
    json += "\":\"";
    AppendJsonText(json, why);
    json += '"';
  }
  json += "}}\n";
  return json;
}

}  // namespace

struct AdminServer::State {
  State(std::shared_ptr<prometheus::Registry> registry, ReadinessProbe readiness)
      : metrics(std::move(registry)), probe(std::move(readiness)) {}

  const std::shared_ptr<prometheus::Registry> metrics;  // shared with main, which hands it to whoever counts
  const ReadinessProbe probe;
  const ProcessMetrics process_metrics;
  httplib::Server server;
  HostPort address;
  std::atomic<bool> shutting_down{false};
  std::promise<void> ended;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::jthread thread;  // last: it uses all of the above

  void SetUp();
  void AddRoutes();
  std::string MetricsText() const;
  void Serve(const std::stop_token& stop);
};

void AdminServer::State::SetUp() {
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(1);  // an idle connection would hold one of the few threads
  server.set_read_timeout(2, 0);
  server.set_write_timeout(2, 0);
  server.set_payload_max_length(1024);
  server.set_tcp_nodelay(true);
  // httplib's default sets SO_REUSEPORT: a second process would silently answer half of the probes.
  server.set_socket_options([](socket_t fd) {
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  server.set_exception_handler([](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
    response.status = 500;
    response.set_content("internal error\n", "text/plain");
  });
}

void AdminServer::State::AddRoutes() {
  server.Get("/livez", [](const httplib::Request&, httplib::Response& response) { response.set_content("ok\n", "text/plain"); });
  server.Get("/readyz", [this](const httplib::Request&, httplib::Response& response) {
    std::map<std::string, std::string> missing;
    if (shutting_down.load(std::memory_order_relaxed)) {
      missing.emplace("process", "shutting down");
    } else if (probe) {
      missing = probe();
    }
    response.status = missing.empty() ? 200 : 503;
    response.set_content(ReadinessJson(missing), "application/json");
  });
  server.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(MetricsText(), "text/plain; version=0.0.4; charset=utf-8");
  });
}

std::string AdminServer::State::MetricsText() const {
  std::vector<prometheus::MetricFamily> families = process_metrics.Collect();
  if (metrics) {
    for (prometheus::MetricFamily& family : metrics->Collect()) families.push_back(std::move(family));
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

// httplib ends its loop for good after a single failed accept (ENFILE, ECONNABORTED); the admin port must not die of that.
void AdminServer::State::Serve(const std::stop_token& stop) {
  while (true) {
    server.listen_after_bind();
    std::unique_lock lock(mutex);
    if (wake.wait_for(lock, stop, std::chrono::milliseconds(200), [&] { return stop.stop_requested(); })) break;
    lock.unlock();
    log::Warn("admin port stopped accepting; opening it again", {{"port", address.port}});
    if (!server.bind_to_port(address.host, address.port))
      log::Error("cannot open the admin port again", {{"port", address.port}});
  }
  ended.set_value();
}

Result<std::unique_ptr<AdminServer>> AdminServer::Start(const std::string& listen, std::shared_ptr<prometheus::Registry> metrics,
                                                        ReadinessProbe probe) {
  if (!IsAddress(listen) || listen.starts_with("unix:")) {
    return Fail(Code::kInvalidArgument, "INVALID_ADDRESS", "The admin address is not host:port.", {{"listen", listen}});
  }
  auto state = std::make_unique<State>(std::move(metrics), std::move(probe));
  state->address = SplitAddress(listen);
  state->SetUp();
  state->AddRoutes();
  HostPort& address = state->address;
  if (address.port == 0) {
    address.port = state->server.bind_to_any_port(address.host);
  } else if (!state->server.bind_to_port(address.host, address.port)) {
    address.port = -1;
  }
  if (address.port <= 0) {
    return Fail(Code::kUnavailable, "ADDRESS_IN_USE", "The admin server cannot listen at its address.", {{"listen", listen}});
  }
  State* serving = state.get();
  state->thread = std::jthread([serving](const std::stop_token& stop) { serving->Serve(stop); });
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(state)));
}

AdminServer::AdminServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

AdminServer::~AdminServer() {
  state_->thread.request_stop();
  // httplib's stop does nothing before its loop runs, says not when that is, and asserts when called twice.
  const std::future<void> ended = state_->ended.get_future();
  for (bool stopped = false; ended.wait_for(kStopPoll) != std::future_status::ready;) {
    if (!stopped && state_->server.is_running()) {
      state_->server.stop();
      stopped = true;
    }
  }
}

int AdminServer::port() const { return state_->address.port; }

void AdminServer::SetShuttingDown() { state_->shutting_down.store(true, std::memory_order_relaxed); }

}  // namespace inkwell::runtime
