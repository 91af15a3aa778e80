#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clerk-emulator/base/clerk_error.h"

namespace inkwell::emulator {

// A request, complete, without the library that read it: handlers are tested without a socket.
struct HttpRequest {
  std::string method;
  std::string path;                                        // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order, names may repeat
  std::map<std::string, std::string> headers;              // names in lower case; of repeated ones the first
  std::string body;                                        // of a multipart form: the file in it
  std::string client_address;
  std::vector<std::string> path_arguments;  // what stood for each {name} of the route; set by the router

  // Empty if there is none. `name` in lower case.
  [[nodiscard]] std::string Header(const std::string& name) const;
  [[nodiscard]] std::optional<std::string> Query(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> QueryAll(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

[[nodiscard]] HttpResponse ErrorResponse(const ClerkError& error);

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// The table of routes, and how often each was called. Routes are added before the first request; after that it is thread-safe.
class Router final {
 public:
  // `pattern` is a path whose segments may be {name}, which stand for any one segment that is not empty. The first route that
  // matches is called; one with `takes` only for the requests that it takes: Clerk's two APIs share some paths.
  void Add(std::string method, std::string pattern, HttpHandler handler, std::function<bool(const HttpRequest&)> takes = {});

  // POST with ?_method=PATCH, PUT or DELETE counts as that. 404 resource_not_found for what no route matches. A handler that
  // throws (a bug, or no memory) is answered 500.
  [[nodiscard]] HttpResponse Handle(HttpRequest request);

  // Calls since the start by "METHOD pattern"; routes never called are left out.
  [[nodiscard]] std::map<std::string, std::uint64_t> Counts() const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    HttpHandler handler;
    std::function<bool(const HttpRequest&)> takes;  // empty: all
    std::uint64_t calls = 0;
  };

  std::vector<Route> routes_;
  mutable std::mutex mutex_;  // guards Route::calls
};

}  // namespace inkwell::emulator
