#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "clerk/http_client.h"
#include "vector_file.h"

namespace clerk::conformance {

// Stands for Clerk: answers the recorded calls in their order, and notes the first that differs. A call without a recorded
// response gets no answer. For one thread.
class RecordedApi final : public HttpClient {
 public:
  explicit RecordedApi(Json calls);

  Result<HttpResponse, HttpError> Send(const HttpRequest& request) override;

  // "" if the calls made are those recorded.
  [[nodiscard]] std::string Difference() const;

 private:
  const Json calls_;
  std::vector<std::optional<HttpResponse>>
      responses_;  // of the calls; read before any is made: the SDK may catch what Send throws
  std::size_t made_ = 0;
  std::string difference_;
};

// Whether two sets of headers are equal; Location is compared as a URL whose query is a list of names and values.
[[nodiscard]] bool SameHeaders(const Json& recorded, const Json& got);

}  // namespace clerk::conformance
