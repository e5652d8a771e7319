#include "sim/storage/artifacts.hpp"

namespace drey::sim {
namespace {

constexpr std::string_view handle_prefix = "artifact:";
constexpr std::int64_t jar_bytes = 12 << 20;

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

storage_answer refused(refusal_reason why, std::string message) {
  return {refusal{why, std::move(message)}};
}

}  // namespace

storage_answer artifact_store::fetch(const std::string& uri) {
  if (contains(uri, "missing")) return refused(refusal_reason::not_found, uri + ": 404 Not Found");
  if (contains(uri, "not-a-jar"))
    return refused(refusal_reason::invalid, uri + ": not a jar (no zip directory in it)");
  auto artifact = std::string{handle_prefix} + uri;
  ++held_[artifact];
  return {artifact_fetched{std::move(artifact), jar_bytes}};
}

void artifact_store::release(const std::string& artifact) {
  const auto found = held_.find(artifact);
  if (found != held_.end() && --found->second == 0) held_.erase(found);
}

std::string artifact_store::uri_of(std::string_view artifact) {
  if (artifact.starts_with(handle_prefix)) artifact.remove_prefix(handle_prefix.size());
  return std::string{artifact};
}

bool main_throws(std::string_view uri_or_jar) { return contains(uri_or_jar, "throws"); }
bool tasks_crash(std::string_view uri_or_jar) { return contains(uri_or_jar, "crashes"); }
bool fixes_sink(std::string_view uri_or_jar) { return contains(uri_or_jar, "fixed-sink"); }

}  // namespace drey::sim
