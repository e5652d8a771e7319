#include "sim/checkers/standing_aside.hpp"

#include "actors/pause.hpp"
#include "actors/rivals.hpp"

namespace drey::sim {

bool tells_only_of_standing_aside(const object& live, const object& wanted) {
  return std::visit(
      [&]<class T>(const T& was) {
        if constexpr (requires { was.status.conditions; }) {
          auto before = was.status;
          auto after = std::get<T>(wanted).status;
          for (auto* one : {&before, &after}) {
            forget_pause(one->conditions);
            forget_yield(one->conditions);
          }
          return before == after;
        } else {
          return false;
        }
      },
      live);
}

}  // namespace drey::sim
