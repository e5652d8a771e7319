/// The machines under the nodes: which run, which can talk. What the API server believes of them
/// is another matter (node_lifecycle.hpp).
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace drey::sim {

enum class power { off, booting, on };
enum class link { cut, whole };
enum class agent { awake, silent };

struct machine {
  sim::power power = power::on;
  sim::link link = sim::link::whole;
  sim::agent agent = sim::agent::awake;  ///< its kubelet
  /// Its kubelet follows the API server: it works, is not cut off, and has listed since.
  bool listens = true;
  std::size_t number = 0;  ///< for addresses
};

class machines {
public:
  machine& add(const std::string& name) {
    auto& one = all_[name];
    if (one.number == 0) one.number = ++last_number_;
    return one;
  }
  machine* find(std::string_view name) {
    const auto found = all_.find(name);
    return found == all_.end() ? nullptr : &found->second;
  }
  const machine* find(std::string_view name) const {
    return const_cast<machines*>(this)->find(name);
  }
  void remove(const std::string& name) { all_.erase(name); }
  const std::map<std::string, machine, std::less<>>& all() const { return all_; }

  /// Packets pass between the two; an empty name is the control plane.
  bool reachable(std::string_view a, std::string_view b) const {
    if (a == b) return is_up(a);
    return is_linked(a) && is_linked(b);
  }
  bool is_up(std::string_view name) const {
    const auto* one = find(name);
    return name.empty() || (one != nullptr && one->power == power::on);
  }

private:
  bool is_linked(std::string_view name) const {
    const auto* one = find(name);
    return name.empty() || (is_up(name) && one->link == link::whole);
  }

  std::map<std::string, machine, std::less<>> all_;
  std::size_t last_number_ = 0;
};

}  // namespace drey::sim
