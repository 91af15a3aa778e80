#include "tests/integration/user-sync-service/fake_backend_api.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/eventually.h"

namespace inkwell::users {

struct FakeBackendApi::State {
  httplib::Server server;
  int port = 0;
  std::atomic<int> forced_status{0};
  std::mutex mutex;
  std::map<std::string, std::string> users;
  std::map<std::string, int> calls;
  std::string instance_id;
  std::condition_variable changed;
  bool hanging = false;
  bool ending = false;
  int hung = 0;
  std::jthread thread;

  void Answer(const std::string& user_id, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    ++calls[user_id];
    const auto user = users.find(user_id);
    response.status = forced_status != 0 ? forced_status.load() : user == users.end() ? 404 : 200;
    response.set_content(response.status == 200 ? user->second
                         : response.status == 404
                             ? R"({"errors":[{"code":"resource_not_found","message":"not found"}],"clerk_trace_id":"t"})"
                             : R"({"errors":[{"code":"too_many_requests","message":"later"}],"clerk_trace_id":"t"})",
                         "application/json");
  }
};

FakeBackendApi::FakeBackendApi() : state_(std::make_unique<State>()) {
  state_->server.set_tcp_nodelay(true);
  state_->server.Get(R"(/v1/users/([A-Za-z0-9_]+))",
                     [state = state_.get()](const httplib::Request& request, httplib::Response& response) {
                       state->Answer(request.matches[1], response);
                     });
  state_->server.set_pre_routing_handler([state = state_.get()](const httplib::Request&, httplib::Response&) {
    std::unique_lock lock(state->mutex);
    if (state->hanging) {
      ++state->hung;
      state->changed.notify_all();
      state->changed.wait(lock, [state] { return state->ending; });
    }
    return httplib::Server::HandlerResponse::Unhandled;
  });
  state_->server.Get("/v1/instance", [state = state_.get()](const httplib::Request&, httplib::Response& response) {
    const std::lock_guard lock(state->mutex);
    response.status = state->instance_id.empty() ? 404 : 200;
    if (response.status == 200) {
      response.set_content(nlohmann::json{{"object", "instance"}, {"id", state->instance_id}}.dump(), "application/json");
    }
  });
  state_->server.Delete(R"(/v1/users/([A-Za-z0-9_]+))",
                        [state = state_.get()](const httplib::Request& request, httplib::Response& response) {
                          state->Answer(request.matches[1], response);
                        });
  state_->port = state_->server.bind_to_any_port("127.0.0.1");
  state_->thread = std::jthread([state = state_.get()] { state->server.listen_after_bind(); });
  // stop() has no effect on a server that does not run yet.
  EXPECT_TRUE(testing::Eventually([this] { return state_->server.is_running(); }));
}

FakeBackendApi::~FakeBackendApi() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
    state_->changed.notify_all();
  }
  state_->server.stop();
}

std::string FakeBackendApi::url() const { return "http://127.0.0.1:" + std::to_string(state_->port); }

void FakeBackendApi::AddUser(const std::string& user_id, std::int64_t updated_at_ms, const std::string& first_name) {
  const nlohmann::json user{{"id", user_id},
                            {"object", "user"},
                            {"first_name", first_name},
                            {"last_name", nullptr},
                            {"primary_email_address_id", "idn_2"},
                            {"email_addresses",
                             {{{"id", "idn_1"}, {"email_address", "first@example.com"}, {"verification", nullptr}},
                              {{"id", "idn_2"}, {"email_address", "primary@example.com"}, {"verification", nullptr}}}},
                            {"public_metadata", {{"plan", "pro"}}},
                            {"created_at", 1'700'000'000'000},
                            {"updated_at", updated_at_ms}};
  const std::lock_guard lock(state_->mutex);
  state_->users[user_id] = user.dump();
}

void FakeBackendApi::BecomeInstance(const std::string& instance_id) {
  const std::lock_guard lock(state_->mutex);
  state_->instance_id = instance_id;
}

void FakeBackendApi::Hang() {
  const std::lock_guard lock(state_->mutex);
  state_->hanging = true;
}

bool FakeBackendApi::WaitForHungCall() {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, std::chrono::seconds(10), [this] { return state_->hung > 0; });
}

void FakeBackendApi::AnswerWith(int status) { state_->forced_status = status; }

int FakeBackendApi::calls(const std::string& user_id) const {
  const std::lock_guard lock(state_->mutex);
  return state_->calls[user_id];
}

}  // namespace inkwell::users
