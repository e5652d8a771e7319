/// What a YAML scalar means, decided as `kubectl` decides it. kubectl reads YAML through
/// sigs.k8s.io/yaml, whose parser (go-yaml v2) follows YAML 1.1: unquoted yes, no, on, off, y and n
/// are booleans, 017 and 0o17 are octal, 0x1f is hexadecimal, 1_000 is 1000. Whoever means text
/// writes quotes. Dates stay text.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace drey {

enum class scalar_type { null, boolean, integer, number, text };

/// A resolved scalar: its type and its JSON text (a string keeps the raw text, without quotes).
struct yaml_scalar {
  scalar_type type = scalar_type::text;
  std::string json;
};

/// Why a scalar cannot be a JSON value: NaN or an infinity.
struct not_a_json_number {};

/// Resolves a scalar that stood without quotes and tags.
std::variant<yaml_scalar, not_a_json_number> resolve_plain_scalar(std::string_view text);

}  // namespace drey
