/// Asks a gateway as an actor would, and waits for its one answer.
#pragma once

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/scoped_actor.hpp>
#include <optional>
#include <utility>

#include "protocol/wire.hpp"
#include "tests/gateways/test_servers.hpp"

namespace drey::testing {

struct small_system : caf::actor_system_config {
  small_system() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2);
  }
};

template <class Answer, class Gateway, class Request>
Answer ask(caf::actor_system& system, const Gateway& gateway, Request request) {
  caf::scoped_actor self{system};
  std::optional<Answer> answer;
  self->request(gateway, test_patience, std::move(request))
      .receive(
          [&](Answer& x) { answer = std::move(x); },
          [&](caf::error& error) { BOOST_ERROR("no answer: " << self->system().render(error)); });
  BOOST_REQUIRE(answer);
  return std::move(*answer);
}

}  // namespace drey::testing
