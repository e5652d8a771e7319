/// What people wrote, for the eyes of others: output ends up in logs of pipelines and in tickets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/configuration.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

/// Whether a value looks as if only its owner may know it, by its name (a key, an environment
/// variable) or by itself. Rather too often than too seldom.
bool looks_secret(std::string_view name, std::string_view value);

/// A failure of somebody's program on one line; of one that looks as if it held a secret only its
/// class.
std::string shown_cause(std::string_view cause);

/// What a program was given that looks secret: values of its arguments (`--password x`,
/// `--token=x`) and of its configuration.
std::vector<std::string> secrets_given(const std::vector<std::string>& args,
                                       const configuration& config);
/// The same as `shown_cause`, of a program that may tell what it was given.
std::string shown_cause(std::string cause, const std::vector<std::string>& secrets);

/// A field's value on one line: in full when it is short and no secret. `path` is where it stands.
std::string shown_value(std::string_view path, const json_text& value);

}  // namespace drey
