#include "user-sync-service/libpq.h"

#include <array>
#include <utility>

namespace inkwell::users {

ConnectionPtr Connect(const std::string& url, const char* application_name) {
  struct Parameter {
    const char* name;
    const char* value;
  };
  // What stands after `dbname` overrides the URL. A null name ends them.
  const std::array parameters{Parameter{"dbname", url.c_str()},       Parameter{"application_name", application_name},
                              Parameter{"connect_timeout", "2"},      Parameter{"keepalives_idle", "10"},
                              Parameter{"keepalives_interval", "5"},  Parameter{"keepalives_count", "3"},
                              Parameter{"tcp_user_timeout", "10000"}, Parameter{nullptr, nullptr}};
  std::array<const char*, parameters.size()> names{};
  std::array<const char*, parameters.size()> values{};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    names.at(i) = parameters.at(i).name;
    values.at(i) = parameters.at(i).value;
  }
  ConnectionPtr connection(PQconnectdbParams(names.data(), values.data(), /*expand_dbname=*/1));
  return PQstatus(connection.get()) == CONNECTION_OK ? std::move(connection) : nullptr;
}

}  // namespace inkwell::users
