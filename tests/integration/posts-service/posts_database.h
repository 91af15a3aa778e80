#pragma once

#include <memory>
#include <string>

#include "runtime_db/database.h"
#include "tests/support/postgres_cluster.h"

namespace inkwell::posts {

// The cluster of this test program, made at first use.
testing::PostgresCluster& SharedCluster();

// A fresh, migrated database of that cluster, as a role that may use the schema's rows and no more. `url` gets the superuser's
// URL.
std::unique_ptr<runtime::Database> MakePostsDatabase(std::string* url = nullptr);

}  // namespace inkwell::posts
