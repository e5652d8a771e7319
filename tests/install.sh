#!/bin/sh
# Installs the Debian packages of tests/packages.txt that are missing; quick when none is. Without
# the rights to do so it says which they are.
set -eu

list=$(dirname "$0")/packages.txt
packages=$(sed 's/#.*//' "$list")

if ! command -v dpkg-query >/dev/null; then
  echo "This is no Debian. Needed are what these Debian packages hold:" $packages >&2
  exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null |
  sed -n 's/^installed //p')
missing=
for package in $packages; do
  case "
$installed
" in
    *"
$package
"*) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "Packages are missing. Install them as root:" >&2
  echo "  apt-get install$missing" >&2
  exit 1
fi

echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
# Lists that are old name files that are gone: on failure fetch them and try once more.
apt-get install -y --no-install-recommends $missing >/dev/null 2>&1 && exit 0
apt-get update
apt-get install -y --no-install-recommends $missing
