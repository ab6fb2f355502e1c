#include "lib/cib_model/graph_writer.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "lib/base/strings.h"
#include "lib/base/xml_escape.h"

namespace systole::cib_model {

namespace {

using model::GraphAction;
using model::GraphActionHead;
using model::GraphActionKind;

std::string_view element_name(GraphActionKind kind) {
  switch (kind) {
    case GraphActionKind::kResource:
      return "rsc_op";
    case GraphActionKind::kFence:
    case GraphActionKind::kCluster:
      return "crm_event";
    case GraphActionKind::kPseudo:
      return "pseudo_event";
  }
  return "pseudo_event";
}

/// What a piece is as text. The compiler knows how long a literal is, and what to do instead of a
/// call.
std::string_view view(std::string_view text) {
  return text;
}
template <std::size_t size>
std::string_view view(const char (&literal)[size]) {
  return {literal, size - 1};
}

/// Copies pieces to where there is room for them, and returns where they end. Not by memcpy: where
/// there is no text, its place may be null.
template <typename... Pieces>
char* copy_all(char* to, const Pieces&... pieces) {
  const auto copy = [&](std::string_view text) { to = std::copy(text.begin(), text.end(), to); };
  (copy(view(pieces)), ...);
  return to;
}

/// Appends pieces, making room for all of them at once.
template <typename... Pieces>
void append_all(std::string& text, const Pieces&... pieces) {
  const std::size_t before = text.size();
  text.resize(before + (view(pieces).size() + ...));
  copy_all(text.data() + before, pieces...);
}

/// Gathers text in pieces that are worth a call: a graph can be larger than what the plan itself
/// takes, and is never whole in memory.
class Pen {
 public:
  explicit Pen(const TextSink& sink) : sink_(sink) {}

  template <typename... Pieces>
  void put(const Pieces&... pieces) {
    const std::size_t size = (view(pieces).size() + ...);
    if (size > kSize - used_) {
      flush();
      if (size > kSize) return (sink_(view(pieces)), ...);
    }
    copy_all(buffer_.get() + used_, pieces...);
    used_ += size;
  }
  void flush() {
    if (used_ > 0) sink_({buffer_.get(), used_});
    used_ = 0;
  }

 private:
  static constexpr std::size_t kSize = std::size_t{64} << 10;

  const TextSink& sink_;
  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(kSize);
  std::size_t used_ = 0;
};

/// A number as text.
class Digits {
 public:
  explicit Digits(std::int64_t value)
      : size_(static_cast<std::size_t>(std::to_chars(text_, text_ + sizeof text_, value).ptr -
                                       text_)) {}
  operator std::string_view() const { return {text_, size_}; }

 private:
  char text_[24];
  std::size_t size_;
};

/// A value as it stands between quotes. Used while the value lives.
class Quoted {
 public:
  explicit Quoted(std::string_view value) : text_(value) {
    if (base::is_plain_xml(value)) return;
    base::escape_xml(value, escaped_, base::XmlEscapes::kStandard);
    text_ = escaped_;
  }
  Quoted(const Quoted&) = delete;
  Quoted& operator=(const Quoted&) = delete;
  operator std::string_view() const { return text_; }

 private:
  std::string escaped_;
  std::string_view text_;
};

/// Where a line begins, so many levels deep; nothing where all is one line.
class Lines {
 public:
  explicit Lines(bool wanted) : wanted_(wanted) {}
  std::string_view operator[](std::size_t depth) const {
    constexpr std::string_view kText = "\n                ";
    return wanted_ ? kText.substr(0, 1 + 2 * depth) : std::string_view();
  }

 private:
  bool wanted_;
};

/// What an action is told, as text. It is kept for the next action, which is often told the same
/// but for its node.
class Told {
 public:
  explicit Told(Lines lines) : lines_(lines) {}

  void prepare(const GraphAction& action) {
    if (is_made_ && resource_ == action.resource.get() && attributes_ == action.attributes.get()) {
      return;
    }
    is_made_ = true;
    resource_ = action.resource.get();
    attributes_ = action.attributes.get();
    text_.clear();
    if (resource_ != nullptr) add(*resource_);
    text_.append(lines_[4]).append("<attributes");
    node_place_ = text_.size();
    if (attributes_ != nullptr) add(*attributes_);
    const bool has_parts = attributes_ != nullptr && !attributes_->odd.empty();
    text_.append(has_parts ? base::cat(lines_[4], "</attributes>") : "/>");
  }

  std::string_view before_node() const { return std::string_view(text_).substr(0, node_place_); }
  std::string_view after_node() const { return std::string_view(text_).substr(node_place_); }

 private:
  void add(std::string_view name, std::string_view value) {
    append_all(text_, " ", name, "=\"", Quoted(value), "\"");
  }

  void add(const model::GraphResource& resource) {
    text_.append(lines_[4]).append("<primitive");
    add("id", resource.id);
    if (!resource.long_id.empty()) add("long-id", resource.long_id);
    add("class", resource.standard);
    if (!resource.provider.empty()) add("provider", resource.provider);
    add("type", resource.type);
    text_.append("/>");
  }

  void add(const model::GraphAttributes& attributes) {
    for (const auto& [name, value] : attributes.named) {
      add(name, value);
      if (name < model::kNodeAttribute) node_place_ = text_.size();
    }
    if (attributes.odd.empty()) return;
    text_.append(">");
    for (const auto& [name, value] : attributes.odd) {
      text_.append(lines_[5]).append("<param");
      add("name", name);
      add("value", value);
      text_.append("/>");
    }
  }

  Lines lines_;
  bool is_made_ = false;
  const model::GraphResource* resource_ = nullptr;
  const model::GraphAttributes* attributes_ = nullptr;
  std::string text_;
  std::size_t node_place_ = 0;
};

class GraphWriter {
 public:
  GraphWriter(const TextSink& sink, bool lines) : pen_(sink), lines_(lines), told_(lines_) {}

  void write(const model::TransitionGraph& graph) {
    find_heads(graph);
    pen_.put("<transition_graph cluster-delay=\"", Quoted(graph.cluster_delay),
             "\" stonith-timeout=\"", Quoted(graph.stonith_timeout), "\" failed-stop-offset=\"",
             Quoted(graph.failed_stop_offset), "\" failed-start-offset=\"",
             Quoted(graph.failed_start_offset), "\" batch-limit=\"", Quoted(graph.batch_limit),
             "\" transition_id=\"", Digits(graph.transition_id), "\"");
    if (!graph.migration_limit.empty()) attribute("migration-limit", graph.migration_limit);
    if (graph.recheck_by) attribute("recheck-by", Digits(*graph.recheck_by));
    pen_.put(graph.synapses.empty() ? "/>" : ">");
    for (std::size_t i = 0; i < graph.synapses.size(); ++i) write_synapse(graph.synapses[i], i);
    if (!graph.synapses.empty()) pen_.put(lines_[0], "</transition_graph>");
    pen_.put(lines_[0]);
    pen_.flush();
  }

 private:
  void attribute(std::string_view name, std::string_view value) {
    pen_.put(" ", name, "=\"", Quoted(value), "\"");
  }

  /// What names an action is repeated by every action that waits for it.
  void find_heads(const model::TransitionGraph& graph) {
    std::uint32_t last = 0;
    for (const model::Synapse& synapse : graph.synapses) last = std::max(last, synapse.action.id);
    for (const GraphActionHead& head : graph.missing) last = std::max(last, head.id);
    heads_.resize(std::size_t{last} + 1);
    for (const model::Synapse& synapse : graph.synapses) {
      heads_[synapse.action.id] = &synapse.action;
    }
    for (const GraphActionHead& head : graph.missing) heads_[head.id] = &head;
  }

  /// The operation and its key as text, which is kept for the next action: probes of a resource
  /// follow one another, and so do what waits for them.
  std::string_view operation_of(const GraphActionHead& head) {
    const auto is_same = [](model::Text a, model::Text b) {
      return a.data() == b.data() && a.size() == b.size();
    };
    if (!is_same(head.key, key_) || !is_same(head.operation, operation_)) {
      key_ = head.key;
      operation_ = head.operation;
      operation_text_ = base::cat("\" operation=\"", Quoted(operation_), "\" operation_key=\"",
                                  Quoted(key_), "\"");
    }
    return operation_text_;
  }

  void open_action(const GraphActionHead& head) {
    pen_.put("<", element_name(head.kind), head.cib_only ? " mode=\"cib\"" : "", " id=\"",
             Digits(head.id), operation_of(head));
    if (!head.internal_key.empty()) attribute("internal_operation_key", head.internal_key);
    if (!head.node.empty()) {
      pen_.put(" on_node=\"", Quoted(head.node), "\" on_node_uuid=\"", Quoted(head.node_uuid),
               "\"");
    }
    if (!head.router_node.empty()) attribute("router_node", head.router_node);
  }

  void write_told(const GraphAction& action) {
    told_.prepare(action);
    pen_.put(told_.before_node());
    if (action.tells_node) {
      attribute(model::kNodeAttribute, action.node);
      attribute(model::kNodeUuidAttribute, action.node_uuid);
    }
    pen_.put(told_.after_node());
  }

  void write_effects(const GraphAction& action) {
    if (!action.downed.empty()) {
      pen_.put(lines_[4], "<downed>");
      for (const model::Text uuid : action.downed) {
        pen_.put(lines_[5], "<node id=\"", Quoted(uuid), "\"/>");
      }
      pen_.put(lines_[4], "</downed>");
    }
    if (!action.maintenance.empty()) {
      pen_.put(lines_[4], "<maintenance>");
      for (const auto& [uuid, on] : action.maintenance) {
        pen_.put(lines_[5], "<node id=\"", Quoted(uuid), "\" node_in_maintenance=\"",
                 on ? "1" : "0", "\"/>");
      }
      pen_.put(lines_[4], "</maintenance>");
    }
  }

  void write_inputs(const std::vector<std::uint32_t>& inputs) {
    bool is_first = true;
    for (const std::uint32_t input : inputs) {
      if (input >= heads_.size() || heads_[input] == nullptr) continue;
      if (is_first) pen_.put(lines_[2], "<inputs>");
      is_first = false;
      pen_.put(lines_[3], "<trigger>", lines_[4]);
      open_action(*heads_[input]);
      pen_.put("/>", lines_[3], "</trigger>");
    }
    pen_.put(lines_[2], is_first ? "<inputs/>" : "</inputs>");
  }

  void write_synapse(const model::Synapse& synapse, std::size_t id) {
    const GraphAction& action = synapse.action;
    pen_.put(lines_[1], "<synapse id=\"", Digits(static_cast<std::int64_t>(id)), "\"");
    if (synapse.priority > 0) attribute("priority", Digits(synapse.priority));
    pen_.put(">", lines_[2], "<action_set>", lines_[3]);
    open_action(action);
    if (action.shutdown_lock) attribute("shutdown-lock", Digits(*action.shutdown_lock));
    pen_.put(">");
    write_told(action);
    write_effects(action);
    pen_.put(lines_[3], "</", element_name(action.kind), ">", lines_[2], "</action_set>");
    write_inputs(synapse.inputs);
    pen_.put(lines_[1], "</synapse>");
  }

  Pen pen_;
  Lines lines_;
  Told told_;
  model::Text operation_;
  model::Text key_;
  std::string operation_text_ = "\" operation=\"\" operation_key=\"\"";
  std::vector<const GraphActionHead*> heads_;  ///< by action; null: there is no such action
};

}  // namespace

void write_graph(const model::TransitionGraph& graph, xml::Layout layout, const TextSink& sink) {
  GraphWriter(sink, layout == xml::Layout::kIndented).write(graph);
}

std::string graph_text(const model::TransitionGraph& graph, xml::Layout layout) {
  std::string out;
  write_graph(graph, layout, [&](std::string_view text) { out.append(text); });
  return out;
}

}  // namespace systole::cib_model
