-- Further names of the copy's Clerk instance: its id and the ids of its keys, once Clerk named them together with a name that was
-- known already (docs/adr/0053). Only ever added to.
CREATE TABLE users.instance_aliases (
  alias    text        NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now(),

  CONSTRAINT instance_aliases_pkey PRIMARY KEY (alias),
  CONSTRAINT instance_aliases_form CHECK (octet_length(alias) BETWEEN 1 AND 128)
);
