# shellcheck shell=bash disable=SC2154,SC2034
# A private PostgreSQL cluster below .inkwell, reached through a unix socket only. Sourced by ./dev.

pg_bin() { # the newest server installed
  local bin
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [[ -n $bin ]] || fail "no PostgreSQL server found below /usr/lib/postgresql"
  printf '%s' "$bin"
}

# PostgreSQL refuses to run as root. Then it runs as the package's user postgres, which keeps the one capability that lets it
# reach a checkout below a private directory such as /root.
as_pg() {
  if [[ $(id -u) != 0 ]]; then
    "$@"
  elif setpriv --inh-caps=+dac_override --ambient-caps=+dac_override true 2>/dev/null; then
    setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=+dac_override --ambient-caps=+dac_override -- "$@"
  else
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  fi
}

# A socket's path must be short (107 bytes): a deep checkout gets a directory of its own below /tmp.
pg_socket_dir() {
  local dir=$state/pg-socket
  if ((${#dir} > 85)); then dir=/tmp/inkwell-$(printf '%s' "$root" | cksum | cut -d' ' -f1)-$(id -u); fi
  printf '%s' "$dir"
}

pg_url() { # pg_url ROLE
  printf 'postgresql:///%s?host=%s&user=%s' "$database" "$(pg_socket_dir)" "$1"
}

as_superuser() { psql -h "$(pg_socket_dir)" -U postgres -d postgres "$@"; }

pg_running() { [[ -f $state/postgres/postmaster.pid ]] && as_pg "$(pg_bin)/pg_ctl" -D "$state/postgres" status >/dev/null 2>&1; }

start_postgres() {
  local bin sockets
  bin=$(pg_bin)
  sockets=$(pg_socket_dir)
  mkdir -p "$state/log" "$sockets"
  chmod 700 "$sockets" # whoever may open the socket is trusted
  touch "$state/log/postgres.log"
  if [[ $(id -u) == 0 ]]; then chown postgres "$sockets" "$state/log/postgres.log"; fi
  if [[ -f $state/postgres/PG_VERSION ]]; then
    [[ ${bin%/bin} == */$(<"$state/postgres/PG_VERSION") ]] ||
      fail "the local database was made by PostgreSQL $(<"$state/postgres/PG_VERSION"), installed is ${bin%/bin}; './dev clean' starts afresh"
  else
    rm -rf "$state/postgres"
    mkdir -m 700 "$state/postgres"
    if [[ $(id -u) == 0 ]]; then chown postgres "$state/postgres"; fi
    (cd / && as_pg "$bin/initdb" -D "$state/postgres" -U postgres -A trust -E UTF8 --locale=C.UTF-8) >"$state/log/initdb.log" 2>&1 ||
      { cat "$state/log/initdb.log" >&2; rm -rf "$state/postgres"; fail "initdb failed"; }
  fi
  pg_running ||
    (cd / && as_pg "$bin/pg_ctl" -D "$state/postgres" -l "$state/log/postgres.log" -w -t 30 \
      -o "-c listen_addresses='' -c unix_socket_directories='$sockets' -c max_connections=100" start) >/dev/null ||
    { tail -n 20 "$state/log/postgres.log" >&2; fail "PostgreSQL did not start"; }
  # One role per service, which owns its schema and migrates it. Where it counts a second role does that, and the service's own can
  # change no table (deploy/postgres).
  local role sql=()
  for role in users_service posts_service; do
    [[ $(as_superuser -Atc "SELECT count(*) FROM pg_roles WHERE rolname = '$role'") != 0 ]] || sql+=(-c "CREATE ROLE $role LOGIN")
  done
  if [[ $(as_superuser -Atc "SELECT count(*) FROM pg_database WHERE datname = '$database'") == 0 ]]; then
    sql+=(-c "CREATE DATABASE $database" -c "REVOKE ALL ON DATABASE $database FROM PUBLIC"
      -c "GRANT CONNECT, CREATE ON DATABASE $database TO users_service, posts_service")
  fi
  if ((${#sql[@]})); then as_superuser -q -v ON_ERROR_STOP=1 "${sql[@]}"; fi
}

stop_postgres() {
  if pg_running; then (cd / && as_pg "$(pg_bin)/pg_ctl" -D "$state/postgres" -m fast -w -t 20 stop) >/dev/null; fi
}

cmd_psql() {
  ensure_packages run
  pg_running || fail "the local database is not running; './dev up' starts it"
  load_env_file
  choose_clerk
  exec psql -h "$(pg_socket_dir)" -U postgres -d "$database" "$@"
}
