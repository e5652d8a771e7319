# One line a target. `make run` and `make test` work on a fresh Debian 12.
build = tests/install.sh && cmake --preset $(1) && cmake --build --preset $(1) -j $(shell nproc)
.PHONY: run test lab lab-test lab-down bench asan tsan tidy format

run: ; $(call build,release) --target drey && build/drey simulate configs/scenarios/session-cluster.yaml --report build/report.html
test: ; $(call build,release) && python3 tests/run.py
lab: ; $(call build,release) --target drey-operator && tests/lab/lab up
lab-test: ; $(call build,release) --target drey-operator && tests/lab/lab test
lab-down: ; tests/lab/lab down
bench: ; $(call build,release) && python3 tests/bench/bench.py && python3 tests/bench/operator_load.py
asan: ; $(call build,asan) && UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 python3 tests/run.py --build build-asan --only programs
tsan: ; $(call build,tsan) && tests/tsan_caf.sh build-tsan && LD_LIBRARY_PATH=$(CURDIR)/build-tsan/caf/lib python3 tests/run.py --build build-tsan --only programs
tidy: ; tests/install.sh && python3 tests/run.py --only tidy,clang-tidy --every-file
format: ; git ls-files -co --exclude-standard "*.hpp" "*.cpp" | xargs clang-format -i
