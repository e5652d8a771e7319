/// `drey-operator` as a process of its own, for as long as a test needs it.
#pragma once

#include <string>
#include <vector>

#include "tests/gateways/test_servers.hpp"

namespace drey::testing {

/// What a kubeconfig holds that leads to a server on this machine.
std::string kubeconfig_for(int port);

class running_program {
public:
  /// Listens for probes on any port; talks to the API server at `api_port`.
  running_program(int api_port, const std::vector<std::string>& options);
  ~running_program();
  running_program(const running_program&) = delete;
  running_program& operator=(const running_program&) = delete;

  /// What it has written until now.
  std::string said() const;
  /// False: it did not say it within `test_patience`.
  bool comes_to_say(const std::string& what) const;
  /// Where it listens for probes; 0: it does not.
  int port() const;
  /// What it answers there; empty: nothing.
  std::string answer_to(const std::string& path) const;
  /// SIGTERM; its exit code.
  int stop();

private:
  scratch_folder folder_;
  int process_ = 0;
};

}  // namespace drey::testing
