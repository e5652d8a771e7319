/// Lists and maps as Flink's configuration writes them in one text: "a;b", "k:v,k:v", and lists of
/// maps "k:v,k:v;k:v". A part that has a delimiter in it stands in single or double quotes; a
/// doubled quote inside is one.
/// Source: Flink's StructuredOptionsSplitter and ConfigurationUtils, 1.12 … 2.x.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/configuration.hpp"

namespace drey {

/// None: a quote that does not close, or something behind a closing one.
std::optional<std::vector<std::string>> parse_flink_list(std::string_view text);
/// None: also a part that is not one key and one value.
std::optional<string_map> parse_flink_map(std::string_view text);
std::optional<std::vector<string_map>> parse_flink_maps(std::string_view text);

/// The map under `key`: in one text, or with one configuration key a member ("key.member"), as
/// nested YAML becomes. Empty: not given. None: given, and not a map.
std::optional<string_map> map_option(const configuration& config, std::string_view key);

}  // namespace drey
