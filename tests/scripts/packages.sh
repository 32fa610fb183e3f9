# Sourced by the run scripts: installs what a bare Debian 12 lacks.

# Boost 1.81 is what Debian 12 offers beside its default 1.74, under versioned names.
magic_hour_packages=(g++ cmake ninja-build ccache libboost1.81-dev libboost-json1.81-dev libssl-dev)

# install_missing PACKAGE...: asks apt only when something is not there yet.
install_missing() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    echo "installing ${missing[*]}" >&2
    if [ "$(id -u)" -ne 0 ]; then
        echo "please install as root: apt-get install ${missing[*]}" >&2
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q "${missing[@]}" >/dev/null 2>&1 && return
    apt-get update -q >/dev/null
    apt-get install -y -q "${missing[@]}" >/dev/null
}
