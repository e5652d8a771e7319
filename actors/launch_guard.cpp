#include "actors/launch_guard.hpp"

#include <nlohmann/json.hpp>

namespace drey {

namespace {

using json = nlohmann::json;

constexpr std::string_view no_metadata_property =
    "execution.savepoint.path=file:///its-high-availability-metadata-is-gone";
static_assert(no_metadata_property.ends_with(no_metadata));
constexpr std::string_view from_nothing = "drey.begins=from-nothing";  // no key of Flink's
constexpr std::string_view pod_place = "<pod>";

// wget is in Flink's images: they are made with it. The token is in no command line. A launch whose
// processes cannot take (no wget, no rights) is guarded by drey alone, once it has seen the job.
//
// The process that took is ended when the API server is out of its reach for 8 s. One that cannot
// renew its lock loses it after 10 to 15 s, and when it got it back would run main() once more,
// from where the launch began if the metadata went meanwhile.
constexpr std::string_view script = R"bash(
say() { echo "drey: $*" >&2; }
account=/var/run/secrets/kubernetes.io/serviceaccount
host=$KUBERNETES_SERVICE_HOST
if [[ $host == *:* ]]; then host="[$host]"; fi
api=https://$host:$KUBERNETES_SERVICE_PORT
call() { wget --no-proxy --ca-certificate=$account/ca.crt -t 1 -O /dev/null "$@" 2>&1; }
if [[ $DREY_RESTORE == *its-high-availability-metadata-is-gone* ]]; then exec "$@"; fi
for ((i = 1; ; i++)); do
  account_file=$(umask 077 && mktemp)
  printf 'header = Authorization: Bearer %s\n' "$(<$account/token)" > "$account_file"
  said=$(call -S -T 10 --method=PATCH --header='Content-Type: application/json-patch+json' \
    --config="$account_file" --body-data="${DREY_TAKE//<pod>/$_POD_UID}" \
    "$api/api/v1/namespaces/$(<$account/namespace)/configmaps/$0")
  failed=$?
  rm -f "$account_file"
  if ((failed == 0)); then break; fi
  if ((failed <= 3 || failed == 127)) || [[ $said =~ HTTP/[0-9.]+\ 40[13] ]]; then
    say "where this launch begins cannot be taken out of ConfigMap $0: $said"
    exec "$@"
  fi
  if [[ $said =~ HTTP/[0-9.]+\ (404|409|422) ]]; then
    say "another process began this launch, or its ConfigMap $0 is gone"
    exit 1
  fi
  if ((i == 30)); then
    say "ConfigMap $0 cannot be patched: $said"
    exit 1
  fi
  sleep 1
done
"$@" &
flink=$!
trap 'kill -TERM $flink' TERM INT
heard=$SECONDS
while sleep 2; do
  if ((SECONDS - heard > 8)); then
    say "the API server is out of reach: Flink is ended before it loses its leadership"
    kill -KILL $flink
  fi
  call -q -T 2 "$api/version" >/dev/null
  answered=$?  # 8: with a refusal
  if ((answered == 0 || answered == 8)); then heard=$SECONDS; fi
done &
while true; do
  wait $flink
  code=$?
  if ! kill -0 $flink 2>/dev/null; then exit $code; fi
done
)bash";

}  // namespace

std::string launch_map_name(std::string_view cluster) {
  return "flink-launch-" + std::string(cluster);
}

std::string restore_text(const launch& what) {
  return what.path.empty() ? std::string(from_nothing) : what.path;
}

argument_form form_of(const launch& what) {
  return what.path.empty() ? argument_form::property : argument_form::path;
}

std::string guarded_restore_text(argument_form form) {
  return std::string(form == argument_form::property ? no_metadata_property : no_metadata);
}

bool is_guarded(std::string_view restore) {
  return restore.find(no_metadata) != std::string_view::npos;
}

bool was_taken_by(std::string_view restore, std::string_view uid) {
  return is_guarded(restore) && restore.ends_with("/" + std::string(uid));
}

std::string taking_patch(const launch& what) {
  const auto at = "/data/" + std::string(restore_entry);
  const auto taken = guarded_restore_text(form_of(what)) + "/" + std::string(pod_place);
  return json::array({{{"op", "test"}, {"path", at}, {"value", restore_text(what)}},
                      {{"op", "replace"}, {"path", at}, {"value", taken}}})
      .dump();
}

std::string_view taking_script() { return script; }

}  // namespace drey
