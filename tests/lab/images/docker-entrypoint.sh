#!/bin/bash
# The entrypoint of the lab's Flink image. It understands what the official image's does,
# as far as ordinary manifests use it: a role with further arguments, or any command.
# The configuration may be a read-only ConfigMap mount, so it is never written to.
set -e

case "${1:-help}" in
  help)
    echo "Usage: $(basename "$0") (jobmanager|taskmanager|standalone-job|history-server|COMMAND…) [-D key=value]…"
    ;;
  jobmanager) exec "$FLINK_HOME/bin/jobmanager.sh" start-foreground "${@:2}" ;;
  taskmanager) exec "$FLINK_HOME/bin/taskmanager.sh" start-foreground "${@:2}" ;;
  standalone-job) exec "$FLINK_HOME/bin/standalone-job.sh" start-foreground "${@:2}" ;;
  history-server) exec "$FLINK_HOME/bin/historyserver.sh" start-foreground "${@:2}" ;;
  *) exec "$@" ;;
esac
