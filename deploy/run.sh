#!/usr/bin/env bash
# The main job: builds CoreLevel, starts a cluster on this machine, streams a virtual beamline run of 500 spectra, an
# example VAMAS file and the instrument files named as arguments through it, and shows the results.
set -euo pipefail
files=()
for file in "$@"; do files+=("$(realpath "$file")"); done
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
prepare

echo "Building (a few minutes the first time) ..." >&2
swift build "${swift_flags[@]}" --product corelevel >&2
corelevel="$(swift build "${swift_flags[@]}" --show-bin-path)/corelevel"

data="${CORELEVEL_DATA:-$(mktemp -d -t corelevel.XXXXXX)}"
mkdir -p "$data"
"$corelevel" up --data "$data" --base-port 0 >"$data/ready.json" &
up=$!
trap 'kill -TERM $up 2>/dev/null; wait $up 2>/dev/null || true' EXIT
until grep -q '"ready":true' "$data/ready.json"; do
    kill -0 $up 2>/dev/null || { echo "The cluster did not start; see above." >&2; exit 69; }
    sleep 0.1
done
broker="$(sed -E 's/.*"submit":"([^"]+)".*/\1/' "$data/ready.json")"

now=$(date +%s)
echo
echo "A virtual beamline: 500 simulated spectra, each shifted by up to 3 eV."
"$corelevel" simulate --count 500 --max-shift 3 --seed "$now" --broker "$broker" --run "beamline-$now"
"$corelevel" watch --broker "$broker" --run "beamline-$now"
"$corelevel" results --data "$data" --run "beamline-$now" | awk 'NR <= 13 { print } END { print "... and " NR - 16 " more lines" }'

echo
echo "An example file, $data/example.vms:"
"$corelevel" simulate --count 6 --max-shift 3 --seed 1 --out "$data/example.vms"
"$corelevel" submit "$data/example.vms" --broker "$broker" --run "example-$now" --wait

status=0
runs=("beamline-$now" "example-$now")
for index in "${!files[@]}"; do
    echo
    echo "${files[index]}:"
    "$corelevel" submit "${files[index]}" --broker "$broker" --run "file-$index-$now" --wait || status=$?
    runs+=("file-$index-$now")
done
queue="$("$corelevel" queue --broker "$broker" --json)"

kill -TERM $up
wait $up
trap - EXIT
echo
for run in "${runs[@]}"; do
    accepted=$(sed -nE 's/.*"run":"'"$run"'"[^}]*"accepted":([0-9]+).*/\1/p' <<<"$queue")
    [ -n "$accepted" ] || continue # a file that was refused made no run
    stored=$("$corelevel" results --data "$data" --run "$run" --json | wc -l)
    echo "run $run: $accepted spectra submitted, $stored rows in SQLite"
    [ "$stored" -eq "$accepted" ] || status=70
done
echo "Everything is in $data. A cluster that stays:"
echo "  $corelevel up --data $data"
exit $status
