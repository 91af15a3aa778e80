#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "posts-service/author_admission.h"
#include "posts-service/authors_follower.h"
#include "posts-service/grpc_user_directory.h"
#include "posts-service/housekeeping.h"
#include "posts-service/metrics.h"
#include "posts-service/post_export.h"
#include "posts-service/post_reader.h"
#include "posts-service/post_writer.h"
#include "posts-service/postgres_author_repository.h"
#include "posts-service/postgres_post_repository.h"
#include "runtime/error.h"
#include "runtime/grpc_server.h"
#include "tests/integration/posts-service/fake_user_service.h"
#include "tests/integration/posts-service/posts_database.h"

namespace prometheus {
class Registry;
}

namespace inkwell::posts {

// posts-service as main composes it, with a database of its own in the shared cluster, a fake user-sync-service, and a client.
class ServiceUnderTest final {
 public:
  explicit ServiceUnderTest(PostWriter::Options writer_options = {});
  ~ServiceUnderTest();

  struct CreateOptions {
    std::string as{};  // the principal; empty: user:<author>
    std::string post_id{};
    std::string key{};
    std::optional<std::string> content{};
    bool published = false;
  };
  [[nodiscard]] runtime::Result<v1::Post> Create(const std::string& author_id, const std::string& title) {
    return Create(author_id, title, CreateOptions{});
  }
  [[nodiscard]] runtime::Result<v1::Post> Create(const std::string& author_id, const std::string& title,
                                                 const CreateOptions& options);
  [[nodiscard]] runtime::Result<v1::Post> Get(const std::string& author_id, const std::string& post_id,
                                              const std::string& as = "");
  // The code and reason of a Get that names no principal.
  [[nodiscard]] runtime::Error GetAsNobody(const std::string& author_id, const std::string& post_id);
  [[nodiscard]] runtime::Result<v1::ListPostsResponse> List(const std::string& author_id, int page_size = 0,
                                                            const std::string& page_token = "", const std::string& query = "");
  // As somebody else: anybody may.
  [[nodiscard]] runtime::Result<v1::ListPublishedPostsResponse> ListPublished(const std::string& author_id, int page_size = 0,
                                                                              const std::string& page_token = "");
  // Hands each message to `take`, and cancels the call once it returns false.
  [[nodiscard]] runtime::Result<void> Export(const std::string& author_id,
                                             const std::function<bool(const v1::ExportPostsResponse&)>& take,
                                             const std::string& as = "");
  [[nodiscard]] runtime::Result<v1::Post> Rename(const std::string& author_id, const std::string& post_id,
                                                 const std::string& title, const std::string& etag = "");
  [[nodiscard]] runtime::Result<void> Delete(const std::string& author_id, const std::string& post_id,
                                             const std::string& etag = "");

  // The first column of the first row, straight from the database.
  std::string Sql(const std::string& sql) const { return SharedCluster().Execute(database_name_, sql); }
  // Starts following (and housekeeping, every few milliseconds).
  void Follow();
  void StopFollowing();
  [[nodiscard]] bool caught_up() const { return follower_ && follower_->caught_up(); }

  FakeUserService users;

 private:
  static std::string NameOf(const std::string& url);

  std::string url_;
  std::unique_ptr<runtime::Database> database_;
  std::string database_name_;
  std::shared_ptr<prometheus::Registry> registry_;
  Metrics metrics_;

 public:
  PostgresPostRepository posts;
  PostgresAuthorRepository authors;

 private:
  GrpcUserDirectory directory_;
  AuthorAdmission admission_;

 public:
  PostWriter writer;

 private:
  PostReader reader_;
  PostExporter exporter_;
  std::atomic<bool> serving_{true};
  std::unique_ptr<grpc::Service> rpc_;
  std::unique_ptr<runtime::GrpcServer> server_;
  std::unique_ptr<v1::PostService::Stub> stub_;
  std::optional<AuthorsFollower> follower_;
  std::optional<Housekeeping> housekeeping_;
};

}  // namespace inkwell::posts
