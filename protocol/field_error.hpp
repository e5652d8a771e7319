/// What is wrong with a field that somebody wrote, as a value: bad input never throws.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drey {

struct field_error {
  std::string path;     ///< "spec.taskManager.replicas", "spec.job.args[2]"; empty: the document
  std::string problem;  ///< what is wrong: "must be an integer, is a string"
  std::string remedy;   ///< what to write instead
  int line = 0;         ///< of the file, from 1; 0: not known (text that came from the API)
  bool operator==(const field_error&) const = default;
};
using field_errors = std::vector<field_error>;

/// More errors of one document help nobody: what comes after is not collected.
inline constexpr std::size_t field_errors_max = 100;

/// "path: problem. Remedy", for a status or a log.
std::string text_of_error(const field_error& error);

/// What somebody wrote, for a message: in full when it is short, else its beginning with "…".
std::string excerpt(std::string_view text);

/// The place of a value in a document while it is read: a chain on the stack, made into text only
/// when something is wrong.
struct field_path {
  const field_path* outer = nullptr;
  std::string_view name;  ///< of a member; empty and `index` < 0: the document itself
  int index = -1;         ///< of an item
  enum class spelling { member, key } as = spelling::member;
};

/// "spec.job.args[2]"; a map's key stands in brackets, as Kubernetes writes it. Very long names are
/// shown as excerpts.
std::string text_of_path(const field_path& path);

}  // namespace drey
