# shellcheck shell=bash disable=SC2154,SC2034
# Starts, watches and ends the processes of a local Inkwell. Sourced by ./dev.

stack_names=() stack_pids=()

# Settings from .env: NAME=value lines, never run as a script. What the environment has already wins. As in docker compose a value
# may stand in quotes, and a comment may follow after a space.
load_env_file() {
  local line name value
  [[ -f .env ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    if [[ ! $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Z][A-Z0-9_]*)=(.*)$ ]]; then
      [[ ! $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)= ]] ||
        fail ".env: names of settings are in capital letters: ${BASH_REMATCH[2]}"
      fail ".env: not of the form NAME=value: ${line%%=*}"
    fi
    name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    if [[ $value =~ ^[[:space:]]*\"([^\"]*)\"[[:space:]]*(#.*)?$ || $value =~ ^[[:space:]]*\'([^\']*)\'[[:space:]]*(#.*)?$ ]]; then
      value=${BASH_REMATCH[1]}
    else
      value=${value%%[[:space:]]#*}
      value=${value#"${value%%[![:space:]]*}"}
      value=${value%"${value##*[![:space:]]}"}
    fi
    [[ -n ${!name+x} ]] || export "$name=$value"
  done <.env
}

# Either all four settings of a real Clerk instance, or none: then the emulator stands in. Each has a database of its own, because a
# database belongs to one Clerk instance.
choose_clerk() {
  local name missing=() given=()
  for name in CLERK_PUBLISHABLE_KEY CLERK_SECRET_KEY CLERK_WEBHOOK_SIGNING_SECRET CLERK_AUTHORIZED_PARTIES; do
    if [[ -n ${!name:-} ]]; then given+=("$name"); else missing+=("$name"); fi
  done
  if ((${#given[@]} && ${#missing[@]})); then
    fail "a real Clerk needs all four settings in .env; missing: ${missing[*]} (or remove ${given[*]} to use the emulator)"
  fi
  if ((${#given[@]})); then
    clerk=real database=inkwell_clerk
  else
    clerk=emulator database=inkwell
  fi
}

emulator_settings() {
  local secret_file=$state/webhook-secret
  if [[ ! -s $secret_file ]]; then
    (umask 077 && printf 'whsec_%s\n' "$(head -c 24 /dev/urandom | base64 -w0)" >"$secret_file")
  fi
  export EMULATOR_LISTEN=${EMULATOR_LISTEN:-127.0.0.1:4000}
  export EMULATOR_DATA_DIR=${EMULATOR_DATA_DIR:-$state/clerk-emulator}
  export EMULATOR_CLERK_JS_DIR=${EMULATOR_CLERK_JS_DIR:-$(clerk_js_dir)}
  export EMULATOR_WEBHOOK_URL=${EMULATOR_WEBHOOK_URL:-http://$gateway_address/api/webhooks/clerk}
  CLERK_WEBHOOK_SIGNING_SECRET=$(<"$secret_file")
  export CLERK_WEBHOOK_SIGNING_SECRET EMULATOR_WEBHOOK_SECRET=$CLERK_WEBHOOK_SIGNING_SECRET
  # The key names the host `clerk.localhost`; the secret key is the emulator's own and opens nothing else.
  export CLERK_PUBLISHABLE_KEY=pk_test_Y2xlcmsubG9jYWxob3N0JA
  export CLERK_SECRET_KEY=${EMULATOR_SECRET_KEY:-sk_test_local_emulator_only_not_a_secret}
  export EMULATOR_SECRET_KEY=$CLERK_SECRET_KEY
  export CLERK_FAPI_URL=http://$EMULATOR_LISTEN CLERK_API_URL=http://$EMULATOR_LISTEN
  export CLERK_AUTHORIZED_PARTIES=http://localhost:${gateway_address##*:},http://127.0.0.1:${gateway_address##*:}
  export EMULATOR_ALLOWED_ORIGINS=$CLERK_AUTHORIZED_PARTIES EMULATOR_AUTHORIZED_PARTY=http://localhost:${gateway_address##*:}
}

# Where each program listens; all of it must be free.
choose_addresses() {
  gateway_address=${GATEWAY_LISTEN:-127.0.0.1:3000}
  export GATEWAY_LISTEN=$gateway_address GATEWAY_ADMIN_LISTEN=${GATEWAY_ADMIN_LISTEN:-127.0.0.1:9300}
  export USERS_LISTEN=${USERS_LISTEN:-127.0.0.1:50051} USERS_ADMIN_LISTEN=${USERS_ADMIN_LISTEN:-127.0.0.1:9301}
  export POSTS_LISTEN=${POSTS_LISTEN:-127.0.0.1:50052} POSTS_ADMIN_LISTEN=${POSTS_ADMIN_LISTEN:-127.0.0.1:9302}
  export USERS_TARGET=${USERS_TARGET:-$USERS_LISTEN} POSTS_TARGET=${POSTS_TARGET:-$POSTS_LISTEN}
  local address addresses=("$GATEWAY_LISTEN" "$GATEWAY_ADMIN_LISTEN" "$USERS_LISTEN" "$USERS_ADMIN_LISTEN" "$POSTS_LISTEN" "$POSTS_ADMIN_LISTEN")
  if [[ $clerk == emulator ]]; then addresses+=("${EMULATOR_LISTEN:-127.0.0.1:4000}"); fi
  for address in "${addresses[@]}"; do
    port_is_free "$address" || fail "$address is in use by another program; end it, or set the *_LISTEN setting in .env (.env.example)"
  done
}

port_is_free() { ! (exec 3<>"/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null; }

# start_program NAME READY_URL: in the background, in a process group of its own (so that Ctrl-C reaches this script first, and the
# programs end in order), its output in .inkwell/log, and returns when READY_URL answers 200.
start_program() {
  local name=$1 ready=$2 pid
  set -m
  (
    [[ $name != user-sync-service ]] || export CLERK_SECRET_KEY
    exec "build/release/bin/$name"
  ) >"$state/log/$name.log" 2>&1 </dev/null &
  pid=$!
  set +m
  stack_names+=("$name") stack_pids+=("$pid")
  local tries=0
  until curl -fsS -m 1 -o /dev/null "$ready" 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null || { tail -n 20 "$state/log/$name.log" >&2; fail "$name ended while starting"; }
    ((++tries < 300)) || { tail -n 20 "$state/log/$name.log" >&2; fail "$name was not ready within 30 s"; }
    sleep 0.1
  done
}

stop_stack() {
  trap - EXIT INT TERM
  local i pid
  # The last started goes first: the edge drains before what it needs ends.
  for ((i = ${#stack_pids[@]} - 1; i >= 0; i--)); do
    pid=${stack_pids[i]}
    kill -TERM "$pid" 2>/dev/null || continue
    for _ in $(seq 150); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || :
  done
  stop_postgres
  rm -f "$state/up.pid" "$state/ready"
}

running_supervisor() { # prints the process id of a running `dev up`, if there is one
  local pid
  [[ -f $state/up.pid ]] || return 1
  pid=$(<"$state/up.pid")
  [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'dev up' || return 1
  printf '%s' "$pid"
}

print_welcome() {
  local origin=http://localhost:${gateway_address##*:}
  say ""
  say "Inkwell is ready: $origin"
  if [[ $clerk == emulator ]]; then
    say "Clerk is the local emulator at http://$EMULATOR_LISTEN; what is signed up there stays on this machine."
    say ""
    say "Try:"
    say "  TOKEN=\$(curl -s -X POST 'http://$EMULATOR_LISTEN/_emulator/sign-up?format=text' -d '{\"email\":\"ada@example.com\"}')"
    say "  curl -s -X POST $origin/api/posts -H \"Authorization: Bearer \$TOKEN\" -H 'Content-Type: application/json' -d '{\"title\":\"Hello\"}'"
    say "  curl -s $origin/api/posts -H \"Authorization: Bearer \$TOKEN\""
  else
    say "Clerk is your instance. Its webhooks must reach $origin/api/webhooks/clerk (README, \"Connect your Clerk\")."
    say ""
    say "Try:"
    say "  curl -si $origin/api/posts | head -n 1     # 401: sign in first"
    say "  curl -s $origin/readyz"
    say "  ./dev logs gateway"
  fi
}

cmd_up() {
  local pid detach=no
  case ${1:-} in -d | --detach) detach=yes ;; "") ;; *) fail "up takes -d or nothing" ;; esac
  if pid=$(running_supervisor); then fail "already running (process $pid); './dev down' ends it"; fi
  # Before the minutes that a build may take.
  load_env_file
  choose_clerk
  choose_addresses
  ensure_packages build run
  say "Building (the first time takes minutes, later seconds) …"
  configure_and_build release gateway user-sync-service posts-service clerk-emulator
  if [[ $detach == yes ]]; then
    rm -f "$state/ready"
    setsid "$root/dev" up >"$state/log/up.log" 2>&1 </dev/null &
    pid=$!
    until [[ -f $state/ready ]]; do
      kill -0 "$pid" 2>/dev/null || { cat "$state/log/up.log" >&2; exit 1; }
      sleep 0.1
    done
    sed -n '/^Inkwell is ready/,$p' "$state/log/up.log"
    say ""
    say "It runs in the background: './dev logs' follows it, './dev down' ends it."
    return
  fi

  mkdir -p "$state/log"
  if [[ $clerk == emulator ]]; then
    emulator_settings
    fetch_clerk_js || say "clerk-js could not be fetched: the page uses the emulator's own sign-in. Why: ${state#"$root"/}/log/clerk-js.log"
  fi

  echo $$ >"$state/up.pid"
  trap stop_stack EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  export -n CLERK_SECRET_KEY # only who calls the Backend API gets the key to it
  start_postgres
  export USERS_DATABASE_URL=${USERS_DATABASE_URL:-$(pg_url users_service)} POSTS_DATABASE_URL=${POSTS_DATABASE_URL:-$(pg_url posts_service)}
  if [[ $clerk == emulator ]]; then start_program clerk-emulator "http://$EMULATOR_LISTEN/.well-known/jwks.json"; fi
  start_program user-sync-service "http://$USERS_ADMIN_LISTEN/readyz"
  start_program posts-service "http://$POSTS_ADMIN_LISTEN/readyz"
  start_program gateway "http://$gateway_address/readyz"
  print_welcome
  if [[ -t 1 ]]; then say "" && say "Ctrl-C ends everything; './dev logs' in another terminal follows the logs."; fi
  touch "$state/ready"

  # Wait for the first program to end: that is never supposed to happen.
  local status=0 ended=""
  wait -n -p ended "${stack_pids[@]}" || status=$?
  local i
  for i in "${!stack_pids[@]}"; do
    if [[ ${stack_pids[i]} == "$ended" ]]; then
      tail -n 20 "$state/log/${stack_names[i]}.log" >&2
      fail "${stack_names[i]} ended with exit code $status"
    fi
  done
}

cmd_down() {
  local pid
  if ! pid=$(running_supervisor); then
    stop_postgres
    say "Inkwell is not running."
    return
  fi
  kill -TERM "$pid"
  for _ in $(seq 600); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  say "Inkwell is down."
}

cmd_logs() {
  local name=${1:-}
  if [[ -n $name ]]; then
    [[ -f $state/log/$name.log ]] || fail "no log of '$name' yet (gateway, user-sync-service, posts-service, clerk-emulator, postgres)"
    exec tail -n 50 -F "$state/log/$name.log"
  fi
  # It is the first that './dev up' writes; the others may be on their way.
  [[ -f $state/log/postgres.log ]] || fail "there is no log yet; './dev up' starts what writes them"
  exec tail -n 10 -F "$state"/log/{gateway,user-sync-service,posts-service,clerk-emulator,postgres}.log
}

cmd_clean() {
  if running_supervisor >/dev/null; then fail "Inkwell is running; './dev down' first"; fi
  stop_postgres
  rm -rf "$state" "$(pg_socket_dir)"
}
