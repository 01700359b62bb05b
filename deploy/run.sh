#!/usr/bin/env bash
# The main job: builds CoreLevel, starts a cluster on this machine, streams a virtual beamline run of 500 spectra, an
# example VAMAS file and the instrument files named as arguments through it, and shows the results.
set -euo pipefail
files=()
for file in "$@"; do files+=("$(realpath "$file")"); done
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

echo "Building (a few minutes the first time) ..." >&2
swift build "${swift_flags[@]}" --product corelevel >&2
corelevel="$(swift build "${swift_flags[@]}" --show-bin-path)/corelevel"

data="${CORELEVEL_DATA:-$(mktemp -d -t corelevel.XXXXXX)}"
mkdir -p "$data"
ready="$data/ready.json"
: >"$ready"
"$corelevel" up --data "$data" --base-port 0 >"$ready" &
up=$!
trap 'kill -TERM $up 2>/dev/null; wait $up 2>/dev/null || true' EXIT
until grep -q '"ready":true' "$ready"; do
    kill -0 $up 2>/dev/null || { echo "The cluster did not start; see above." >&2; exit 69; }
    sleep 0.1
done
broker="$(sed -E 's/.*"submit":"([^"]+)".*/\1/' "$ready")"

run="demo-$(date +%s)"
"$corelevel" simulate --count 500 --max-shift 3 --seed "$(date +%s)" --broker "$broker" --run "$run"
"$corelevel" simulate --count 6 --max-shift 3 --seed 1 --out "$data/example.vms"
"$corelevel" submit "$data/example.vms" --broker "$broker" --run "$run-example" --wait
"$corelevel" watch --broker "$broker" --run "$run" --until-done
echo
echo "Virtual beamline, run $run:"
"$corelevel" results --data "$data" --run "$run" --limit 12
submitted=506
status=0
for file in "${files[@]}"; do
    echo
    echo "$file:"
    "$corelevel" submit "$file" --broker "$broker" --run "$run-files" --wait || status=$?
done

kill -TERM $up
wait $up
trap - EXIT
echo
"$corelevel" results --data "$data" --count
echo "Everything is in $data; a cluster that stays:  $corelevel up --data $data"
exit $status
