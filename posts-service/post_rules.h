#pragma once

#include "posts-service/post.h"
#include "posts-service/requests.h"

// What may be asked, and by whom: from a request to a command that the repository carries out. Each returns INVALID_ARGUMENT /
// INVALID_FIELD with the field's name, PERMISSION_DENIED / PRINCIPAL_NOT_ALLOWED, or what is said at it. Pure functions.
namespace inkwell::posts {

// The limits of inkwell/posts/v1/posts.proto; characters are code points.
inline constexpr std::size_t kMaxTitleCharacters = 200;
inline constexpr std::size_t kMaxContentCharacters = 100'000;
inline constexpr std::size_t kMaxQueryCharacters = 200;
inline constexpr std::size_t kMaxIdempotencyKey = 255;
inline constexpr int kDefaultPageSize = 20;
inline constexpr int kMaxPageSize = 100;
// One message of an export: gRPC takes 4 MiB, and a post weighs up to 400 KB.
inline constexpr int kExportBatchPosts = 500;
inline constexpr std::int64_t kExportBatchBytes = std::int64_t{512} * 1024;
inline constexpr std::chrono::minutes kPostIdTolerance{5};
inline constexpr std::chrono::hours kIdempotencyKeyLife{24};

// Whether the text can be a user's id: 1 to 128 letters, digits, '_', '.' and '-', as in a principal.
[[nodiscard]] bool IsAuthorId(std::string_view text);

[[nodiscard]] runtime::Result<NewPost> CheckCreate(const runtime::Principal& principal, CreateRequest request, Timestamp now);
[[nodiscard]] runtime::Result<PostKey> CheckGet(const runtime::Principal& principal, GetRequest request);
// Also INVALID_ARGUMENT / INVALID_PAGE_TOKEN. The limit is the page's size.
[[nodiscard]] runtime::Result<PostQuery> CheckList(const runtime::Principal& principal, ListRequest request);
// For every principal: what is published is there for all. The limit is the page's size.
[[nodiscard]] runtime::Result<PostQuery> CheckListPublished(ListPublishedRequest request);
// Where an export begins.
[[nodiscard]] runtime::Result<PostScan> CheckExport(const runtime::Principal& principal, ExportRequest request);
[[nodiscard]] runtime::Result<PostChange> CheckUpdate(const runtime::Principal& principal, UpdateRequest request, Timestamp now);
[[nodiscard]] runtime::Result<PostRemoval> CheckDelete(const runtime::Principal& principal, DeleteRequest request);

// Whether a repeated creation asks for what the post that it made still is: then it gets that post.
[[nodiscard]] bool SameContent(const Post& a, const Post& b);

}  // namespace inkwell::posts
