/// Flink's configuration: flat keys, and the few values of it that drey must understand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/kubernetes.hpp"

namespace drey {

/// Flat view of `flinkConfiguration`: nested objects joined with '.', arrays with ';', scalars as
/// text.
using configuration = string_map;

/// The value of `key`, else of `old_key` (the spelling before Flink 1.20 or 1.17), else none.
std::optional<std::string> value_of(const configuration& config, std::string_view key,
                                    std::string_view old_key = {});

/// A Flink duration: "10 s", "500ms", "1 min", "2h"; a bare number is milliseconds. None: not a
/// duration. Source: Flink's `TimeUtils.parseDuration`.
std::optional<milliseconds> parse_duration(std::string_view text);

/// A Flink memory size: "1024m", "2g", "512 mb", bare number = bytes; units are powers of 1024.
/// None: not a size. Source: Flink's `MemorySize.parse`.
std::optional<std::int64_t> parse_memory(std::string_view text);

/// A Kubernetes quantity ("500m", "2Gi", "1e3", "1.5") in thousandths. None: not a quantity.
std::optional<std::int64_t> parse_quantity_milli(std::string_view text);

/// Memory as users write it in a spec: a Flink size first ("2g" = 2 GiB), else a Kubernetes
/// quantity
/// ("2Gi"); bytes. Source: operator-facts §11.3 (Apache's order of attempts).
std::optional<std::int64_t> parse_spec_memory(std::string_view text);

/// "kubernetes.jobmanager.cpu.limit-factor" of "jobmanager" and "cpu".
std::string limit_factor_key(std::string_view component, std::string_view resource);
/// How much more than its request a container may take: a number from 1. None: not such a number.
std::optional<double> parse_limit_factor(std::string_view text);

}  // namespace drey
