/// The headers with which a jar is asked for: `kubernetes.operator.user.artifacts.http.header`, a
/// map of Flink's ("Name:value,Name:value", quoted where a part holds a comma or a colon), or one
/// key for each (`….http.header.Name`). Source: Flink's StructuredOptionsSplitter and
/// ConfigurationUtils, Apache's KubernetesOperatorConfigOptions. Values are secrets as often as
/// not: no message has one.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "protocol/configuration.hpp"

namespace drey {

inline constexpr std::string_view artifact_header_key =
    "kubernetes.operator.user.artifacts.http.header";

/// By name; or what is wrong, in a sentence without any value.
std::variant<string_map, std::string> artifact_headers_in(const configuration& config);

/// A job's settings over its cluster's, key by key.
std::variant<string_map, std::string> artifact_headers_of(const configuration& job,
                                                          const configuration& cluster);

}  // namespace drey
