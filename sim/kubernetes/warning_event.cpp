#include "sim/kubernetes/warning_event.hpp"

namespace drey::sim {

namespace {

/// "FailedCreate" → ".failed-create"
std::string suffix_of(std::string_view reason) {
  std::string text = ".";
  for (const char c : reason) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && text.size() > 1) text += '-';
    text += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

}  // namespace

void tell_warning(api_server& api, const warning_event& what, std::string_view user) {
  event_record x;
  x.metadata.ns = what.about.ns;
  x.metadata.name = what.about.name + suffix_of(what.reason);
  x.involved_kind = name_of(what.kind);
  x.involved_api_version = info_of(what.kind).api_version;
  x.involved_ns = what.about.ns;
  x.involved_name = what.about.name;
  x.involved_uid = what.about.uid;
  x.type = "Warning";
  x.reason = what.reason;
  x.message = what.message;
  x.component = user.substr(user.find(':') + 1);
  x.first = x.last = api.stamp();
  const object_name name{x.metadata.ns, x.metadata.name};
  const auto last = x.last;
  const auto told = api.create(std::make_shared<object>(std::move(x)), user);
  if (!std::holds_alternative<refusal>(told.result)) return;
  api.change_any<event_record>(name, user, [&](event_record& again) {
    again.involved_uid = what.about.uid;
    again.message = what.message;
    again.last = last;
    ++again.count;
  });
}

}  // namespace drey::sim
