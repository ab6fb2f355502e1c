#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "policy/actions/action_plan.h"
#include "policy/ordering/pending_inputs.h"

namespace systole::policy {

/// Works out what relations do to the flags of actions, until nothing changes any more.
///
/// Which of several causes an action names as its reason depends on the order in which relations
/// are looked at: the newest first, and what a change leads to before anything else. What is under
/// way is kept in frames and not on the machine's stack, because a chain of orders may be as long
/// as there are resources. A relation is looked at again only if one of its ends changed.
class Propagation {
 public:
  explicit Propagation(ActionPlan& plan);

  /// Lets what cannot start keep from starting what must run beside it.
  void block_colocated();
  void settle();
  /// Blocks what waits for the actions that were blocked so and may have been looked at before.
  /// Later than the rest: the reasons that relations give come first.
  void block_followers();

 private:
  using Bits = effect::Bits;
  struct Flags {
    bool optional = true;
    bool runnable = true;
    bool migratable = false;
  };
  /// What a relation sees of its first action, and the node that it is limited to.
  struct Scope {
    Flags first;
    std::optional<NodeId> node = std::nullopt;
  };
  enum Change : unsigned { kNothing = 0, kFirstChanged = 1, kThenChanged = 2 };
  // Frames: what is under way, each the continuation of one function.

  /// Looks at what an action waits for.
  struct Update {
    ActionId then;
    bool begun = false;
    bool was_runnable = false;
    bool changed = false;
    std::uint32_t bound = 0;                       ///< inputs from there on were looked at
    std::optional<ActionId> first = std::nullopt;  ///< of the input being looked at
  };
  /// Looks at what waits for an action.
  struct Succession {
    ActionId first;
    bool begun = false;
    std::size_t left = 0;
  };
  /// Applies the effects of a relation, one after another.
  struct Evaluation {
    std::uint32_t relation = 0;
    ActionId first;
    ActionId then;
    Bits effects = effect::kNone;  ///< those to apply
    bool stays = true;             ///< the relation still holds afterwards
    Scope scope = {};
    PendingInputs::Seen seen = {};
    std::size_t step = 0;
    unsigned changed = kNothing;
  };
  /// Applies an effect to a collective's action and to those of its parts.
  struct Application {
    ActionId first;
    ActionId then;
    Bits effect = effect::kNone;
    Scope scope = {};
    std::vector<RscId> parts = {};
    bool begun = false;
    std::size_t next = 0;
    std::optional<ActionId> part = std::nullopt;  ///< the one being worked on
    unsigned part_changed = kNothing;
    unsigned changed = kNothing;
  };
  /// Applies effects to pairs of instances that are beside each other.
  struct PairwiseApplication {
    ActionId first;
    ActionId then;
    Bits effects = effect::kNone;
    std::vector<RscId> parts = {};
    std::size_t next = 0;
    std::optional<ActionId> part = std::nullopt;
    unsigned changed = kNothing;
  };
  /// Blocks what must run beside an action that is blocked.
  struct Blockade {
    ActionId action;
  };
  /// Blocks the starts, or promotions, of a resource and its parts.
  struct ResourceBlockade {
    RscId resource;
    Task task;
    RscId blamed;
  };
  struct ActionBlockade {
    ActionId action;
    RscId blamed;
  };
  using Frame = std::variant<Update, Succession, Evaluation, Application, PairwiseApplication,
                             Blockade, ResourceBlockade, ActionBlockade>;

  // propagation.cc
  void run(Frame frame);
  void push(Frame frame);
  void pop(unsigned changed = kNothing);
  void resume(Update& at);
  void resume(Succession& at);
  void resume(Evaluation& at);
  void begin(Update& at);
  void finish(Update& at);
  void finish(Evaluation& at);
  bool look_at(Update& at, std::uint32_t place);
  std::uint32_t replace_by_completion(std::uint32_t place);
  std::optional<NodeId> place_of(const Action& action) const;

  // collective_effects.cc
  void resume(Application& at);
  void resume(PairwiseApplication& at);
  bool apply(ActionId first, ActionId then, Bits effect, const Scope& scope, unsigned& changed);
  void leave_without_place(RscId instance);

  // blocked_colocations.cc
  void resume(Blockade& at);
  void resume(ResourceBlockade& at);
  void resume(ActionBlockade& at);
  bool any_runnable(RscId collective, Task task) const;

  // effects.cc
  unsigned apply_pair(Action& first, Action& then, Bits effect, const Flags& flags);
  void apply_restart(Action& first, Action& then);
  void apply_then_implies_first(Action& first, Action& then, Bits effect, const Flags& flags);
  void apply_asymmetric(const Action& first, Action& then, const Flags& flags);
  void apply_minimum(Action& then, const Flags& flags);
  void apply_migration_effects(Action& first, Action& then, const Flags& flags, Bits effects);
  bool is_held_by_blocked_stop(const Action& first, const Action& then, Bits effects) const;
  void give_reason(Action& action, std::string_view word, const Action& cause);
  void require(Action& action, const Action& cause);
  void block(Action& action, const Action& cause);
  void unmigrate(Action& action, const Action& cause);

  // collective_flags.cc
  struct KnownFlags {
    std::uint32_t seen = 0;
    Flags flags;
  };
  /// The actions of the instances that make up one of a collective.
  struct Parts {
    std::vector<ActionId> anywhere;                    ///< one for each instance
    std::vector<std::pair<NodeId, ActionId>> by_node;  ///< sorted
  };
  Flags flags_of(ActionId id, std::optional<NodeId> node);
  Flags flags_anywhere(ActionId id);
  Flags group_flags(ActionId id, std::optional<NodeId> node);
  Flags instance_flags(ActionId id);
  const Parts& parts_of(ActionId id);
  bool is_required_on(ActionId id, NodeId node);
  void collect_flags(ActionId id, std::optional<NodeId> node);
  void make_required(Action& action);
  void make_unrunnable(Action& action);

  ActionPlan& plan_;
  const Status& status_;
  PendingInputs pending_;
  std::unordered_map<ActionId, KnownFlags> known_;  ///< of collectives
  std::unordered_map<ActionId, Parts> parts_;       ///< of collectives
  std::deque<Frame> frames_;                        ///< the innermost last
  std::vector<ActionId> blocked_;                   ///< by what they must run beside
  unsigned result_ = kNothing;                      ///< what the frame that ended last changed
};

}  // namespace systole::policy
