#include "actors/preflight.hpp"

#include <algorithm>

#include "protocol/crd.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

namespace {

using nlohmann::json;

constexpr std::size_t gaps_told_max = 5;

std::string_view word_of(verdict x) {
  constexpr std::string_view words[] = {"ok", "wrong", "not checked"};
  return words[static_cast<std::size_t>(x)];
}

std::string why(const refusal& no) { return std::string(name_of(no.reason)) + ": " + no.message; }

/// A definition as one of our own kinds' table has it.
class schema_comparison {
public:
  std::vector<std::string> gaps;

  void compare(const json& ours, const json& live, const std::string& path) {
    compare_choices(ours, live, path);
    if (ours.contains("items") && live.contains("items"))
      compare(ours["items"], live["items"], path + "[]");
    if (!ours.contains("properties")) return;
    const bool keeps = live.value("x-kubernetes-preserve-unknown-fields", false);
    const auto there = live.value("properties", json::object());
    for (const auto& [name, one] : ours["properties"].items()) {
      const auto inner = path.empty() ? name : path + "." + name;
      if (there.contains(name) && there[name].is_object())
        compare(one, there[name], inner);
      else if (!keeps)
        gaps.push_back(inner + " would be lost");
    }
  }

private:
  void compare_choices(const json& ours, const json& live, const std::string& path) {
    if (!ours.contains("enum") || !live.contains("enum")) return;
    for (const auto& one : ours["enum"])
      if (std::ranges::find(live["enum"], one) == live["enum"].end())
        gaps.push_back(path + " may not be " + one.dump());
  }
};

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) {
    if (&one - all.data() == gaps_told_max)
      return text + " and " + std::to_string(all.size() - gaps_told_max) + " more";
    text += (text.empty() ? "" : ", ") + one;
  }
  return text;
}

std::string crd_name(object_kind primary) {
  return std::string(info_of(primary).plural) + ".flink.apache.org";
}

preflight_check about_crd(object_kind primary, verdict v, std::string message) {
  const auto remedy =
      "kubectl apply --server-side --force-conflicts -f configs/crd/" + crd_file_name(primary);
  return {"CRD " + crd_name(primary), "definition", v, std::move(message),
          v == verdict::wrong ? remedy : ""};
}

const json* served_version(const json& live) {
  const auto spec = live.find("spec");
  if (spec == live.end() || !spec->is_object()) return nullptr;
  const auto versions = spec->find("versions");
  if (versions == spec->end() || !versions->is_array()) return nullptr;
  for (const auto& one : *versions)
    if (one.is_object() && one.value("name", "") == "v1beta1" && one.value("served", false))
      return &one;
  return nullptr;
}

}  // namespace

preflight_checks check_crd(object_kind primary, const read_or<json>& live) {
  if (const auto* no = std::get_if<refusal>(&live)) {
    if (no->reason == refusal_reason::not_found)
      return {about_crd(primary, verdict::wrong, "it is not there")};
    auto one = about_crd(primary, verdict::unchecked, "it cannot be read: " + why(*no));
    one.remedy = "kubectl get crd " + crd_name(primary) + " -o yaml, as somebody who may";
    return {one};
  }
  const auto* version = served_version(std::get<json>(live));
  if (version == nullptr) return {about_crd(primary, verdict::wrong, "v1beta1 is not served")};
  const auto wanted = crd(primary)["spec"]["versions"][0];
  const auto there = version->value("subresources", json::object());
  for (const auto& [name, one] : wanted["subresources"].items())
    if (!there.contains(name))
      return {about_crd(primary, verdict::wrong, "it has no subresource " + name)};
  schema_comparison compared;
  compared.compare(
      wanted["schema"]["openAPIV3Schema"],
      version->value("schema", json::object()).value("openAPIV3Schema", json::object()), "");
  if (compared.gaps.empty())
    return {about_crd(primary, verdict::well, "v1beta1 is served and keeps all that drey writes")};
  return {
      about_crd(primary, verdict::wrong, "another version than drey's: " + joined(compared.gaps))};
}

// ── rights ──────────────────────────────────────────────────────────────────────────────────────

preflight_checks check_operator_rights(const std::string& who,
                                       const std::vector<right_answer>& answers) {
  preflight_checks all;
  std::size_t given = 0;
  for (const auto& one : answers) {
    const auto text = text_of_right(one.right);
    if (const auto* no = std::get_if<refusal>(&one.told)) {
      all.push_back({who, "rights", verdict::unchecked, "nobody says whether it may: " + why(*no),
                     "kubectl auth can-i --list --as=" + who + ", as somebody who may ask"});
      break;  // nor would the next question be answered
    }
    if (std::get<access_verdict>(one.told).allowed) {
      ++given;
    } else if (one.right.need == necessity::useful) {
      all.push_back({who, "rights", verdict::well,
                     "may not " + text + ": it works, and sees less (it would be useful " +
                         one.right.purpose + ")",
                     ""});
    } else {
      all.push_back({who, "rights", verdict::wrong,
                     "may not " + text + ", which is needed " + one.right.purpose,
                     "kubectl apply --server-side -f configs/install.yaml"});
    }
  }
  if (given == answers.size())
    all.push_back(
        {who, "rights", verdict::well, "has all " + std::to_string(given) + " of them", ""});
  return all;
}

// ── telling ─────────────────────────────────────────────────────────────────────────────────────

bool all_well(const preflight_checks& all) {
  return std::ranges::none_of(all, [](const auto& one) { return one.verdict == verdict::wrong; });
}

namespace {

std::size_t count_of(const preflight_checks& all, verdict v) {
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [v](const auto& one) { return one.verdict == v; }));
}

}  // namespace

std::string text_of(const preflight_checks& all) {
  constexpr std::size_t label_chars = 13;
  std::string text;
  const auto line = [&](std::string label, const std::string& rest) {
    label.resize(label_chars, ' ');
    text += label + rest + "\n";
  };
  for (const auto& one : all) {
    line(one.verdict == verdict::wrong ? "WRONG" : std::string(word_of(one.verdict)),
         one.about + ": " + one.what + ": " + one.message);
    if (!one.remedy.empty())
      line("", (one.verdict == verdict::wrong ? "to do: " : "to check: ") + one.remedy);
  }
  return text + std::to_string(count_of(all, verdict::wrong)) + " wrong, " +
         std::to_string(count_of(all, verdict::well)) + " ok, " +
         std::to_string(count_of(all, verdict::unchecked)) + " not checked\n";
}

std::string json_of(const preflight_checks& all) {
  json list = json::array();
  for (const auto& one : all)
    list.push_back({{"about", one.about},
                    {"what", one.what},
                    {"verdict", word_of(one.verdict)},
                    {"message", one.message},
                    {"remedy", one.remedy}});
  return text_of_json({{"well", all_well(all)}, {"checks", std::move(list)}}) + "\n";
}

}  // namespace drey
