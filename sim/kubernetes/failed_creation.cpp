#include "sim/kubernetes/failed_creation.hpp"

namespace drey::sim {

void tell_failed_creation(api_server& api, object_kind kind, const object_meta& owner,
                          const std::string& message, std::string_view user) {
  event_record x;
  x.metadata.ns = owner.ns;
  x.metadata.name = owner.name + ".failed-create";
  x.involved_kind = name_of(kind);
  x.involved_api_version = info_of(kind).api_version;
  x.involved_ns = owner.ns;
  x.involved_name = owner.name;
  x.involved_uid = owner.uid;
  x.type = "Warning";
  x.reason = "FailedCreate";
  x.message = message;
  x.component = user.substr(user.find(':') + 1);
  x.first = x.last = api.stamp();
  const object_name name{x.metadata.ns, x.metadata.name};
  const auto last = x.last;
  const auto told = api.create(std::make_shared<object>(std::move(x)), user);
  if (!std::holds_alternative<refusal>(told.result)) return;
  api.change_any<event_record>(name, user, [&](event_record& again) {
    again.involved_uid = owner.uid;
    again.message = message;
    again.last = last;
    ++again.count;
  });
}

}  // namespace drey::sim
