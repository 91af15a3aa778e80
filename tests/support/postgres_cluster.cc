#include "tests/support/postgres_cluster.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "tests/support/eventually.h"
#include "tests/support/loopback.h"

namespace inkwell::testing {
namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(60);  // for machines under load

[[noreturn]] void Die(const std::string& what, const std::string& details) {
  std::fprintf(stderr, "PostgresCluster: %s\n%s\n", what.c_str(), details.c_str());
  std::abort();
}

// Debian keeps the server's programs out of PATH, one directory per major version: the newest wins.
fs::path FindBinaries() {
  fs::path best;
  int best_version = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best_version && fs::exists(entry.path() / "bin" / "initdb")) {
      best = entry.path() / "bin";
      best_version = version;
    }
  }
  if (best_version > 0) return best;
  for (const char* candidate : {"/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin"}) {
    if (fs::exists(fs::path(candidate) / "initdb")) return candidate;
  }
  Die("no initdb found", "Install the package postgresql.");
}

const passwd* ServerUser() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) Die("PostgreSQL refuses to run as root, and there is no user postgres", "");
  return user;
}

// Memory where there is enough: on a busy disk, checkpoints and recovery after StopMode::kImmediate take the tests' time.
fs::path ParentDirectory() {
  constexpr std::uintmax_t kEnough = std::uintmax_t{1} << 30;
  std::error_code error;
  const fs::space_info shm = fs::space("/dev/shm", error);
  const bool use_shm = !error && shm.available >= kEnough && access("/dev/shm", W_OK) == 0;
  return use_shm ? fs::path("/dev/shm") : fs::temp_directory_path();
}

std::string MakeDirectory() {
  std::string pattern = (ParentDirectory() / "inkwell-pg-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Die("cannot make a directory", pattern);
  if (const passwd* user = ServerUser(); user != nullptr && chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0) {
    Die("cannot give the directory to postgres", pattern);
  }
  return pattern;
}

}  // namespace

PostgresCluster::PostgresCluster() : directory_(MakeDirectory()) {
  const auto initdb = ChildProcess::Start(Command("initdb", {"-D", directory_ + "/data", "-U", "postgres", "-A", "trust", "-E",
                                                             "UTF8", "--no-locale", "--no-sync", "--wal-segsize=1"}));
  if (initdb->WaitForExit(kPatience) != 0) Die("initdb failed", initdb->Output());
  WriteConfiguration();
  // Another process may take the free port before PostgreSQL does.
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = FreePort();
    if (TryStart()) return;
  }
  Die("PostgreSQL does not start", postmaster_->Output());
}

PostgresCluster::~PostgresCluster() {
  if (postmaster_) Stop(StopMode::kImmediate);
  std::error_code error;
  fs::remove_all(directory_, error);
}

void PostgresCluster::WriteConfiguration() const {
  std::ofstream config(directory_ + "/data/postgresql.conf", std::ios::app);
  config << "listen_addresses = '127.0.0.1'\n"
         << "unix_socket_directories = '" << directory_ << "'\n"
         << "shared_buffers = 16MB\nmax_connections = 60\nmin_wal_size = 2MB\nmax_wal_size = 64MB\n"
         << "logging_collector = off\nlog_checkpoints = off\n"
         // What PostgreSQL has written outlives a crash of PostgreSQL; only one of the whole machine would need more.
         << "fsync = off\n";
  if (!config.flush()) Die("cannot write postgresql.conf", directory_);
}

ChildOptions PostgresCluster::Command(const std::string& program, std::vector<std::string> arguments) const {
  ChildOptions options;
  options.command = {(FindBinaries() / program).string()};
  std::move(arguments.begin(), arguments.end(), std::back_inserter(options.command));
  if (const passwd* user = ServerUser()) {
    options.user = user->pw_uid;
    options.group = user->pw_gid;
  }
  return options;
}

bool PostgresCluster::TryStart() {
  postmaster_ = ChildProcess::Start(Command("postgres", {"-D", directory_ + "/data", "-p", std::to_string(port_)}));
  const std::string where = url();
  const auto accepts = [&] { return PQping(where.c_str()) == PQPING_OK; };
  const bool settled =
      Eventually([&] { return accepts() || postmaster_->WaitForExit(std::chrono::milliseconds(0)).has_value(); }, kPatience);
  return settled && !postmaster_->WaitForExit(std::chrono::milliseconds(0));
}

void PostgresCluster::Start() {
  if (!TryStart()) Die("PostgreSQL does not start again", postmaster_->Output());
}

void PostgresCluster::Pause() { postmaster_->Suspend(); }

void PostgresCluster::Resume() { postmaster_->Resume(); }

void PostgresCluster::Stop(StopMode mode) {
  postmaster_->Signal(mode == StopMode::kFast ? SIGINT : SIGQUIT);
  if (!postmaster_->WaitForExit(kPatience)) Die("PostgreSQL does not stop", postmaster_->Output());
}

void PostgresCluster::Restart(StopMode mode) {
  Stop(mode);
  Start();
}

std::string PostgresCluster::CreateDatabase(const std::string& name) {
  (void)Execute("postgres", "CREATE DATABASE " + name);
  return url(name);
}

std::string PostgresCluster::Execute(const std::string& database, const std::string& sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url(database).c_str()), &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) Die(sql, PQerrorMessage(connection.get()));
  return PQntuples(result.get()) > 0 && PQnfields(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

std::string PostgresCluster::url(const std::string& database) const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresCluster::socket_url(const std::string& database) const {
  return "postgresql:///" + database + "?host=" + directory_ + "&port=" + std::to_string(port_) + "&user=postgres";
}

}  // namespace inkwell::testing
