#pragma once

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/http/edge_server.h"
#include "tests/integration/edge/raw_client.h"

namespace inkwell::gateway {

// Replies that handlers left for the test to send, from its own thread.
class HeldReplies final {
 public:
  void Put(RequestInfo info, Reply reply);
  // Waits for one; null after five seconds.
  [[nodiscard]] std::optional<Reply> Take();
  [[nodiscard]] bool Empty();

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Reply> replies_;  // guarded by mutex_
};

// A running edge on a free port with routes that cover each way to answer:
// GET /hello at once, GET /later and POST /keep (limit 200,000) by the test, GET /drop never, GET /large 4 MiB that all answers
// share, GET /copy as much of its own, GET /medium kMediumBody, POST /echo (limit 1000) the body, POST /upload (limit 200,000)
// its size, GET /inspect what RequestInfo says, GET /bad a header that cannot be sent. GET /livez and POST /posts (limit
// kRawLimit) are for the raw cases.
class EdgeTest : public ::testing::Test {
 protected:
  EdgeTest();
  ~EdgeTest() override;

  void Start();
  [[nodiscard]] RawClient Connect(int receive_buffer = 0) const { return RawClient(server_->port(), receive_buffer); }
  // One request on a connection of its own.
  [[nodiscard]] RawAnswer Ask(const std::string& bytes) const;
  // The sum of a metric's values, or of those with a label of this value.
  [[nodiscard]] double Metric(const std::string& name, const std::string& label = "") const;

  EdgeOptions options_;
  prometheus::Registry metrics_;
  HeldReplies held_;
  std::unique_ptr<EdgeServer> server_;
};

inline constexpr std::size_t kRawLimit = 20'000;
inline constexpr std::size_t kMediumBody = 100'000;
inline constexpr std::size_t kLargeBody = std::size_t{4} * 1024 * 1024;

std::string Get(const std::string& path, const std::string& fields = "");
std::string Post(const std::string& path, const std::string& fields, const std::string& body);

}  // namespace inkwell::gateway
