#include "posts-service/post_sql.h"

namespace inkwell::posts::sql {

const runtime::Statement kInsertPosts{"insert_posts", R"sql(
INSERT INTO posts.posts (author_id, id, title, content, published, updated_at)
SELECT i.author_id, i.id, i.title, i.content, i.published, to_timestamp(i.updated_us::double precision / 1000000)
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::bigint[])
     AS i (author_id, id, title, content, published, updated_us)
JOIN posts.authors a ON a.author_id = i.author_id AND a.confirmed AND NOT a.banned
ORDER BY i.author_id COLLATE "C", i.id
ON CONFLICT (author_id, id) DO NOTHING
RETURNING author_id, id)sql",
                                      6, 2};

const runtime::Statement kInsertPostsWithKeys{"insert_posts_with_keys", R"sql(
WITH input AS (
    SELECT i.*
    FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::text[], $8::text[])
         AS i (author_id, id, title, content, published, updated_us, key, request_hash)
    JOIN posts.authors a ON a.author_id = i.author_id AND a.confirmed AND NOT a.banned
), keyed AS (
    INSERT INTO posts.idempotency_keys AS k (author_id, key, request_hash, post_id, created_at)
    SELECT i.author_id, i.key, i.request_hash, i.id, to_timestamp($9::bigint::double precision / 1000000)
    FROM input i
    ORDER BY i.author_id COLLATE "C", i.key COLLATE "C"
    ON CONFLICT (author_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, post_id = excluded.post_id, created_at = excluded.created_at
    WHERE k.created_at < to_timestamp($10::bigint::double precision / 1000000)
    RETURNING k.author_id, k.post_id
)
INSERT INTO posts.posts (author_id, id, title, content, published, updated_at)
SELECT i.author_id, i.id, i.title, i.content, i.published, to_timestamp(i.updated_us::double precision / 1000000)
FROM input i
JOIN keyed k ON k.author_id = i.author_id AND k.post_id = i.id
ORDER BY i.author_id COLLATE "C", i.id
RETURNING author_id, id)sql",
                                              10, 2};

const runtime::Statement kExplainCreations{"explain_creations", R"sql(
SELECT i.n, a.author_id IS NOT NULL, a.banned, k.request_hash, p.id, p.title, p.content, p.published,
       (extract(epoch FROM p.updated_at) * 1000000)::bigint
FROM unnest($1::text[], $2::uuid[], $3::text[]) WITH ORDINALITY AS i (author_id, id, key, n)
LEFT JOIN posts.authors a ON a.author_id = i.author_id AND a.confirmed
LEFT JOIN posts.idempotency_keys k ON k.author_id = i.author_id AND k.key = i.key
LEFT JOIN posts.posts p ON p.author_id = i.author_id AND p.id = coalesce(k.post_id, i.id))sql",
                                           3, 9};

const runtime::Statement kSelectPosts{"select_posts", R"sql(
SELECT i.n, p.id, p.title, p.content, p.published, (extract(epoch FROM p.updated_at) * 1000000)::bigint
FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS i (author_id, id, n)
JOIN posts.posts p ON p.author_id = i.author_id AND p.id = i.id)sql",
                                      2, 6};

// Whether a content is too heavy is asked of each row for itself: a running sum, as below, made the statement a quarter slower
// (docs/adr/0044). date_part, unlike extract, does not reckon in numeric, which cost a tenth of it; a double is exact to the
// microsecond until 2106.
const runtime::Statement kListPosts{"list_posts", R"sql(
SELECT i.n, p.id, p.title, CASE WHEN octet_length(p.content) > $4::integer THEN NULL ELSE p.content END, p.published,
       CASE WHEN octet_length(p.content) > $4::integer THEN NULL ELSE p.updated_us END
FROM unnest($1::text[], $2::uuid[], $3::integer[]) WITH ORDINALITY AS i (author_id, before, page, n)
CROSS JOIN LATERAL (
    SELECT q.id, q.title, q.content, q.published, (date_part('epoch', q.updated_at) * 1000000)::bigint AS updated_us
    FROM posts.posts q
    WHERE q.author_id = i.author_id AND q.id < i.before
    ORDER BY q.id DESC
    LIMIT i.page
) p)sql",
                                    4, 6};

const runtime::Statement kListPublishedPosts{"list_published_posts", R"sql(
SELECT i.n, p.id, p.title, CASE WHEN octet_length(p.content) > $4::integer THEN NULL ELSE p.content END, p.published,
       CASE WHEN octet_length(p.content) > $4::integer THEN NULL ELSE p.updated_us END
FROM unnest($1::text[], $2::uuid[], $3::integer[]) WITH ORDINALITY AS i (author_id, before, page, n)
CROSS JOIN LATERAL (
    SELECT q.id, q.title, q.content, q.published, (date_part('epoch', q.updated_at) * 1000000)::bigint AS updated_us
    FROM posts.posts q
    WHERE q.author_id = i.author_id AND q.id < i.before AND q.published
    ORDER BY q.id DESC
    LIMIT i.page
) p)sql",
                                             4, 6};

// The length of a text is known without reading it from where long texts are kept apart: what is over the weight costs nothing.
const runtime::Statement kListPostsByWeight{"list_posts_by_weight", R"sql(
SELECT 1, p.id, p.title, p.content, p.published, (extract(epoch FROM p.updated_at) * 1000000)::bigint
FROM (SELECT q.*, sum(q.own_weight) OVER (ORDER BY q.id DESC) - q.own_weight AS weight_before
      FROM (SELECT s.id, s.title, s.content, s.published, s.updated_at,
                   octet_length(s.title) + coalesce(octet_length(s.content), 0) AS own_weight
            FROM posts.posts s
            WHERE s.author_id = $1::text AND s.id < $2::uuid
            ORDER BY s.id DESC
            LIMIT $3::integer) q) p
WHERE p.weight_before <= $4::bigint
ORDER BY p.id DESC)sql",
                                            4, 6};

const runtime::Statement kListPublishedPostsByWeight{"list_published_posts_by_weight", R"sql(
SELECT 1, p.id, p.title, p.content, p.published, (extract(epoch FROM p.updated_at) * 1000000)::bigint
FROM (SELECT q.*, sum(q.own_weight) OVER (ORDER BY q.id DESC) - q.own_weight AS weight_before
      FROM (SELECT s.id, s.title, s.content, s.published, s.updated_at,
                   octet_length(s.title) + coalesce(octet_length(s.content), 0) AS own_weight
            FROM posts.posts s
            WHERE s.author_id = $1::text AND s.id < $2::uuid AND s.published
            ORDER BY s.id DESC
            LIMIT $3::integer) q) p
WHERE p.weight_before <= $4::bigint
ORDER BY p.id DESC)sql",
                                                     4, 6};

const runtime::Statement kScanPosts{"scan_posts", R"sql(
SELECT 1, p.id, p.title, p.content, p.published, (extract(epoch FROM p.updated_at) * 1000000)::bigint
FROM (SELECT q.*, sum(q.own_weight) OVER (ORDER BY q.id) - q.own_weight AS weight_before
      FROM (SELECT s.id, s.title, s.content, s.published, s.updated_at,
                   octet_length(s.title) + coalesce(octet_length(s.content), 0) AS own_weight
            FROM posts.posts s
            WHERE s.author_id = $1::text AND s.id > $2::uuid
            ORDER BY s.id
            LIMIT $3::integer) q) p
WHERE p.weight_before < $4::bigint
ORDER BY p.id)sql",
                                    4, 6};

// ICU's rules for lower case, whatever the database's locale: under "C" only ASCII would match.
const runtime::Statement kSearchPosts{"search_posts", R"sql(
SELECT 1, p.id, p.title, p.content, p.published, (extract(epoch FROM p.updated_at) * 1000000)::bigint
FROM (SELECT q.*, sum(q.own_weight) OVER (ORDER BY q.id DESC) - q.own_weight AS weight_before
      FROM (SELECT s.id, s.title, s.content, s.published, s.updated_at,
                   octet_length(s.title) + coalesce(octet_length(s.content), 0) AS own_weight
            FROM posts.posts s
            WHERE s.author_id = $1::text AND s.id < $2::uuid
              AND (strpos(lower(s.title COLLATE "und-x-icu"), (SELECT lower($3::text COLLATE "und-x-icu"))) > 0
                   OR strpos(lower(s.content COLLATE "und-x-icu"), (SELECT lower($3::text COLLATE "und-x-icu"))) > 0)
            ORDER BY s.id DESC
            LIMIT $4::integer) q) p
WHERE p.weight_before <= $5::bigint
ORDER BY p.id DESC)sql",
                                      5, 6};

const runtime::Statement kUpdatePosts{"update_posts", R"sql(
WITH input AS (
    SELECT i.*
    FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::boolean[], $7::text[], $8::boolean[])
         WITH ORDINALITY AS i (author_id, id, expected_us, now_us, title, sets_content, content, published, n)
), changed AS (
    UPDATE posts.posts p
    SET title = coalesce(i.title, p.title),
        content = CASE WHEN i.sets_content THEN i.content ELSE p.content END,
        published = coalesce(i.published, p.published),
        updated_at = greatest(to_timestamp(i.now_us::double precision / 1000000), p.updated_at + interval '1 microsecond')
    FROM input i
    JOIN posts.authors a ON a.author_id = i.author_id AND NOT a.banned
    WHERE p.author_id = i.author_id AND p.id = i.id
      AND (i.expected_us IS NULL OR p.updated_at = to_timestamp(i.expected_us::double precision / 1000000))
    RETURNING i.n, p.id, p.title, p.content, p.published, p.updated_at
)
SELECT i.n, c.id IS NOT NULL, a.banned, p.id IS NOT NULL,
       i.expected_us IS NULL OR p.updated_at = to_timestamp(i.expected_us::double precision / 1000000),
       c.title, c.content, c.published, (extract(epoch FROM c.updated_at) * 1000000)::bigint
FROM input i
LEFT JOIN posts.authors a ON a.author_id = i.author_id
LEFT JOIN posts.posts p ON p.author_id = i.author_id AND p.id = i.id
LEFT JOIN changed c ON c.n = i.n)sql",
                                      8, 9};

const runtime::Statement kDeletePosts{"delete_posts", R"sql(
WITH input AS (
    SELECT i.*
    FROM unnest($1::text[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS i (author_id, id, expected_us, n)
), removed AS (
    DELETE FROM posts.posts p
    USING input i
    JOIN posts.authors a ON a.author_id = i.author_id AND NOT a.banned
    WHERE p.author_id = i.author_id AND p.id = i.id
      AND (i.expected_us IS NULL OR p.updated_at = to_timestamp(i.expected_us::double precision / 1000000))
    RETURNING i.n
)
SELECT i.n, r.n IS NOT NULL, a.banned, p.id IS NOT NULL,
       i.expected_us IS NULL OR p.updated_at = to_timestamp(i.expected_us::double precision / 1000000)
FROM input i
LEFT JOIN posts.authors a ON a.author_id = i.author_id
LEFT JOIN posts.posts p ON p.author_id = i.author_id AND p.id = i.id
LEFT JOIN removed r ON r.n = i.n)sql",
                                      3, 5};

const runtime::Statement kForgetKeys{"forget_keys", R"sql(
DELETE FROM posts.idempotency_keys k
USING (SELECT author_id, key FROM posts.idempotency_keys
       WHERE created_at < to_timestamp($1::bigint::double precision / 1000000)
       ORDER BY created_at LIMIT $2::integer FOR UPDATE SKIP LOCKED) old
WHERE k.author_id = old.author_id AND k.key = old.key)sql",
                                     2, 0};

std::vector<std::pair<std::string, std::string>> SessionSettings() {
  return {{"plan_cache_mode", "force_generic_plan"},
          {"enable_seqscan", "off"},
          {"enable_hashjoin", "off"},
          {"enable_mergejoin", "off"},
          {"jit", "off"}};
}

}  // namespace inkwell::posts::sql
