#include "runtime/step_log.hpp"

#include <spdlog/spdlog.h>

namespace drey {

step_log::step_log(prometheus::Registry& metrics)
    : steps_(prometheus::BuildCounter()
                 .Name("drey_machine_transitions_total")
                 .Help("Changes of position, by machine and new position")
                 .Register(metrics)),
      withheld_(prometheus::BuildCounter()
                    .Name("drey_withheld_calls_total")
                    .Help("Distinct changes that were not made, because it only observes")
                    .Register(metrics)) {}

void step_log::stepped(const step_taken& step) {
  if (step.from == step.to) {
    if (spdlog::should_log(spdlog::level::trace))
      spdlog::trace("machine={} subject={} at={} fact=\"{}\"", step.machine,
                    text_of_name(*step.subject), step.to, step.fact_text());
    return;
  }
  steps_.Add({{"machine", std::string(step.machine)}, {"to", std::string(step.to)}}).Increment();
  spdlog::info("machine={} subject={} from={} to={} fact=\"{}\"", step.machine,
               text_of_name(*step.subject), step.from, step.to, step.fact_text());
}

void step_log::withheld(const withheld_call& one) {
  withheld_.Add({{"verb", one.verb}, {"kind", one.kind}}).Increment();
  spdlog::info("would={} kind={} about={} {}", one.verb, one.kind, one.about, one.detail);
}

void step_log::warned(const std::string& text) { spdlog::error("check=failed {}", text); }

void step_log::failed(std::string_view actor, const std::string& why) {
  spdlog::error("actor={} failed: {}", actor, why);
}

}  // namespace drey
