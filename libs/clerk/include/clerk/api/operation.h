#pragma once

#include <string_view>

namespace clerk {

// One method of Clerk's SDKs, or one operation of the Backend API that they have no method for: how a call of it becomes an HTTP
// request. A row of OperationTable.
struct Operation {
  enum Trait : unsigned {
    kPlain = 0,
    kUnversioned = 1,        // the path has no version segment; the header Clerk-API-Version alone says it
    kMachineKey = 2,         // a machine secret key, the call's or the client's, goes before the secret key
    kWithoutKey = 4,         // may be called without any key
    kDeepNames = 8,          // names are changed to snake case at every depth of the body, not only at the top
    kPaginated = 16,         // sends paginated=true: the endpoint answers with a bare list otherwise
    kFile = 32,              // multipart/form-data with the part "file"
    kReplacesMetadata = 64,  // metadata among the members are not patched but replaced, by a second request: PUT …/metadata
    kCountsApart = 128,      // the total comes from a second request with the same filters: GET …/count
    kEmail = 256,            // a message, or several of them in one body
    kVerifiesJwt = 512,      // a token that is a JWT is verified here, with the client's keys, and is not sent
  };

  // Resource and method, as Clerk's SDKs name them: "users.getUser". A method that they lack has the operationId of the
  // specification, first letter lower.
  std::string_view name;

  // HTTP method and path template. `{id}` is an argument, sent as one segment; `{a|b}` the first of them that is given; `{a?}`
  // leaves the segment out if it is not given; `x_{a}` puts the prefix before the argument unless it has it already.
  std::string_view route;

  // The arguments by position, separated by ", ". A name is a single value; `{}` is an object of named values; `[]` is a list of
  // objects that is the body. Whatever the path does not take goes to the query (GET, DELETE) or into the body.
  std::string_view arguments;

  std::string_view operation_ids;  // in the specification, separated by a space; "" if it has none
  unsigned traits = kPlain;
  std::string_view defaults{};       // JSON object: members that are sent if they are not given
  std::string_view query_members{};  // a member that goes to the query although the method has a body

  [[nodiscard]] constexpr bool Is(Trait trait) const { return (traits & trait) != 0; }
  [[nodiscard]] constexpr std::string_view verb() const { return route.substr(0, route.find(' ')); }
  [[nodiscard]] constexpr std::string_view path() const { return route.substr(route.find(' ') + 1); }
};

}  // namespace clerk
