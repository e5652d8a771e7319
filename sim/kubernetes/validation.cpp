#include "sim/kubernetes/validation.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/label_selector.hpp"

namespace drey::sim {

namespace {

using complaint = std::optional<std::string>;

constexpr std::size_t name_chars_max = 253;
constexpr std::size_t label_chars_max = 63;
constexpr std::size_t config_map_bytes_max = 1 << 20;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alphanumeric(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

/// RFC 1123 subdomain: lower case, digits, '-' and '.', each part beginning and ending with a
/// letter or a digit.
bool is_subdomain(std::string_view x) {
  if (x.empty() || x.size() > name_chars_max) return false;
  char last = '.';
  for (const char c : x) {
    if (!is_lower_or_digit(c) && c != '-' && c != '.') return false;
    if (c == '.' && !is_lower_or_digit(last)) return false;
    if (last == '.' && !is_lower_or_digit(c)) return false;
    last = c;
  }
  return is_lower_or_digit(last);
}

/// RFC 1035 label, as Services need it.
bool is_service_name(std::string_view x) {
  return is_subdomain(x) && x.size() <= label_chars_max && x.front() >= 'a' &&
         x.find('.') == std::string_view::npos;
}

bool is_label_text(std::string_view x) {
  if (x.size() > label_chars_max) return false;
  if (x.empty()) return true;
  return is_alphanumeric(x.front()) && is_alphanumeric(x.back()) &&
         std::all_of(x.begin(), x.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_label_key(std::string_view x) {
  const auto slash = x.find('/');
  if (slash == std::string_view::npos) return !x.empty() && is_label_text(x);
  const auto word = x.substr(slash + 1);
  return is_subdomain(x.substr(0, slash)) && !word.empty() && is_label_text(word);
}

complaint about_labels(const string_map& labels, const std::string& path) {
  for (const auto& [key, value] : labels) {
    if (!is_label_key(key)) return path + ": Invalid value: \"" + key + "\": not a label key";
    if (!is_label_text(value))
      return path + ": Invalid value: \"" + value + "\": must be no more than 63 characters of " +
             "letters, digits, '-', '_' or '.'";
  }
  return std::nullopt;
}

complaint about_replicas(std::int32_t replicas) {
  if (replicas >= 0) return std::nullopt;
  return "spec.replicas: Invalid value: " + std::to_string(replicas) +
         ": must be greater than or equal to 0";
}

complaint about_pods(const string_map& selector, const pod_template& pods) {
  if (selector.empty()) return "spec.selector: Required value: empty selector is invalid";
  if (!includes(pods.labels, selector))
    return "spec.template.metadata.labels: Invalid value: `selector` does not match template "
           "`labels`";
  return about_labels(pods.labels, "spec.template.labels");
}

template <class T>
complaint about_spec(const T&) {
  return std::nullopt;
}
complaint about_spec(const deployment& x) {
  if (auto wrong = about_replicas(x.replicas)) return wrong;
  if (x.strategy != "Recreate" && x.strategy != "RollingUpdate")
    return "spec.strategy.type: Unsupported value: \"" + x.strategy + "\"";
  return about_pods(x.selector, x.pods);
}
complaint about_spec(const stateful_set& x) {
  if (auto wrong = about_replicas(x.replicas)) return wrong;
  if (x.first_ordinal() < 0)
    return "spec.ordinals.start: Invalid value: " + std::to_string(x.first_ordinal()) +
           ": must be greater than or equal to 0";
  return about_pods(x.selector, x.pods);
}
complaint about_spec(const service& x) {
  if (!is_service_name(x.metadata.name))
    return "metadata.name: Invalid value: \"" + x.metadata.name + "\": not a DNS-1035 label";
  if (x.ports.empty() && !x.headless) return "spec.ports: Required value";
  return std::nullopt;
}
complaint about_spec(const config_map& x) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : x.data) bytes += key.size() + value.size();
  if (bytes <= config_map_bytes_max) return std::nullopt;
  return "[]: Too long: may not be more than 1048576 bytes";
}

template <class T>
complaint about_new_spec(const T&, const T&) {
  return std::nullopt;
}
complaint about_new_spec(const deployment& before, const deployment& after) {
  if (before.selector == after.selector) return std::nullopt;
  return "spec.selector: Invalid value: field is immutable";
}
complaint about_new_spec(const stateful_set& before, const stateful_set& after) {
  if (before.selector == after.selector && before.service_name == after.service_name)
    return std::nullopt;
  return "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', "
         "'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
         "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
}
complaint about_new_spec(const config_map& before, const config_map& after) {
  if (!before.immutable) return std::nullopt;
  if (after.immutable && before.data == after.data) return std::nullopt;
  return "data: Forbidden: field is immutable when `immutable` is set";
}
complaint about_new_spec(const pod& before, const pod& after) {
  const bool rebound = !before.node_name.empty() && before.node_name != after.node_name;
  if (before.spec == after.spec && !rebound) return std::nullopt;
  return "spec: Forbidden: pod updates may not change fields other than images and tolerations";
}

}  // namespace

complaint complaint_about(const object& x) {
  const auto& meta = metadata_of(x);
  if (!is_subdomain(meta.name))
    return "metadata.name: Invalid value: \"" + meta.name + "\": not a DNS-1123 subdomain";
  const bool cluster_scoped = info_of(kind_of(x)).scope == "Cluster";
  if (cluster_scoped != meta.ns.empty())
    return cluster_scoped ? "metadata.namespace: Forbidden: not allowed on this type"
                          : "metadata.namespace: Required value";
  if (auto wrong = about_labels(meta.labels, "metadata.labels")) return wrong;
  return std::visit([](const auto& one) -> complaint { return about_spec(one); }, x);
}

complaint complaint_about_change(const object& before, const object& after) {
  const auto& was = metadata_of(before);
  const auto& is = metadata_of(after);
  if (was.deletion_timestamp)
    for (const auto& one : is.finalizers)
      if (std::find(was.finalizers.begin(), was.finalizers.end(), one) == was.finalizers.end())
        return "metadata.finalizers: Forbidden: no new finalizers can be added if the object is "
               "being deleted, found new finalizers [\"" +
               one + "\"]";
  return std::visit(
      [&](const auto& one) -> complaint {
        using kind = std::decay_t<decltype(one)>;
        return about_new_spec(one, std::get<kind>(after));
      },
      before);
}

}  // namespace drey::sim
