#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "clerk/api/operations.h"

namespace clerk {
namespace {

using Routes = std::map<std::string, std::string>;  // operationId → "GET /users/{}"

std::string WithoutNames(std::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == '}') inside = false;
    if (!inside) out.push_back(c);
    if (c == '{') inside = true;
  }
  return out;
}

// The routes of the table: an optional segment stands for two, and a prefix before an argument is no part of the path.
std::set<std::string> RoutesOf(const Operation& operation) {
  std::string path(operation.path());
  if (const auto at = path.find("/oauth_{"); at != std::string::npos) path.erase(at + 1, std::string_view("oauth_").size());
  const std::string verb = std::string(operation.verb()) + " ";
  std::set<std::string> routes{verb + WithoutNames(path)};
  if (path.ends_with("?}")) routes.insert(verb + WithoutNames(path.substr(0, path.rfind('/'))));
  return routes;
}

std::map<std::string, std::set<std::string>> TableById() {
  std::map<std::string, std::set<std::string>> table;
  for (const Operation& operation : OperationTable::kRows) {
    std::istringstream ids{std::string(operation.operation_ids)};
    for (std::string id; ids >> id;) table[id].merge(RoutesOf(operation));
  }
  return table;
}

// The list that is kept in the project, so that the test holds without the specification.
Routes ReadList() {
  std::ifstream file(OPERATION_LIST);
  Routes routes;
  std::string verb;
  std::string path;
  for (std::string id; file >> verb >> path >> id;) routes[id] = verb + " " + WithoutNames(path);
  return routes;
}

TEST(BackendOperations, EachOneOfTheListIsReachableOrExcludedWithAReason) {
  const Routes list = ReadList();
  ASSERT_GT(list.size(), 200U);
  const auto table = TableById();
  std::map<std::string_view, std::string_view> excluded;
  for (const auto& [id, reason] : OperationTable::kExcluded) excluded[id] = reason;
  for (const auto& [id, route] : list) {
    const auto row = table.find(id);
    if (row == table.end()) {
      EXPECT_TRUE(excluded.contains(id) && !excluded.at(id).empty()) << id << " is neither in the table nor excluded";
    } else {
      EXPECT_TRUE(row->second.contains(route)) << id << " is not at " << route;
      EXPECT_FALSE(excluded.contains(id)) << id << " is both in the table and excluded";
    }
  }
}

TEST(BackendOperations, NamesNoneThatTheListLacks) {
  const Routes list = ReadList();
  for (const auto& [id, routes] : TableById()) EXPECT_TRUE(list.contains(id)) << id;
  for (const auto& [id, reason] : OperationTable::kExcluded) EXPECT_TRUE(list.contains(std::string(id))) << id;
}

TEST(BackendOperations, NamesEachOneOnce) {
  std::set<std::string_view> names;
  for (const Operation& operation : OperationTable::kRows) EXPECT_TRUE(names.insert(operation.name).second) << operation.name;
}

#ifdef SPECIFICATION
TEST(BackendOperations, TheListIsTheSpecification) {
  std::ifstream file(SPECIFICATION);
  const auto specification = nlohmann::json::parse(file);
  Routes routes;
  for (const auto& [path, verbs] : specification.at("paths").items()) {
    for (const auto& [verb, operation] : verbs.items()) {
      if (!operation.is_object() || !operation.contains("operationId")) continue;
      std::string upper = verb;
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      routes[operation["operationId"].get<std::string>()] = upper + " " + WithoutNames(path);
    }
  }
  EXPECT_EQ(ReadList(), routes);
}
#endif

}  // namespace
}  // namespace clerk
