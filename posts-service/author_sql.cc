#include "posts-service/author_sql.h"

namespace inkwell::posts::sql {

// The update changes nothing; it is there so that RETURNING speaks of rows that exist, and it waits for a removal under way.
const runtime::Statement kAddAuthors{"add_authors", R"sql(
INSERT INTO posts.authors AS a (author_id, confirmed)
SELECT i.author_id, false FROM unnest($1::text[]) AS i (author_id) ORDER BY i.author_id COLLATE "C"
ON CONFLICT (author_id) DO UPDATE SET confirmed = a.confirmed
RETURNING author_id, incarnation, confirmed)sql",
                                     1, 3};

// `confirmed` of `a` is as it was before this statement: a row of another life, or of none, counts only if it was confirmed
// already.
const runtime::Statement kConfirmAuthors{"confirm_authors", R"sql(
WITH input AS (
    SELECT i.* FROM unnest($1::text[], $2::bigint[], $3::boolean[]) WITH ORDINALITY AS i (author_id, incarnation, banned, n)
), locked AS (
    SELECT a.author_id FROM posts.authors a JOIN input i ON i.author_id = a.author_id AND i.incarnation = a.incarnation
    ORDER BY a.author_id FOR NO KEY UPDATE OF a
), confirmed AS (
    UPDATE posts.authors a SET confirmed = true, banned = i.banned
    FROM input i JOIN locked l ON l.author_id = i.author_id
    WHERE a.author_id = i.author_id AND a.incarnation = i.incarnation AND NOT a.confirmed
    RETURNING i.n
)
SELECT i.n, c.n IS NOT NULL OR coalesce(a.confirmed, false)
FROM input i
LEFT JOIN confirmed c ON c.n = i.n
LEFT JOIN posts.authors a ON a.author_id = i.author_id)sql",
                                         3, 2};

const runtime::Statement kRemoveUnconfirmed{"remove_unconfirmed", R"sql(
WITH locked AS (
    SELECT a.author_id, a.incarnation
    FROM posts.authors a
    JOIN unnest($1::text[], $2::bigint[]) AS i (author_id, incarnation)
      ON i.author_id = a.author_id AND i.incarnation = a.incarnation
    WHERE NOT a.confirmed
    ORDER BY a.author_id FOR UPDATE OF a
)
DELETE FROM posts.authors a USING locked l
WHERE a.author_id = l.author_id AND a.incarnation = l.incarnation AND NOT a.confirmed)sql",
                                            2, 0};

const runtime::Statement kFindUnconfirmed{"find_unconfirmed", R"sql(
SELECT author_id, incarnation, confirmed FROM posts.authors
WHERE NOT confirmed AND added_at <= now() - make_interval(secs => $1::bigint::double precision) AND author_id > $2::text
ORDER BY author_id LIMIT $3::integer)sql",
                                          3, 3};

const runtime::Statement kReadCursor{"read_cursor", "SELECT cursor, resync, settled FROM posts.user_changes_cursor", 0, 3};

const runtime::Statement kResetCursor{"reset_cursor", R"sql(
UPDATE posts.user_changes_cursor SET cursor = '', resync = resync + 1, settled = false WHERE cursor = $1::text
RETURNING resync)sql",
                                      1, 1};

// Nothing happens unless the cursor is still the one that the changes continue. The commit does not wait for the disk: what a
// crash of the server takes away it takes together with the cursor, and the stream sends it again; and whoever commits something
// that builds on it flushes it, too, for the log is written in order (docs/adr/0036).
const runtime::Statement kApplyChanges{"apply_user_changes", R"sql(
WITH advanced AS (
    UPDATE posts.user_changes_cursor SET cursor = $2::text WHERE cursor = $1::text RETURNING resync
), gone AS (
    SELECT author_id FROM posts.authors
    WHERE author_id = ANY ($3::text[]) AND EXISTS (SELECT FROM advanced)
    ORDER BY author_id FOR UPDATE
), deleted AS (
    DELETE FROM posts.authors a USING gone g WHERE a.author_id = g.author_id
), upserted AS (
    INSERT INTO posts.authors AS a (author_id, banned, confirmed, resync)
    SELECT i.author_id, i.banned, true, v.resync
    FROM advanced v CROSS JOIN unnest($4::text[], $5::boolean[]) AS i (author_id, banned)
    ORDER BY i.author_id COLLATE "C"
    ON CONFLICT (author_id) DO UPDATE SET banned = excluded.banned, confirmed = true, resync = excluded.resync
    WHERE (a.banned, a.confirmed, a.resync) IS DISTINCT FROM (excluded.banned, true, excluded.resync)
)
SELECT set_config('synchronous_commit', 'off', true) FROM advanced)sql",
                                       5, 1};

const runtime::Statement kKnownAuthors{"known_authors", "SELECT author_id FROM posts.authors WHERE author_id = ANY ($1::text[])",
                                       1, 1};

const runtime::Statement kDeleteSomePosts{"delete_some_posts", R"sql(
DELETE FROM posts.posts
WHERE author_id = $1::text AND id IN (SELECT id FROM posts.posts WHERE author_id = $1::text ORDER BY id LIMIT $2::integer))sql",
                                          2, 0};

const runtime::Statement kDeleteSomeKeys{"delete_some_keys", R"sql(
DELETE FROM posts.idempotency_keys
WHERE author_id = $1::text
  AND key IN (SELECT key FROM posts.idempotency_keys WHERE author_id = $1::text ORDER BY key LIMIT $2::integer))sql",
                                         2, 0};

const runtime::Statement kCountAuthors{"count_authors", "SELECT count(*) FROM posts.authors", 0, 1};

const runtime::Statement kFindUnseen{"find_unseen", R"sql(
SELECT author_id, incarnation, confirmed FROM posts.authors
WHERE confirmed AND resync < $1::bigint AND author_id > $2::text
ORDER BY author_id LIMIT $3::integer)sql",
                                     3, 3};

const runtime::Statement kMarkSeen{"mark_seen", R"sql(
UPDATE posts.authors SET resync = $3::bigint
WHERE author_id = $1::text AND incarnation = $2::bigint AND resync < $3::bigint)sql",
                                   3, 0};

const runtime::Statement kRemoveUnseen{"remove_unseen", R"sql(
DELETE FROM posts.authors WHERE author_id = $1::text AND incarnation = $2::bigint AND resync < $3::bigint)sql",
                                       3, 0};

const runtime::Statement kFinishResync{"finish_resync",
                                       "UPDATE posts.user_changes_cursor SET settled = true WHERE resync = $1::bigint", 1, 0};

}  // namespace inkwell::posts::sql
