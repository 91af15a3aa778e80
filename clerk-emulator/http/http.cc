#include "clerk-emulator/http/http.h"

#include <exception>

#include "runtime/log.h"

namespace inkwell::emulator {
namespace {

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool Matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path, std::vector<std::string>& arguments) {
  if (pattern.size() != path.size()) return false;
  arguments.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].starts_with('{')) {
      if (path[i].empty()) return false;
      arguments.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

// clerk-js sends nothing but GET and POST, which need no preflight; ?_method= says what it means.
std::string MethodOf(const HttpRequest& request) {
  if (request.method == "HEAD") return "GET";
  const auto meant = request.method == "POST" ? request.Query("_method").value_or("") : "";
  return meant == "PATCH" || meant == "PUT" || meant == "DELETE" ? meant : request.method;
}

HttpResponse Call(const HttpHandler& handler, const HttpRequest& request, std::string_view pattern) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    runtime::log::Error("handler failed", {{"method", request.method}, {"route", pattern}});
    return ErrorResponse(InternalError());
  }
}

}  // namespace

std::string HttpRequest::Header(const std::string& name) const {
  const auto header = headers.find(name);
  return header == headers.end() ? std::string() : header->second;
}

std::optional<std::string> HttpRequest::Query(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string> HttpRequest::QueryAll(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : query) {
    if (key == name) values.push_back(value);
  }
  return values;
}

HttpResponse ErrorResponse(const ClerkError& error) { return {error.status, ToJson(error), "application/json", {}}; }

void Router::Add(std::string method, std::string pattern, HttpHandler handler, std::function<bool(const HttpRequest&)> takes) {
  auto segments = Split(pattern);
  routes_.push_back({std::move(method), std::move(pattern), std::move(segments), std::move(handler), std::move(takes)});
}

HttpResponse Router::Handle(HttpRequest request) {
  request.method = MethodOf(request);
  const auto segments = Split(request.path);
  for (auto& route : routes_) {
    if (route.method != request.method || !Matches(route.segments, segments, request.path_arguments)) continue;
    if (route.takes && !route.takes(request)) continue;
    {
      const std::lock_guard lock(mutex_);
      ++route.calls;
    }
    auto response = Call(route.handler, request, route.pattern);
    runtime::log::Debug("request", {{"method", route.method}, {"route", route.pattern}, {"status", response.status}});
    return response;
  }
  return ErrorResponse(ResourceNotFound("The emulator has no such route."));
}

std::map<std::string, std::uint64_t> Router::Counts() const {
  std::map<std::string, std::uint64_t> counts;
  const std::lock_guard lock(mutex_);
  for (const auto& route : routes_) {
    if (route.calls > 0) counts[route.method + " " + route.pattern] += route.calls;
  }
  return counts;
}

}  // namespace inkwell::emulator
