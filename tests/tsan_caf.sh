#!/bin/sh
# Builds CAF's core, from the source of Debian's own package, with ThreadSanitizer, into
# BUILD/caf/lib. With Debian's build of it every message between two actors is reported as a race:
# the sanitizer does not see the atomics of a library that it did not compile.
# Usage: tests/tsan_caf.sh BUILD
set -eu

mkdir -p "$1/caf/sources/lists/partial" "$1/caf/sources/parts"
into=$(cd "$1/caf" && pwd)
[ ! -e "$into/lib/libcaf_core.so" ] || exit 0
cd "$into/sources"

# The same archives as the machine's, asked for sources.
for list in /etc/apt/sources.list.d/*.sources; do
  [ -e "$list" ] && sed 's/^Types: .*/Types: deb-src/' "$list" >"parts/$(basename "$list")"
done
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -e "$list" ] && sed -n 's/^deb /deb-src /p' "$list" >"parts/$(basename "$list" .list).list"
done
apt() {
  apt-get -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$PWD/parts" \
    -o Dir::State::lists="$PWD/lists" "$@"
}
apt update >/dev/null
found=$(apt source --download-only --print-uris libcaf-dev | grep '\.orig\.tar\.gz ')
uri=$(echo "$found" | cut -d "'" -f 2)
sum=$(echo "$found" | grep -o 'SHA256:[0-9a-f]*')
/usr/lib/apt/apt-helper download-file "$uri" caf.tar.gz "$sum"
tar -xzf caf.tar.gz --strip-components=1 --one-top-level=caf

cmake -Wno-dev -S caf -B "$into" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_CXX_FLAGS='-fsanitize=thread -O1 -g1' -DCAF_NO_EXAMPLES=ON -DCAF_NO_TOOLS=ON \
  -DCAF_NO_UNIT_TESTS=ON -DCAF_NO_IO=ON -DCAF_NO_OPENSSL=ON -DCAF_NO_OPENCL=ON -DCAF_NO_PYTHON=ON \
  >/dev/null
cmake --build "$into" --target libcaf_core_shared -j "$(nproc)"
