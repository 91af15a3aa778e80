// inkwell-backfill: starts a backfill in user-sync-service and shows how far it is. What it asks for can be asked with grpcurl as
// well (docs/operations.md).
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"
#include "runtime/grpc_client.h"
#include "runtime/log.h"
#include "runtime/settings.h"

namespace inkwell::users {
namespace {

using Progress = v1::BackfillUsersResponse;

constexpr std::chrono::hours kLongestRun{24};
constexpr int kMaxInterruptions = 5;
constexpr std::chrono::seconds kPause{2};

struct Config {
  runtime::CommonSettings common;
  std::string target;
  bool delete_missing = false;
  std::string resume_token;
};

// One line that is drawn anew on a terminal, and a line now and then elsewhere.
class ProgressView final {
 public:
  void Show(const Progress& progress) {
    const bool copying = progress.phase() == Progress::PHASE_COPYING;
    const std::string label = copying ? "copying   " : "confirming";
    const double share =
        progress.total() == 0 ? 1.0 : static_cast<double>(progress.done()) / static_cast<double>(progress.total());
    const std::string figures = std::to_string(progress.done()) + "/" + std::to_string(progress.total());
    if (on_terminal_) {
      const auto filled = static_cast<std::size_t>(share * kWidth);
      std::cout << "\r\x1b[K" << label << " [" << std::string(filled, '#') << std::string(kWidth - filled, '.') << "] " << figures
                << std::flush;
    } else if (const int percent = static_cast<int>(share * 100); percent / 10 != shown_ / 10 || copying != was_copying_) {
      std::cout << label << " " << percent << " % " << figures << "\n";
      shown_ = percent;
    }
    was_copying_ = copying;
  }
  void End() const {
    if (on_terminal_) std::cout << "\n";
  }

 private:
  static constexpr std::size_t kWidth = 40;
  const bool on_terminal_ = isatty(STDOUT_FILENO) == 1;
  int shown_ = -10;
  bool was_copying_ = true;
};

void PrintTotals(const Progress& last) {
  std::cout << "applied " << last.applied() << ", unchanged " << last.unchanged() << ", missing " << last.missing()
            << ", deleted " << last.deleted() << "\n";
  if (last.missing() > last.deleted()) {
    std::cout << "Users that Clerk does not have any more were only counted; --delete-missing=true deletes them.\n";
  }
}

// Until the run ends; goes on from where it was when only the connection or the service went away.
int Run(const Config& config) {
  const auto channel = runtime::MakeChannel(config.target, config.common.tls);
  const auto stub = v1::UserService::NewStub(channel);
  v1::BackfillUsersRequest request;
  request.set_delete_missing(config.delete_missing);
  request.set_resume_token(config.resume_token);
  for (int interruptions = 0;;) {
    grpc::ClientContext context;
    runtime::WriteCallContext(
        {{runtime::Principal::Kind::kOperator, "inkwell-backfill"}, "", runtime::DeadlineAfter(kLongestRun)}, context);
    ProgressView view;
    Progress last;
    const auto stream = stub->BackfillUsers(&context, request);
    while (stream->Read(&last)) view.Show(last);
    view.End();
    const auto status = stream->Finish();
    if (status.ok()) {
      PrintTotals(last);
      return 0;
    }
    const auto error = runtime::FromGrpcStatus(status);
    std::cerr << "inkwell-backfill: " << error.message << " (" << error.reason << ")\n";
    if (!last.resume_token().empty()) request.set_resume_token(last.resume_token());
    if (error.code != runtime::Code::kUnavailable || ++interruptions > kMaxInterruptions) {
      if (!request.resume_token().empty()) std::cerr << "To go on from here: --resume-token=" << request.resume_token() << "\n";
      return 1;
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace
}  // namespace inkwell::users

int main(int argc, char** argv) {
  inkwell::runtime::Settings settings("inkwell-backfill",
                                      "Copies every Clerk user into user-sync-service and shows the progress.", argc, argv);
  inkwell::users::Config config;
  config.common = inkwell::runtime::ReadCommonSettings(settings);
  config.target =
      settings.String("USERS_TARGET", "127.0.0.1:50051", "Where user-sync-service is, host:port, dns:///… or unix:/path");
  config.delete_missing = settings.Bool("DELETE_MISSING", false, "Delete users that Clerk confirms to be gone, at most 5 %");
  config.resume_token = settings.String("RESUME_TOKEN", "", "Go on where an interrupted run ended");
  if (const auto exit_code = settings.Finish()) return *exit_code;
  inkwell::runtime::log::Configure("inkwell-backfill", config.common.log_level, config.common.log_format);
  return inkwell::users::Run(config);
}
