#include "sim/kubernetes/pod_making.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace drey::sim {

pod pod_from(const pod_template& pods, const object_meta& owner, object_kind owner_kind,
             std::string name) {
  pod x;
  x.metadata.ns = owner.ns;
  x.metadata.name = std::move(name);
  x.metadata.labels = pods.labels;
  x.metadata.annotations = pods.annotations;
  x.metadata.owners.push_back({std::string{info_of(owner_kind).api_version},
                               std::string{name_of(owner_kind)}, owner.name, owner.uid});
  x.spec = pods.spec;
  return x;
}

std::vector<const pod*> pods_of(const object_store& store, const object_meta& owner) {
  std::vector<const pod*> result;
  const auto& pods = store.all(object_kind::pod);
  const auto prefix = owner.name + "-";
  for (auto next = pods.lower_bound({owner.ns, prefix}); next != pods.end(); ++next) {
    if (next->first.ns != owner.ns || !next->first.name.starts_with(prefix)) break;
    const auto& one = std::get<pod>(*next->second);
    const auto& owners = one.metadata.owners;
    if (std::any_of(owners.begin(), owners.end(),
                    [&](const auto& x) { return x.uid == owner.uid; }))
      result.push_back(&one);
  }
  return result;
}

const owner_reference* owner_of(const object_meta& meta, object_kind kind) {
  for (const auto& one : meta.owners)
    if (one.kind == name_of(kind)) return &one;
  return nullptr;
}

bool is_terminating(const pod& x) { return x.metadata.deletion_timestamp.has_value(); }

bool is_over(const pod& x) {
  return x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
}

namespace {

/// FNV-1a; a template is short and nobody attacks it.
class digest {
public:
  void add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0xff);  // ends a part
  }
  void add(const string_map& all) {
    for (const auto& [key, value] : all) {
      add(key);
      add(value);
    }
    mix(0xfe);
  }
  /// In the letters that Kubernetes uses so that no bad words arise.
  std::string text() const {
    constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
    constexpr int chars = 10;
    std::string result;
    std::uint64_t rest = state_ ^ (state_ >> 29);
    for (int i = 0; i < chars; ++i, rest /= letters.size())
      result += letters[rest % letters.size()];
    return result;
  }

private:
  void mix(std::uint64_t byte) { state_ = (state_ ^ byte) * 0x100000001b3; }
  std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace

std::string hash_of(const pod_template& pods) {
  digest result;
  result.add(pods.labels);
  result.add(pods.annotations);
  result.add(pods.spec);
  return result.text();
}

const std::string& template_hashes::of(const object_meta& owner, const pod_template& pods) {
  auto& known = known_[owner.uid];
  if (known.generation != owner.generation) known = {owner.generation, hash_of(pods)};
  return known.hash;
}

}  // namespace drey::sim
