#include "sim/world/call_text.hpp"

#include "protocol/describe.hpp"
#include "protocol/primary_codec.hpp"

namespace drey::sim {

std::string text_of_call(const kube_body& body, const kube_answer& answer) {
  std::string what = std::visit(
      []<class T>(const T& one) -> std::string {
        std::string text{type_name<T>()};
        if constexpr (requires { one.wanted; }) {
          text += " " + std::string(name_of(kind_of(*one.wanted))) + " " +
                  text_of_name(name_of(*one.wanted));
          if (std::holds_alternative<flink_session_job>(*one.wanted))
            text += " " + encode_status(*one.wanted);
        } else if constexpr (requires { one.kind; }) {
          text += " " + std::string(name_of(one.kind));
        }
        return text;
      },
      body);
  if (const auto* why = std::get_if<refusal>(&answer.result))
    what += " → " + std::string(name_of(why->reason));
  return what;
}

std::string text_of_call(const flink_body& body) {
  return std::visit([]<class T>(const T&) { return std::string(type_name<T>()); }, body);
}

}  // namespace drey::sim
