#include "sim/scenario/call_pattern.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/scenario/words.hpp"

namespace drey::sim {

namespace {

constexpr std::array<std::string_view, call_verbs_count> verbs{"get",
                                                               "list",
                                                               "create",
                                                               "apply",
                                                               "status",
                                                               "finalizers",
                                                               "replace",
                                                               "delete",
                                                               "look",
                                                               "review",
                                                               "jobs",
                                                               "overview",
                                                               "dashboard",
                                                               "taskmanagers",
                                                               "checkpoints",
                                                               "checkpoint-config",
                                                               "upload",
                                                               "submit",
                                                               "delete-jar",
                                                               "cancel",
                                                               "stop",
                                                               "savepoint",
                                                               "checkpoint",
                                                               "savepoint-result",
                                                               "checkpoint-result",
                                                               "dispose",
                                                               "disposal-result",
                                                               "exceptions",
                                                               "job",
                                                               "rescale"};

}  // namespace

std::string_view name_of(call_verb x) { return verbs.at(static_cast<std::size_t>(x)); }

std::string text_of(const call_pattern& x) {
  std::string text{name_of(x.verb)};
  if (x.kind) text += " " + std::string(drey::name_of(*x.kind));
  if (x.name) text += " " + text_of_name(*x.name);
  return text;
}

std::optional<call_pattern> parse_call_pattern(std::string_view text, std::string& problem) {
  const auto words = words_of(text);
  const auto verb = std::find(verbs.begin(), verbs.end(), words.empty() ? "" : words[0]);
  if (verb == verbs.end()) {
    problem = "does not begin with a call";
    return std::nullopt;
  }
  call_pattern read{static_cast<call_verb>(verb - verbs.begin()), {}, {}};
  if (words.size() > (is_of_kubernetes(read.verb) ? 3U : 1U)) {
    problem = is_of_kubernetes(read.verb) ? "has more words than a call, a kind and a name"
                                          : "is a call of Flink, which has no kind and no name";
    return std::nullopt;
  }
  if (words.size() > 1) read.kind = kind_of_word(words[1]);
  if (words.size() > 2) read.name = parse_object_name(words[2]);
  if (words.size() > 1 && !read.kind)
    problem = "`" + words[1] + "` is not a known kind";
  else if (words.size() > 2 && !read.name)
    problem = "`" + words[2] + "` is not namespace/name";
  else
    return read;
  return std::nullopt;
}

std::string call_verbs() { return listed({verbs.begin(), verbs.end()}); }

}  // namespace drey::sim
