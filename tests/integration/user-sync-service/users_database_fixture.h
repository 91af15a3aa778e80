#pragma once

#include "runtime_db/migrator.h"
#include "runtime_db/schema_owner.h"
#include "tests/integration/runtime_db/database_fixture.h"
#include "user-sync-service/migrations.h"
#include "user-sync-service/postgres_user_repository.h"

namespace inkwell::users {

constexpr std::chrono::seconds kPatience{20};

// A database of the cluster with the service's schema, empty; used as a role that may use the schema's rows and no more.
class UsersDatabase final {
 public:
  explicit UsersDatabase(testing::PostgresCluster& cluster, int connections = 8) : cluster_(cluster) {
    static int count = 0;
    name_ = "users_" + std::to_string(++count);
    runtime::DatabaseOptions options;
    options.url = cluster.CreateDatabase(name_);
    options.application_name = "inkwell-test";
    options.connections = connections;
    options.session_settings = SessionSettings();
    const auto owner = runtime::Database::Create(options).value();
    EXPECT_EQ(runtime::Migrate(*owner, "users", Migrations(), runtime::DeadlineAfter(kPatience)).value_or(-1), 3);
    cluster.Execute(name_, "CREATE ROLE " + name_ + " LOGIN");
    EXPECT_TRUE(runtime::GrantUse(*owner, "users", name_, runtime::DeadlineAfter(kPatience)));
    options.url = "postgresql://" + name_ + "@127.0.0.1:" + std::to_string(cluster.port()) + "/" + name_;
    database_ = runtime::Database::Create(options).value();
    repository_ = std::make_unique<PostgresUserRepository>(*database_);
  }

  [[nodiscard]] runtime::Database& database() { return *database_; }
  [[nodiscard]] PostgresUserRepository& repository() { return *repository_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string url() const { return cluster_.url(name_); }
  std::string Sql(const std::string& sql) { return cluster_.Execute(name_, sql); }

  Verdict Apply(const UserEvent& event) {
    const UserEvent* const ref = &event;
    return repository_->Apply({&ref, 1}, {}, runtime::DeadlineAfter(kPatience)).value().at(0);
  }
  std::optional<StoredUser> Find(const std::string& id) {
    const auto found = repository_->Find({&id, 1}, runtime::DeadlineAfter(kPatience)).value();
    return found.empty() ? std::nullopt : std::optional(found.front());
  }

 private:
  testing::PostgresCluster& cluster_;
  std::string name_;
  std::unique_ptr<runtime::Database> database_;
  std::unique_ptr<PostgresUserRepository> repository_;
};

// One cluster for the program.
inline testing::PostgresCluster& SharedCluster() {
  static testing::PostgresCluster cluster;
  return cluster;
}

}  // namespace inkwell::users
