-- One row per Clerk user that was ever heard of. A row is either a living user or a tombstone, never something between.
CREATE TABLE users.users (
  -- COLLATE "C": the program sorts ids bytewise (lock order of batches, keyset pages), and so must the index.
  clerk_id         text COLLATE "C" NOT NULL,
  email            text,
  first_name       text,
  last_name        text,
  username         text,
  image_url        text,
  public_metadata  jsonb,
  banned           boolean     NOT NULL,
  locked           boolean     NOT NULL,
  clerk_created_at bigint,      -- milliseconds since the epoch
  clerk_updated_at bigint,      -- milliseconds since the epoch: the version
  content_hash     bytea,       -- SHA-256 of the canonical content: decides between equal versions
  deleted_at       timestamptz,
  synced_at        timestamptz NOT NULL,
  -- The transaction that last changed the row: the order of the change stream.
  change_xid       xid8        NOT NULL,

  CONSTRAINT users_pkey PRIMARY KEY (clerk_id),
  CONSTRAINT users_clerk_id_form CHECK (octet_length(clerk_id) BETWEEN 1 AND 128),
  CONSTRAINT users_living_complete CHECK (
    deleted_at IS NOT NULL
    OR (public_metadata IS NOT NULL AND clerk_created_at IS NOT NULL AND clerk_updated_at IS NOT NULL
        AND content_hash IS NOT NULL AND octet_length(content_hash) = 32)),
  CONSTRAINT users_tombstone_erased CHECK (
    deleted_at IS NULL
    OR (num_nonnulls(email, first_name, last_name, username, image_url, public_metadata, clerk_created_at, clerk_updated_at,
                     content_hash) = 0
        AND NOT banned AND NOT locked))
);

CREATE INDEX users_change_order ON users.users (change_xid, clerk_id);
