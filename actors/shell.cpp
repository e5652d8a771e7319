#include "actors/shell.hpp"

#include <caf/detail/pretty_type_name.hpp>

#include "actors/rivals.hpp"

namespace drey {

namespace {

std::string text_of_type(const caf::type_erased_tuple& what) {
  const auto* type = what.empty() ? nullptr : what.type(0).second;
  return type == nullptr ? what.stringify() : caf::detail::pretty_type_name(*type);
}

}  // namespace

void tell_failures(caf::scheduled_actor* self, std::string actor, step_observer* observer) {
  // CAF's own answers with an error, which ends whoever sent the message.
  self->set_default_handler(
      [actor, observer](caf::scheduled_actor* one,
                        caf::message_view& what) -> caf::result<caf::message> {
        if (observer != nullptr)
          observer->failed(actor, "it does not know the message " + text_of_type(what.content()));
        if (one->current_message_id().is_request()) return caf::sec::unexpected_message;
        return caf::make_message();
      });
  self->set_exception_handler([actor = std::move(actor), observer](std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& failure) {
      if (observer != nullptr) observer->failed(actor, failure.what());
      return caf::error(caf::make_error(caf::sec::runtime_error, failure.what()));
    }
  });
}

void outside::heed(const object_ptr& own) {
  const auto& meta = metadata_of(*own);
  if (drey::is_paused(meta)) {
    if (is_paused()) return;
    around_.pause->close();
    return self_->send(around_.root, pause_seen{own});
  }
  if (!has_foreign_writer(meta) || heeded_ == meta.resource_version) return;
  heeded_ = meta.resource_version;
  self_->send(around_.root, writers_seen{own});
}

void outside::tell(const object& about, const std::string& type, const std::string& reason,
                   const std::string& message) {
  const auto& meta = metadata_of(about);
  const auto& kind = info_of(kind_of(about));
  event_record event;
  event.metadata.ns = meta.ns;
  event.involved_kind = kind.name;
  event.involved_api_version = kind.api_version;
  event.involved_ns = meta.ns;
  event.involved_name = meta.name;
  event.involved_uid = meta.uid;
  event.type = type;
  event.reason = reason;
  event.message = message.substr(0, 1024);
  event.component = "drey-operator";
  event.first = event.last = now().wall;
  // One name per (resource, reason, message): a repetition becomes the same object.
  event.metadata.name =
      meta.name.substr(0, 180) + "." + derived_id(meta.uid, reason + message, 0).substr(0, 16);
  kube(kube_apply{std::make_shared<object>(std::move(event))}, [](const kube_answer&) {});
}

}  // namespace drey
