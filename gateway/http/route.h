#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"

namespace httplib {
struct Request;
}

namespace inkwell::gateway {

// Runs on the reactor thread: it must not block. It answers through the Reply, at once or later from another thread.
//
// The httplib request is valid until the handler returns. It carries method, path (decoded) and version. Nothing of the client's
// query, header fields and body is in it: httplib 0.11 finds no route for some queries, percent-decodes header values (%0d%0a
// becomes CR LF) and reads multipart bodies with std::regex. Read those from RequestInfo.
using RouteHandler = std::function<void(const httplib::Request&, RequestInfo, Reply)>;

// Asked about each request before its route is looked for. False: it was answered, through the reply. As a handler, it must not
// block.
using RequestScreen = std::function<bool(const RequestInfo&, Reply&)>;

inline constexpr std::size_t kDefaultBodyLimit = std::size_t{16} * 1024;

// One line of the HTTP API.
struct Route {
  std::string method;   // GET (serves HEAD too), POST, PUT, PATCH, DELETE or OPTIONS
  std::string pattern;  // "/api/posts/{id}": a parameter is a whole, non-empty segment; a last "/{name...}" takes the rest
  RouteHandler handler;
  std::size_t body_limit = kDefaultBodyLimit;  // bytes; larger bodies get 413 before the handler is called
};

// In order of preference: the first match wins.
using RouteTable = std::vector<Route>;

}  // namespace inkwell::gateway
