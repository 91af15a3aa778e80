# shellcheck shell=bash disable=SC2154
# Copies Clerk's users into the running Inkwell. Sourced by ./dev.

cmd_backfill() {
  local args=() argument
  for argument in "$@"; do
    case $argument in
      --delete-missing) args+=(--delete-missing=true) ;;
      --resume-token=*) args+=("$argument") ;;
      *) fail "backfill takes --delete-missing and --resume-token=TOKEN" ;;
    esac
  done
  configure_and_build release inkwell-backfill
  load_env_file
  USERS_TARGET=${USERS_TARGET:-${USERS_LISTEN:-127.0.0.1:50051}} build/release/bin/inkwell-backfill "${args[@]}"
}
