# Sourced by run.sh and test.sh: a function that checks the toolchain and installs what is missing, and the compiler's
# flags.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# -fno-math-errno lets square roots vectorise (fourfold in the optimizer); a manifest may not carry it without shutting
# out packages that depend on this one.
swift_flags=(-c release -Xcc -fno-math-errno)

# prepare [PACKAGE...]: Swift, the three libraries and these packages of the distribution are there when it returns.
prepare() {
    if ! command -v swift >/dev/null 2>&1; then
        cat >&2 <<'END'
Swift is not installed, or not on your PATH. CoreLevel needs Swift 6.2 or newer: install it with "swiftly install latest"
(swiftly is the toolchain installer on swift.org/install), open a new shell, and run this command again.
END
        exit 69
    fi
    local missing=() sudo=() package
    for package in libzmq3-dev libopenblas-dev libsqlite3-dev "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing ${missing[*]} ..." >&2
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    if ! { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq "${missing[@]}"; } >&2; then
        echo "Could not install ${missing[*]}. Install them with your package manager and run this command again." >&2
        exit 69
    fi
}
