-- What the recent messages about each user did, for ExplainUser: no personal data, so a tombstone keeps them. The last 50 of each
-- user are kept, and for a while a few more.
CREATE TABLE users.changes (
  clerk_id         text COLLATE "C" NOT NULL,
  change_no        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  source           text        NOT NULL,
  event_id         text,        -- a webhook's svix-id
  clerk_updated_at bigint,      -- milliseconds since the epoch; absent for a deletion
  verdict          text        NOT NULL,
  received_at      timestamptz NOT NULL,

  CONSTRAINT changes_pkey PRIMARY KEY (clerk_id, change_no),
  CONSTRAINT changes_source_known CHECK (source IN ('webhook', 'just_in_time', 'backfill', 'profile_write')),
  CONSTRAINT changes_verdict_known CHECK (verdict IN ('applied', 'unchanged', 'older', 'tombstoned'))
);

-- The one Clerk instance that the copy is of: the first that an event or a token named.
CREATE TABLE users.instance (
  only_row    boolean     NOT NULL DEFAULT true,
  instance_id text        NOT NULL,
  pinned_at   timestamptz NOT NULL DEFAULT now(),

  CONSTRAINT instance_pkey PRIMARY KEY (only_row),
  CONSTRAINT instance_only_row CHECK (only_row)
);

-- Backfills that reached their end, for the schedule of the next and for operators.
CREATE TABLE users.backfills (
  finished_at timestamptz NOT NULL DEFAULT now(),
  applied     bigint      NOT NULL,
  unchanged   bigint      NOT NULL,
  missing     bigint      NOT NULL,
  deleted     bigint      NOT NULL
);

CREATE INDEX backfills_finished_at ON users.backfills (finished_at);
