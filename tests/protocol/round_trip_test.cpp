// Whatever a primary holds: decoding what was encoded gives the same value.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "protocol/primary_codec.hpp"
#include "protocol/spec_fields.hpp"
#include "protocol/status_fields.hpp"

namespace drey {
namespace {

/// Any text that is UTF-8; never empty, since an empty string counts as absent.
std::string any_text() {
  static const std::vector<std::string> parts{"a", "Z", "0", " ", "\"", "\\",   "\n", "\x01",
                                              "é", "→", "😀", "{", ":",  "null", "-",  "."};
  std::string out = *rc::gen::elementOf(parts);
  for (const auto& part : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(parts)))
    out += part;
  return out;
}

std::string any_key() { return "k" + std::to_string(*rc::gen::inRange(0, 50)); }

/// Canonical compact JSON, as it comes out of the encoder.
json_text any_object() {
  nlohmann::json out = nlohmann::json::object();
  out["x-" + any_key()] = any_text();
  out["x-" + any_key()] = {1, nullptr, true, {{"a", any_text()}}};
  return out.dump();
}

/// A visitor of field_table.hpp that fills a struct at random.
class random_fields {
public:
  template <class T>
  void field(std::string_view, T& member, std::string_view) {
    fill(member);
  }
  void choice(std::string_view, std::string& member, auto choices, std::string_view) {
    member = *rc::gen::elementOf(std::vector<std::string>(choices.begin(), choices.end()));
  }
  void choice(std::string_view name, std::optional<std::string>& member, auto choices,
              std::string_view about) {
    if (*rc::gen::arbitrary<bool>()) choice(name, member.emplace(), choices, about);
  }
  void text(std::string_view, json_text& member, json_shape shape, std::string_view) {
    if (!*rc::gen::arbitrary<bool>()) return;
    member = shape == json_shape::an_object ? any_object() : "[" + any_object() + "]";
  }
  void cores(std::string_view, std::optional<double>& member, std::string_view) {
    if (*rc::gen::arbitrary<bool>()) member = *rc::gen::inRange(0, 100'000) / 1000.0;
  }
  void configuration(std::string_view, drey::configuration& member, std::string_view) {
    fill(member);
  }
  void presence(std::string_view, bool& member, std::string_view) { fill(member); }
  void group(std::string_view, std::string_view, auto&& use) { use(*this); }
  void rest(json_text& member) {
    if (*rc::gen::arbitrary<bool>()) member = any_object();
  }

private:
  template <class T>
  void fill(T& x) {
    if constexpr (is_optional<T>) {
      if (*rc::gen::arbitrary<bool>()) fill(x.emplace());
    } else if constexpr (is_list<T>) {
      for (int left = *rc::gen::inRange(0, 3); left > 0; --left) fill(x.emplace_back());
    } else if constexpr (enumerated<T>) {
      const auto values = values_of(std::type_identity<T>{});
      x = *rc::gen::elementOf(std::vector<T>(values.begin(), values.end()));
    } else if constexpr (fielded<T>) {
      fields_of(*this, x);
    } else if constexpr (std::same_as<T, std::string>) {
      x = any_text();
    } else if constexpr (std::same_as<T, string_map>) {
      for (int left = *rc::gen::inRange(0, 3); left > 0; --left) x[any_key()] = any_text();
    } else if constexpr (std::same_as<T, milliseconds>) {
      x = milliseconds{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000) * 1000};
    } else {
      x = *rc::gen::arbitrary<T>();
    }
  }
};

template <class T>
T any_primary() {
  T x;
  auto spec = std::make_shared<std::remove_cvref_t<decltype(*T::spec)>>();
  random_fields visitor;
  fields_of(visitor, *spec);
  fields_of(visitor, x.status);
  x.spec = std::move(spec);
  x.metadata.name = any_text();
  x.metadata.resource_version = any_text();
  x.metadata.generation = *rc::gen::arbitrary<std::int64_t>();
  x.metadata.labels[any_key()] = any_text();
  x.metadata.finalizers = {any_text()};
  x.metadata.owners.push_back({any_text(), any_text(), any_text(), any_text()});
  return x;
}

template <class T>
void round_trip(object_kind kind) {
  const auto x = any_primary<T>();
  const auto result = decode_primary(kind, encode_primary(x));
  if (const auto* errors = std::get_if<field_errors>(&result))
    for (const auto& one : *errors) RC_FAIL(text_of_error(one));
  const auto& back = std::get<T>(std::get<object>(result));
  RC_ASSERT(back.metadata == x.metadata);
  RC_ASSERT(*back.spec == *x.spec);
  RC_ASSERT(back.status == x.status);
}

/// A live object after the merge patch of its new status decodes to that status.
template <class T>
void status_patch(object_kind kind) {
  auto x = any_primary<T>();
  auto live = nlohmann::json::parse(encode_primary(x));
  const auto before = x.status;
  x.status = {};
  random_fields visitor;
  fields_of(visitor, x.status);
  x.status.unknown = before.unknown;
  live.merge_patch(nlohmann::json::parse(encode_status(x)));
  auto back = std::get<T>(std::get<object>(decode_primary(kind, live.dump())));
  const auto of_job = [](auto& status) {
    status.job.unknown.clear();
    status.job.savepoint_info.clear();
    status.job.checkpoint_info.clear();
    status.reconciliation.unknown.clear();
  };
  const auto inner_unknown = [&](auto& status) {
    if constexpr (requires { status.job.unknown; }) of_job(status);
    if constexpr (requires { status.cluster_info; }) {
      status.cluster_info.clear();
      if (!status.application) return;
      auto job = *status.application;
      of_job(job);
      job.unknown.clear();
      status.application = std::move(job);
    }
  };
  inner_unknown(back.status);  // merged with what was there before, as it should be
  inner_unknown(x.status);
  RC_ASSERT(back.status == x.status);
}

BOOST_AUTO_TEST_SUITE(round_trip_of_primaries)

BOOST_AUTO_TEST_CASE(encoded_and_decoded_is_the_same) {
  BOOST_TEST(rc::check([] { round_trip<flink_deployment>(object_kind::flink_deployment); }));
  BOOST_TEST(rc::check([] { round_trip<flink_session_job>(object_kind::flink_session_job); }));
  BOOST_TEST(
      rc::check([] { round_trip<flink_state_snapshot>(object_kind::flink_state_snapshot); }));
}

BOOST_AUTO_TEST_CASE(a_status_patch_replaces_the_known_status) {
  BOOST_TEST(rc::check([] { status_patch<flink_deployment>(object_kind::flink_deployment); }));
  BOOST_TEST(rc::check([] { status_patch<flink_session_job>(object_kind::flink_session_job); }));
  BOOST_TEST(
      rc::check([] { status_patch<flink_state_snapshot>(object_kind::flink_state_snapshot); }));
}

BOOST_AUTO_TEST_CASE(any_bytes_are_an_error_or_a_value) {
  BOOST_TEST(rc::check([](const std::string& bytes) {
    const auto result = decode_primary(object_kind::flink_deployment, bytes);
    RC_ASSERT(std::holds_alternative<field_errors>(result));
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
