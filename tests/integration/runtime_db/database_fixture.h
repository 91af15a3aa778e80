#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "runtime_db/database.h"
#include "tests/support/postgres_cluster.h"

namespace inkwell::testing {

// One cluster for the program, a database for each test.
class DatabaseTest : public ::testing::Test {
 protected:
  static PostgresCluster& Cluster() {
    static PostgresCluster cluster;
    return cluster;
  }

  void SetUp() override {
    static int count = 0;
    name_ = "test_" + std::to_string(++count);
    Cluster().CreateDatabase(name_);
  }

  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] runtime::DatabaseOptions Options(int connections = 2) const {
    runtime::DatabaseOptions options;
    options.url = Cluster().url(name_);
    options.application_name = "inkwell-test";
    options.connections = connections;
    return options;
  }

  [[nodiscard]] static std::unique_ptr<runtime::Database> Open(const runtime::DatabaseOptions& options) {
    auto database = runtime::Database::Create(options);
    EXPECT_TRUE(database.has_value());
    return database ? *std::move(database) : nullptr;
  }

  std::string Sql(const std::string& sql) { return Cluster().Execute(name_, sql); }

 private:
  std::string name_;
};

// One statement, with its own deadline.
inline runtime::Result<runtime::Rows> RunOne(runtime::Database& database, const runtime::Statement& statement,
                                             std::initializer_list<runtime::Parameter> parameters = {},
                                             std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
  return database.Run<runtime::Rows>(runtime::DeadlineAfter(timeout),
                                     [&](runtime::Connection& connection) { return connection.Execute(statement, parameters); });
}

}  // namespace inkwell::testing
