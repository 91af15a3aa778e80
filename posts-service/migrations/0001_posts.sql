-- Our copy of the ids of the users that exist, fed by the change stream of user-sync-service. A post cannot be written for an
-- author who is not here, and none outlives its author: the foreign keys below are the proof, whatever races.
--
-- Ids compare as bytes (COLLATE "C"): every writer sorts by them, and no index depends on the version of a locale.
CREATE TABLE posts.authors (
    author_id text COLLATE "C" PRIMARY KEY CHECK (author_id ~ '^[A-Za-z0-9_.-]{1,128}$'),
    -- A banned author keeps their posts and writes nothing.
    banned boolean NOT NULL DEFAULT false,
    -- False while user-sync-service is still being asked. Only a confirmed author can write.
    confirmed boolean NOT NULL,
    -- Tells one life of a row from the next: an answer about an author confirms or removes only the row it was asked for.
    incarnation bigint GENERATED ALWAYS AS IDENTITY,
    -- The last resync that saw or asked for this author.
    resync bigint NOT NULL DEFAULT 0,
    added_at timestamptz NOT NULL DEFAULT now()
);

-- What housekeeping looks for; both are empty or small most of the time.
CREATE INDEX authors_unconfirmed ON posts.authors (added_at) WHERE NOT confirmed;
CREATE INDEX authors_by_resync ON posts.authors (resync, author_id);

CREATE TABLE posts.posts (
    author_id text COLLATE "C" NOT NULL REFERENCES posts.authors (author_id) ON DELETE CASCADE,
    -- A UUIDv7 (RFC 9562): ordered by time of creation, and unique for its author.
    id uuid NOT NULL CHECK (get_byte(uuid_send(id), 6) >> 4 = 7 AND get_byte(uuid_send(id), 8) >> 6 = 2),
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    -- NULL and empty are different.
    content text CHECK (char_length(content) <= 100000),
    published boolean NOT NULL,
    -- The time in the id, so that order, cursor and date never disagree (by bytes: half the cost of an insert went into text).
    created_at timestamptz NOT NULL GENERATED ALWAYS AS
        (to_timestamp(('x' || encode(substring(uuid_send(id), 1, 6), 'hex'))::bit(48)::bigint::double precision / 1000)) STORED,
    -- Strictly later with each change: it is also the version that the etag names.
    updated_at timestamptz NOT NULL,
    -- Serves create, get, list (ORDER BY id DESC from a key), update and delete. Search narrows by it to one author; an index on
    -- the text is left out on purpose (docs/adr/0041).
    PRIMARY KEY (author_id, id)
);

-- Which post a client's own key made. Kept for 24 hours.
CREATE TABLE posts.idempotency_keys (
    author_id text COLLATE "C" NOT NULL REFERENCES posts.authors (author_id) ON DELETE CASCADE,
    key text COLLATE "C" NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    request_hash text NOT NULL,
    -- No foreign key: a deleted post keeps its key, so that a repeated request does not write it again.
    post_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (author_id, key)
);

CREATE INDEX idempotency_keys_by_age ON posts.idempotency_keys (created_at);

-- How far the change stream was followed: one row, changed in the transaction that stores the effects.
CREATE TABLE posts.user_changes_cursor (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Opaque; empty: from the beginning.
    cursor text NOT NULL DEFAULT '',
    -- Counts how often following had to begin again. Authors whose `resync` is lower were not seen since.
    resync bigint NOT NULL DEFAULT 0,
    -- Whether the authors not seen by this resync have been asked for one by one.
    settled boolean NOT NULL DEFAULT true
);

INSERT INTO posts.user_changes_cursor DEFAULT VALUES;
