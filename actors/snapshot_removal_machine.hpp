/// What becomes of a FlinkStateSnapshot that is deleted: its finalizer goes when nothing of it is
/// under way, and, where the spec wants the files of a savepoint to go with it, when they are gone.
///
/// They are disposed of only when nobody may restore from them: not the job that they are of, whose
/// newest state they may be, nor whatever names them. Until then it is held, and says why. Who that
/// is, is read live each time, and once more when the intent is in status: whoever begins with a
/// snapshot reads that first, so one of the two sees the other. Where nobody can dispose of the
/// files, they are left behind, which is told.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "protocol/facts.hpp"
#include "protocol/flink_call.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

enum class disposal_state { in_progress, done, absent, failed };
constexpr std::string_view name_of(disposal_state x) {
  constexpr std::string_view texts[] = {"in progress", "done", "absent", "failed"};
  return texts[static_cast<std::size_t>(x)];
}
enum class files { there, gone };
constexpr std::string_view name_of(files x) { return x == files::there ? "there" : "gone"; }

// ── facts ───────────────────────────────────────────────────────────────────────────────────────

/// Everybody who may restore from it was looked for; `known.claims` holds them, `known.disposer`
/// who can dispose of it.
struct claims_gathered {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const claims_gathered&) const = default;
};
struct disposal_begun {
  ticket request;
  std::string id;
  static constexpr auto names = fields("request", "id");
  bool operator==(const disposal_begun&) const = default;
};
struct disposal_told {
  ticket request;
  disposal_state state = disposal_state::in_progress;
  std::string why;  ///< it failed
  static constexpr auto names = fields("request", "state", "why");
  bool operator==(const disposal_told&) const = default;
};
struct files_listed {
  ticket request;
  files found = files::there;
  static constexpr auto names = fields("request", "found");
  bool operator==(const files_listed&) const = default;
};

// ── commands ────────────────────────────────────────────────────────────────────────────────────

struct gather_claims {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const gather_claims&) const = default;
};
/// Memory: the files at `path` are about to be disposed of.
struct note_disposal {
  std::string path;
  static constexpr auto names = fields("path");
  bool operator==(const note_disposal&) const = default;
};
/// Memory: why it is not gone yet.
struct note_held {
  std::string why;
  static constexpr auto names = fields("why");
  bool operator==(const note_held&) const = default;
};
/// Memory: nothing is to be disposed of any more. `left_behind`: why the files stay; empty: they
/// are gone.
struct forget_files {
  std::string left_behind;
  static constexpr auto names = fields("left_behind");
  bool operator==(const forget_files&) const = default;
};
struct ask_disposal {
  ticket request;
  std::string path;
  static constexpr auto names = fields("request", "path");
  bool operator==(const ask_disposal&) const = default;
};
struct look_at_disposal {
  ticket request;
  std::string id;
  static constexpr auto names = fields("request", "id");
  bool operator==(const look_at_disposal&) const = default;
};
struct list_files {
  ticket request;
  std::string path;
  static constexpr auto names = fields("request", "path");
  bool operator==(const list_files&) const = default;
};

// ── the machine ─────────────────────────────────────────────────────────────────────────────────

struct snapshot_removal_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{500};
  milliseconds confirm_patience{60'000};
  milliseconds look_first{1'000};  ///< at who holds it
  milliseconds look_most{60'000};
  milliseconds patience{limits::disposal_patience};
};

/// Whether it is being taken, or what became of it is settled.
enum class taking { under_way, over };

struct removal_known {
  moment now;
  bool deleting = false;
  bool finalizer = false;
  milliseconds deleted_at{0};  ///< wall
  drey::taking taking = drey::taking::under_way;
  std::string path;                 ///< of the files that are to go; empty: none are
  std::vector<std::string> claims;  ///< who may restore from them, a sentence each
  std::string disposer;             ///< the cluster that is asked; empty: there is none
  flink_endpoint endpoint;          ///< its JobManager
  bool same_store = false;  ///< that cluster took it, so that what it does not find is not there
};

struct snapshot_removal_machine {
  struct present {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const present&) const = default;
  };
  struct claiming {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const claiming&) const = default;
  };
  struct gathering {
    ticket request;
    std::int32_t looks = 0;
    static constexpr auto names = fields("request", "looks");
    bool operator==(const gathering&) const = default;
  };
  struct held {
    ticket request;
    std::int32_t looks = 0;
    static constexpr auto names = fields("request", "looks");
    bool operator==(const held&) const = default;
  };
  struct condemning {
    ticket request;
    std::int32_t looks = 0;
    static constexpr auto names = fields("request", "looks");
    bool operator==(const condemning&) const = default;
  };
  /// The intent is on record: does anybody need them now?
  struct checking {
    ticket request;
    std::int32_t looks = 0;
    static constexpr auto names = fields("request", "looks");
    bool operator==(const checking&) const = default;
  };
  struct disposing {
    ticket request;
    std::int32_t looks = 0;
    static constexpr auto names = fields("request", "looks");
    bool operator==(const disposing&) const = default;
  };
  struct confirming {
    ticket request;
    std::int32_t looks = 0;
    std::string id;
    milliseconds since{0};
    static constexpr auto names = fields("request", "looks", "id", "since");
    bool operator==(const confirming&) const = default;
  };
  /// Whether the files are there is seen for ourselves.
  struct verifying {
    ticket request;
    std::int32_t looks = 0;
    std::string why;  ///< Flink could not dispose of them
    static constexpr auto names = fields("request", "looks", "why");
    bool operator==(const verifying&) const = default;
  };
  struct releasing {
    ticket request;
    static constexpr auto names = fields("request");
    bool operator==(const releasing&) const = default;
  };
  struct gone {
    static constexpr auto names = fields();
    bool operator==(const gone&) const = default;
  };

  using state = std::variant<present, claiming, gathering, held, condemning, checking, disposing,
                             confirming, verifying, releasing, gone>;
  using resting = state_machine::list<present, condemning, gone>;
  using fact = std::variant<picture_changed, finalizers_written, status_written, status_superseded,
                            claims_gathered, disposal_begun, disposal_told, files_listed,
                            call_refused, deadline_passed>;
  using command = std::variant<record_intent, set_deadline, add_finalizer, remove_finalizer,
                               gather_claims, note_disposal, note_held, forget_files, ask_disposal,
                               look_at_disposal, list_files>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<present, claiming, gathering, releasing, gone> on(const present&,
                                                       const picture_changed&) const;

  to<claiming, present> on(const claiming&, const finalizers_written&) const;
  to<claiming, present> on(const claiming&, const call_refused&) const;
  to<claiming, present> on(const claiming&, const deadline_passed&) const;

  to<gathering, held, condemning, releasing> on(const gathering&, const claims_gathered&) const;
  to<gathering, held, releasing> on(const gathering&, const call_refused&) const;
  to<gathering, held, releasing> on(const gathering&, const deadline_passed&) const;

  to<held, releasing> on(const held&, const picture_changed&) const;
  to<held, gathering> on(const held&, const deadline_passed&) const;

  to<condemning, checking> on(const condemning&, const status_written&) const;
  to<condemning, gathering> on(const condemning&, const status_superseded&) const;

  to<checking, held, disposing> on(const checking&, const claims_gathered&) const;
  to<checking, held, releasing> on(const checking&, const call_refused&) const;
  to<checking, held, releasing> on(const checking&, const deadline_passed&) const;

  to<disposing, confirming> on(const disposing&, const disposal_begun&) const;
  to<disposing, verifying> on(const disposing&, const call_refused&) const;
  to<disposing, verifying> on(const disposing&, const deadline_passed&) const;

  to<confirming, verifying, releasing> on(const confirming&, const disposal_told&) const;
  to<confirming, verifying> on(const confirming&, const call_refused&) const;
  to<confirming, verifying> on(const confirming&, const deadline_passed&) const;

  to<verifying, held, releasing> on(const verifying&, const files_listed&) const;
  to<verifying, held, releasing> on(const verifying&, const call_refused&) const;
  to<verifying, held, releasing> on(const verifying&, const deadline_passed&) const;

  to<releasing, gone> on(const releasing&, const finalizers_written&) const;
  to<releasing, present> on(const releasing&, const call_refused&) const;
  to<releasing, present> on(const releasing&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  using writes = state_machine::list<status_written, status_superseded>;
  using tellings = state_machine::list<disposal_begun, disposal_told, files_listed>;
  /// Answers to requests that were given up.
  using ignores = state_machine::list<
      in<present, finalizers_written, writes, claims_gathered, tellings, call_refused,
         deadline_passed>,
      in<claiming, picture_changed, writes, claims_gathered, tellings>,
      in<gathering, picture_changed, finalizers_written, writes, tellings>,
      in<held, finalizers_written, writes, claims_gathered, tellings, call_refused>,
      in<condemning, picture_changed, finalizers_written, claims_gathered, tellings, call_refused,
         deadline_passed>,
      in<checking, picture_changed, finalizers_written, writes, tellings>,
      in<disposing, picture_changed, finalizers_written, writes, claims_gathered, disposal_told,
         files_listed>,
      in<confirming, picture_changed, finalizers_written, writes, claims_gathered, disposal_begun,
         files_listed>,
      in<verifying, picture_changed, finalizers_written, writes, claims_gathered, disposal_begun,
         disposal_told>,
      in<releasing, picture_changed, writes, claims_gathered, tellings>,
      in<gone, picture_changed, finalizers_written, writes, claims_gathered, tellings, call_refused,
         deadline_passed>>;

  snapshot_removal_policy policy{};
  removal_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<snapshot_removal_machine> state_machine::step(
    const snapshot_removal_machine&, const snapshot_removal_machine::state&,
    const snapshot_removal_machine::fact&);

}  // namespace drey
