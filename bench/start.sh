#!/bin/sh
# Started by the load driver in a session and a scratch directory of its own, with PORT, DATABASE_URL and CLERK_* set: runs the
# three programs in the foreground, joined by unix sockets. Programs from $INKWELL_BIN, by default the release build of the
# checkout that the driver was started in.
set -eu
bin=${INKWELL_BIN:-${OLDPWD:-..}/build/release/bin}
for program in gateway user-sync-service posts-service; do
  [ -x "$bin/$program" ] || { echo "no $program in $bin: build the release preset, or set INKWELL_BIN" >&2; exit 2; }
done

run=$(mktemp -d "${TMPDIR:-/tmp}/inkwell-bench.XXXXXX")
export LOG_LEVEL="${LOG_LEVEL:-warn}"
export USERS_LISTEN="unix:$run/users.sock" POSTS_LISTEN="unix:$run/posts.sock"
export USERS_TARGET="$USERS_LISTEN" POSTS_TARGET="$POSTS_LISTEN"
export USERS_ADMIN_LISTEN=127.0.0.1:0 POSTS_ADMIN_LISTEN=127.0.0.1:0 GATEWAY_ADMIN_LISTEN=127.0.0.1:0
export USERS_DATABASE_URL="$DATABASE_URL" POSTS_DATABASE_URL="$DATABASE_URL"
export GATEWAY_LISTEN="127.0.0.1:$PORT"
export CLERK_PUBLISHABLE_KEY="${CLERK_PUBLISHABLE_KEY:-${NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY:-}}"
export CLERK_AUTHORIZED_PARTIES="${CLERK_AUTHORIZED_PARTIES:-${CLERK_AUTHORIZED_PARTY:-}}"
export RATE_LIMIT_USER=0 # the driver sends each user's requests as fast as it can
unset CLERK_SECRET_KEY   # nothing may leave this machine: unknown users are not looked up at Clerk

"$bin/user-sync-service" & users=$!
"$bin/posts-service" & posts=$!
"$bin/gateway" & gateway=$!
stop() { kill -TERM $gateway 2>/dev/null; wait $gateway; kill -TERM $posts $users 2>/dev/null; wait; rm -rf "$run"; exit 0; }
trap stop TERM INT
wait $gateway
stop
