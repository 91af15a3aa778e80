#!/bin/sh
# Run once by the database image on an empty data directory. Per service a role that owns its schema and migrates it, and one that
# the service runs as: it reads and writes rows, and can create, alter or drop nothing. None sees another service's schema.
set -eu
# Search folds case by Unicode's rules, which need a database in UTF-8, whatever the image's locale is.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -v db="$POSTGRES_DB" <<'SQL'
DROP DATABASE :"db";
CREATE DATABASE :"db" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
SQL
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v db="$POSTGRES_DB" -v owners_password="$OWNERS_DB_PASSWORD" \
  -v users_password="$USERS_DB_PASSWORD" -v posts_password="$POSTS_DB_PASSWORD" <<'SQL'
CREATE ROLE users_owner LOGIN PASSWORD :'owners_password';
CREATE ROLE posts_owner LOGIN PASSWORD :'owners_password';
CREATE ROLE users_service LOGIN PASSWORD :'users_password';
CREATE ROLE posts_service LOGIN PASSWORD :'posts_password';
REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE :"db" TO users_owner, posts_owner;
GRANT CONNECT ON DATABASE :"db" TO users_service, posts_service;
SQL
