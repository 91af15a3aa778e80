// 300 clients each that send their head slowly, send their body slowly, say nothing, and do not read, for a minute, beside one
// that behaves: it is served as if they were not there, and each of them is cut within 30 s.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

#include "tests/faults/drill.h"
#include "tests/support/process_usage.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kOfEachKind = 300;
constexpr auto kLength = 60s;
constexpr auto kLongestLife = 30s;
constexpr auto kAbsence = 5s;
constexpr std::size_t kResidentLimitKib = std::size_t{96} * 1024;

milliseconds Since(Clock::time_point start) { return std::chrono::duration_cast<milliseconds>(Clock::now() - start); }

// Clients of one kind. One that was cut comes again after a while.
class SlowClients final {
 public:
  // Each sends `first`, then a byte of `drip` now and then. They take nothing from the socket.
  SlowClients(int port, std::string first, char drip)
      : port_(port), first_(std::move(first)), drip_(drip), clients_(kOfEachKind) {}
  ~SlowClients() {
    for (Client& client : clients_) Drop(client);
  }
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

  // Looks once at each of them.
  void Step() {
    int opened = 0;
    for (Client& client : clients_) {
      if (client.fd < 0) {
        if (client.start != Clock::time_point() && Since(client.cut) < kAbsence) continue;
        // As fast as clients come: a wave of them, not all at one instant.
        if (++opened <= 10) Open(client);
        continue;
      }
      pollfd state{client.fd, POLLRDHUP, 0};
      if (::poll(&state, 1, 0) == 1) {
        ++cut_;
        longest_ = std::max(longest_, Since(client.start));
        client.cut = Clock::now();
        Drop(client);
      } else if (drip_ != '\0' && Since(client.last_byte) > 1s) {
        client.last_byte = Clock::now();
        (void)::send(client.fd, &drip_, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
      }
    }
  }
  // The longest life, also of those that still live.
  [[nodiscard]] milliseconds longest() const {
    milliseconds longest = longest_;
    for (const Client& client : clients_) {
      if (client.fd >= 0) longest = std::max(longest, Since(client.start));
    }
    return longest;
  }
  [[nodiscard]] int cut() const { return cut_; }

 private:
  struct Client {
    int fd = -1;
    Clock::time_point start{};
    Clock::time_point last_byte{};
    Clock::time_point cut{};
  };

  void Open(Client& client) {
    client.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int buffer = 4096;
    ::setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client.start = client.last_byte = Clock::now();
    if (::connect(client.fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return Drop(client);
    (void)::send(client.fd, first_.data(), first_.size(), MSG_NOSIGNAL);
  }
  static void Drop(Client& client) {
    if (client.fd >= 0) ::close(client.fd);
    client.fd = -1;
  }

  const int port_;
  const std::string first_;
  const char drip_;
  std::vector<Client> clients_;
  milliseconds longest_{0};
  int cut_ = 0;
};

// One person who uses the app all the while.
class GoodClient final {
 public:
  GoodClient(int port, const std::string& token) : http_(port, token), thread_([this] { Run(); }) {}
  void Stop() {
    stop_ = true;
    thread_.join();
    std::sort(took_.begin(), took_.end());
  }
  [[nodiscard]] std::size_t requests() const { return took_.size(); }
  [[nodiscard]] std::size_t served() const { return served_; }
  [[nodiscard]] milliseconds Percentile(double share) const {
    return took_[static_cast<std::size_t>(share * static_cast<double>(took_.size() - 1))];
  }

 private:
  void Run() {
    while (!stop_) {
      Count(200, [&] { return http_.Get("/livez"); });
      Count(200, [&] { return http_.Get("/api/me"); });
      Count(201, [&] { return http_.Post("/api/posts", R"({"title":"Among slow ones"})"); });
      Count(200, [&] { return http_.Get("/api/posts?limit=1"); });
    }
  }
  template <typename Ask>
  void Count(int expected, Ask ask) {
    const auto start = Clock::now();
    served_ += ask().status == expected ? 1 : 0;
    took_.push_back(Since(start));
  }

  e2e::HttpClient http_;
  std::vector<milliseconds> took_;
  std::size_t served_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

void RaiseDescriptorLimit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

class SlowClientsDrill : public Drill {
 protected:
  static void SetUpTestSuite() {
    RaiseDescriptorLimit();  // before the gateway inherits it
    Drill::SetUpTestSuite();
  }
  // Lives for the whole drill, unlike Clerk's, whose page fetches another one each minute.
  static std::string TokenOf(const std::string& user) {
    return stack().clerk().SessionToken(user, {{"exp", e2e::NowMilliseconds() / 1000 + 600}});
  }
};

TEST_F(SlowClientsDrill, NobodyElseNoticesThem) {
  const std::string writer = NewUser();
  const std::string large = R"({"title":"Large","content":")" + std::string(100'000, 'w') + R"("})";
  e2e::HttpClient author = stack().ClientOf(writer);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(author.Post("/api/posts", large).status, 201);
  ASSERT_GT(author.Get("/api/posts?limit=100").body.size(), 1'000'000U);

  const int port = stack().gateway_port();
  const std::string session = "Authorization: Bearer " + TokenOf(writer) + "\r\n";
  SlowClients heads(port, "GET /livez HTTP/1.1\r\nHost: a\r\nX: ", 'x');
  SlowClients bodies(port, "POST /api/posts HTTP/1.1\r\nHost: a\r\n" + session + "Content-Length: 100000\r\n\r\n{", ' ');
  SlowClients idle(port, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", '\0');
  SlowClients readers(port, "GET /api/posts?limit=100 HTTP/1.1\r\nHost: a\r\n" + session + "\r\n", '\0');

  const auto start = Clock::now();
  GoodClient good(port, TokenOf(NewUser()));
  std::size_t resident_kib = 0;
  while (Since(start) < kLength) {
    for (SlowClients* kind : {&heads, &bodies, &idle, &readers}) kind->Step();
    resident_kib = std::max(resident_kib, testing::UsageOf(stack().gateway().pid()).resident_kib);
    ::poll(nullptr, 0, 50);
  }
  good.Stop();

  for (const auto& [kind, clients] : {std::pair<const char*, SlowClients*>{"slow heads", &heads},
                                      {"slow bodies", &bodies},
                                      {"idle", &idle},
                                      {"slow readers", &readers}}) {
    EXPECT_LE(clients->longest(), kLongestLife) << kind;
    EXPECT_GE(clients->cut(), static_cast<int>(kOfEachKind)) << kind;
    std::cout << "[  drill   ] " << kind << ": " << clients->cut() << " cut, the oldest after " << clients->longest().count()
              << " ms\n";
  }
  ASSERT_GT(good.requests(), 100U);
  EXPECT_GE(good.served() * 100, good.requests() * 99);
  EXPECT_LE(good.Percentile(0.99), 500ms);
  EXPECT_GT(resident_kib, 0U);
  if (testing::kResidentMemoryCounts) {
    EXPECT_LT(resident_kib, kResidentLimitKib);
  }
  std::cout << "[  drill   ] good client: " << good.served() << " of " << good.requests() << " served, p50 "
            << good.Percentile(0.5).count() << " ms, p99 " << good.Percentile(0.99).count() << " ms; gateway at most "
            << resident_kib << " KiB\n";
}

}  // namespace
}  // namespace inkwell::faults
