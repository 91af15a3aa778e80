#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime_db/database.h"

// The statements of PostgresPostRepository. Each takes arrays, one element for each item of a batch, and each row that it returns
// starts with the item's number (from 1) where the order of the items would not tell. Every one starts from author_id.
namespace inkwell::posts::sql {

// $1 author ids, $2 ids, $3 titles, $4 contents, $5 published, $6 update times (µs). Returns what was inserted; an item is left
// out if its author is not there, is not confirmed or is banned, or its id is taken. An author deleted meanwhile fails by the
// foreign key.
extern const runtime::Statement kInsertPosts;
// The same, with $7 keys, $8 request hashes, $9 now (µs), $10 the time (µs) before which keys are forgotten. An item is left out,
// too, if its key is taken; a taken id fails the statement (23505), so that no key is ever kept for a post that was not made by
// it.
extern const runtime::Statement kInsertPostsWithKeys;
// $1 author ids, $2 ids, $3 keys (or NULL). Why an item was left out: its number, whether the author is there and confirmed,
// banned, the request hash and post id of the key, and the post with this id or, if the key is there, with the key's.
extern const runtime::Statement kExplainCreations;
// $1 author ids, $2 ids.
extern const runtime::Statement kSelectPosts;
// $1 author ids, $2 ids before which, $3 limits, $4 the weight (bytes) up to which a content is read: the row of a heavier one
// has neither content nor version.
extern const runtime::Statement kListPosts;
// The same of the published ones; the index posts_published serves it.
extern const runtime::Statement kListPublishedPosts;
// $1 author id, $2 id before which, $3 limit, $4 the weight (bytes of titles and contents) beyond which nothing is added.
extern const runtime::Statement kListPostsByWeight;
// The same of the published ones.
extern const runtime::Statement kListPublishedPostsByWeight;
// $1 author id, $2 id after which, $3 limit, $4 the weight (bytes of titles and contents) from which on nothing is added.
extern const runtime::Statement kScanPosts;
// $1 author id, $2 id before which, $3 text, $4 limit, $5 the weight beyond which nothing is added.
extern const runtime::Statement kSearchPosts;
// $1 author ids, $2 ids, $3 expected versions (µs or NULL), $4 now (µs), $5 titles (NULL: unchanged), $6 whether to set the
// content, $7 contents, $8 published (NULL: unchanged).
extern const runtime::Statement kUpdatePosts;
// $1 author ids, $2 ids, $3 expected versions (µs or NULL).
extern const runtime::Statement kDeletePosts;
// $1 time (µs), $2 limit.
extern const runtime::Statement kForgetKeys;

// The settings of the sessions that these statements (and those of author_sql.h) run in. Each of them has one good plan, which
// does not depend on its parameters: a few rows of unnest, joined through primary keys. PostgreSQL would plan most of them anew
// each time, at twice the cost of running them, and while a table is young choose to read all of it. JIT never pays for such
// statements.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> SessionSettings();

}  // namespace inkwell::posts::sql
