#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace inkwell::runtime {
class Database;
}

namespace inkwell::posts {

// Brings the schema up to date in the background, as soon as PostgreSQL lets it: the program starts in any order with its
// database. One log line when it has to wait, one when it is done.
class SchemaPreparation final {
 public:
  // `ready` is called once, when the schema is up to date; `failed` once instead, when it cannot be (a migration was changed, or
  // the database is newer than the program). Both from this object's thread.
  SchemaPreparation(runtime::Database& database, std::function<void()> ready, std::function<void()> failed);

 private:
  void Run(const std::stop_token& stop);

  runtime::Database& database_;
  const std::function<void()> ready_;
  const std::function<void()> failed_;
  std::jthread thread_;  // last
};

}  // namespace inkwell::posts
