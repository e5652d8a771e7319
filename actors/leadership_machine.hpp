/// Which of several operators acts: one Lease, taken when it is free or was not renewed for its
/// duration *on our own clock*, renewed every two seconds, given up in order: whoever is told to
/// stop leaves no Lease behind in its name. A leader that could not renew stops changing anything
/// before anybody else may begin (rule 4). The algorithm and the times are those of Kubernetes' own
/// leader election (client-go: 15 s, 10 s, 2 s).
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "protocol/facts.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// The Lease was read. `holder` empty: free, or not there at all (`exists`).
struct lease_seen {
  ticket request;
  std::string holder;
  std::string resource_version;
  bool exists = false;
  static constexpr auto names = fields("request", "holder", "resource_version", "exists");
  bool operator==(const lease_seen&) const = default;
};
struct lease_written {
  ticket request;
  std::string resource_version;
  static constexpr auto names = fields("request", "resource_version");
  bool operator==(const lease_written&) const = default;
};
struct stop_wanted {
  static constexpr auto names = fields();
  bool operator==(const stop_wanted&) const = default;
};

struct read_lease {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const read_lease&) const = default;
};
enum class lease_write { take, renew, release };
constexpr std::string_view name_of(lease_write x) {
  constexpr std::string_view texts[] = {"take", "renew", "release"};
  return texts[static_cast<std::size_t>(x)];
}
/// Create or replace the Lease, from the version that was seen.
struct write_lease {
  ticket request;
  lease_write what = lease_write::take;
  std::string resource_version;  ///< empty: create it
  static constexpr auto names = fields("request", "what", "resource_version");
  bool operator==(const write_lease&) const = default;
};
/// We lead, and may change things until then on our clock.
struct open_fence {
  milliseconds until{0};
  static constexpr auto names = fields("until");
  bool operator==(const open_fence&) const = default;
};
struct announce_leading {
  static constexpr auto names = fields();
  bool operator==(const announce_leading&) const = default;
};
/// We do not lead any more: this process ends, a new one stands by.
struct announce_lost {
  static constexpr auto names = fields();
  bool operator==(const announce_lost&) const = default;
};

struct leadership_known {
  moment now;
  std::string identity;
};

struct leadership_machine {
  /// Somebody else holds the Lease, as far as we know; the clock of its record runs on our side.
  struct standing_by {
    ticket request;
    std::string observed;  ///< version of the record that was seen last
    milliseconds since{0};
    static constexpr auto names = fields("request", "observed", "since");
    bool operator==(const standing_by&) const = default;
  };
  struct acquiring {
    ticket request;
    milliseconds asked{0};
    static constexpr auto names = fields("request", "asked");
    bool operator==(const acquiring&) const = default;
  };
  struct leading {
    ticket request;
    std::string resource_version;
    milliseconds renewed{0};
    static constexpr auto names = fields("request", "resource_version", "renewed");
    bool operator==(const leading&) const = default;
  };
  /// A renewal is tried, every two seconds until its deadline: `renewed`, when the last that
  /// succeeded was asked for, and `lease_renew_deadline`. `request` is what was asked last, a write
  /// or a read; `written` is the last write, asked for at `asked`, whose answer may still come.
  struct renewing {
    ticket request;
    ticket written;
    std::string resource_version;
    milliseconds renewed{0};
    milliseconds asked{0};
    static constexpr auto names =
        fields("request", "written", "resource_version", "renewed", "asked");
    bool operator==(const renewing&) const = default;
  };
  /// Told to stop: whether the Lease is ours is found out, until `until`; then it is released.
  struct withdrawing {
    ticket request;
    milliseconds until{0};
    static constexpr auto names = fields("request", "until");
    bool operator==(const withdrawing&) const = default;
  };
  /// Told to stop: the release is under way.
  struct releasing {
    ticket request;
    milliseconds until{0};
    static constexpr auto names = fields("request", "until");
    bool operator==(const releasing&) const = default;
  };
  struct over {
    static constexpr auto names = fields();
    bool operator==(const over&) const = default;
  };

  using state =
      std::variant<standing_by, acquiring, leading, renewing, withdrawing, releasing, over>;
  using resting = state_machine::list<standing_by, over>;
  using fact = std::variant<lease_seen, lease_written, call_refused, deadline_passed, stop_wanted>;
  using command = std::variant<read_lease, write_lease, open_fence, announce_leading, announce_lost,
                               set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<standing_by, acquiring> on(const standing_by&, const lease_seen&) const;
  to<standing_by> on(const standing_by&, const call_refused&) const;
  to<standing_by> on(const standing_by&, const deadline_passed&) const;
  to<withdrawing> on(const standing_by&, const stop_wanted&) const;

  to<acquiring, leading> on(const acquiring&, const lease_written&) const;
  to<acquiring, standing_by> on(const acquiring&, const call_refused&) const;
  to<acquiring, standing_by> on(const acquiring&, const deadline_passed&) const;
  to<withdrawing> on(const acquiring&, const stop_wanted&) const;

  to<leading, renewing> on(const leading&, const deadline_passed&) const;
  to<releasing> on(const leading&, const stop_wanted&) const;

  to<renewing, leading> on(const renewing&, const lease_written&) const;
  to<renewing, over> on(const renewing&, const lease_seen&) const;
  to<renewing, over> on(const renewing&, const deadline_passed&) const;
  to<releasing> on(const renewing&, const stop_wanted&) const;

  to<withdrawing, releasing> on(const withdrawing&, const lease_written&) const;
  to<withdrawing, releasing, over> on(const withdrawing&, const lease_seen&) const;
  to<withdrawing> on(const withdrawing&, const call_refused&) const;
  to<withdrawing, over> on(const withdrawing&, const deadline_passed&) const;

  to<releasing, over> on(const releasing&, const lease_written&) const;
  to<releasing, withdrawing> on(const releasing&, const call_refused&) const;
  to<releasing, over> on(const releasing&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers that were given up; a refused renewal, which waits like one without an answer; a
  /// second wish to stop; and everything, once it is over.
  using ignores = state_machine::list<
      in<standing_by, lease_written>, in<acquiring, lease_seen>,
      in<leading, lease_seen, lease_written, call_refused>, in<renewing, call_refused>,
      in<withdrawing, stop_wanted>, in<releasing, lease_seen, stop_wanted>,
      in<over, lease_seen, lease_written, call_refused, deadline_passed, stop_wanted>>;

  leadership_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<leadership_machine> state_machine::step(
    const leadership_machine&, const leadership_machine::state&, const leadership_machine::fact&);

}  // namespace drey
