#!/bin/sh
# Run once by the database image on an empty data directory: one role per service, which owns a schema of its own and sees no other.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
  -v users_password="$USERS_DB_PASSWORD" -v posts_password="$POSTS_DB_PASSWORD" -v db="$POSTGRES_DB" <<'SQL'
CREATE ROLE users_service LOGIN PASSWORD :'users_password';
CREATE ROLE posts_service LOGIN PASSWORD :'posts_password';
REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE :"db" TO users_service, posts_service;
SQL
