/// Asks the API server what the checks of one cluster need, one call after the other, and checks.
/// It changes nothing.
#pragma once

#include <functional>

#include "actors/preflight.hpp"
#include "actors/shell.hpp"

namespace drey {

class preflight_reader {
public:
  using listener = std::function<void(preflight_checks)>;

  explicit preflight_reader(outside& out) : out_(out) {}

  /// `found` has no accounts yet. What was begun before is given up.
  void read(cluster_read found, listener told);

private:
  const flink_deployment& cluster() const { return std::get<flink_deployment>(*found_.cluster); }
  void ask_account(std::size_t which);
  void ask_right(std::size_t which, std::vector<access_right> left);
  void ask_quotas();
  /// `then` hears the answer, unless another reading was begun meanwhile.
  template <class F>
  void ask(kube_body what, F then);

  outside& out_;
  cluster_read found_;
  listener told_;
  std::uint32_t number_ = 0;
};

}  // namespace drey
