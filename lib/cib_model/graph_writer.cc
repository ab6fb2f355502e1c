#include "lib/cib_model/graph_writer.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

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
    (append(view(pieces)), ...);
  }
  void flush() {
    if (used_ > 0) sink_({buffer_.get(), used_});
    used_ = 0;
  }

 private:
  static constexpr std::size_t kSize = std::size_t{64} << 10;

  static std::string_view view(std::string_view text) { return text; }
  /// The compiler knows how long a literal is, and what to do instead of a call.
  template <std::size_t size>
  static std::string_view view(const char (&literal)[size]) {
    return {literal, size - 1};
  }

  void append(std::string_view text) {
    // Not memcpy: where there is no text, its place may be null.
    std::copy(text.begin(), text.end(), buffer_.get() + used_);
    used_ += text.size();
  }

  const TextSink& sink_;
  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(kSize);
  std::size_t used_ = 0;
};

/// Writes elements.
class ElementWriter {
 public:
  ElementWriter(const TextSink& sink, bool lines) : pen_(sink), lines_(lines) {}

  void flush() { pen_.flush(); }

  void open(std::string_view name) {
    end_start_tag();
    indent();
    pen_.put("<", name);
    in_start_tag_ = true;
    ++depth_;
  }

  void attribute(std::string_view name, std::string_view value) {
    if (!base::is_plain_xml(value)) {
      escaped_.clear();
      base::escape_xml(value, escaped_, base::XmlEscapes::kStandard);
      value = escaped_;
    }
    pen_.put(" ", name, "=\"", value, "\"");
  }

  void attribute(std::string_view name, std::int64_t value) {
    char digits[24];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    attribute(name, {digits, static_cast<std::size_t>(end - digits)});
  }

  /// Attributes that are text already.
  void written_attributes(std::string_view text) { pen_.put(text); }

  void close(std::string_view name) {
    --depth_;
    if (in_start_tag_) {
      pen_.put("/>");
      in_start_tag_ = false;
    } else {
      indent();
      pen_.put("</", name, ">");
    }
    if (lines_) pen_.put("\n");
  }

 private:
  void end_start_tag() {
    if (!in_start_tag_) return;
    pen_.put(lines_ ? ">\n" : ">");
    in_start_tag_ = false;
  }

  void indent() {
    constexpr std::string_view kBlanks = "                ";
    if (lines_) pen_.put(kBlanks.substr(0, 2 * depth_));
  }

  Pen pen_;
  std::string escaped_;
  std::size_t depth_ = 0;
  bool in_start_tag_ = false;
  bool lines_;
};

/// What names an action, as text.
struct Head {
  std::string_view element;  ///< empty: there is no such action
  model::Text attributes;
};

class GraphWriter {
 public:
  GraphWriter(const TextSink& sink, bool lines) : out_(sink, lines) {}

  void write(const model::TransitionGraph& graph) {
    write_heads(graph);
    out_.open("transition_graph");
    out_.attribute("cluster-delay", graph.cluster_delay);
    out_.attribute("stonith-timeout", graph.stonith_timeout);
    out_.attribute("failed-stop-offset", graph.failed_stop_offset);
    out_.attribute("failed-start-offset", graph.failed_start_offset);
    out_.attribute("batch-limit", graph.batch_limit);
    out_.attribute("transition_id", graph.transition_id);
    if (!graph.migration_limit.empty()) out_.attribute("migration-limit", graph.migration_limit);
    if (graph.recheck_by) out_.attribute("recheck-by", *graph.recheck_by);
    for (std::size_t i = 0; i < graph.synapses.size(); ++i) write_synapse(graph.synapses[i], i);
    out_.close("transition_graph");
    out_.flush();
  }

  void write_attributes_alone(const GraphAction& action) {
    write_attributes(action);
    out_.flush();
  }

 private:
  void write_attributes(const GraphAction& action) {
    out_.open("attributes");
    for (const auto& [name, value] : action.attributes) out_.attribute(name, value);
    for (const auto& [name, value] : action.odd_parameters) {
      out_.open("param");
      out_.attribute("name", name);
      out_.attribute("value", value);
      out_.close("param");
    }
    out_.close("attributes");
  }

  /// What names an action is repeated by every action that waits for it: it is made once.
  void write_heads(const model::TransitionGraph& graph) {
    std::uint32_t last = 0;
    for (const model::Synapse& synapse : graph.synapses) last = std::max(last, synapse.action.id);
    for (const GraphActionHead& head : graph.missing) last = std::max(last, head.id);
    heads_.resize(std::size_t{last} + 1);
    std::string text;
    const TextSink sink = [&](std::string_view written) { text.append(written); };
    ElementWriter out(sink, false);
    const auto add = [&](const GraphActionHead& head) {
      text.clear();
      write_head(out, head);
      out.flush();
      heads_[head.id] = {element_name(head.kind), head_texts_.keep(text)};
    };
    for (const model::Synapse& synapse : graph.synapses) add(synapse.action);
    for (const GraphActionHead& head : graph.missing) add(head);
  }

  static void write_head(ElementWriter& out, const GraphActionHead& head) {
    if (head.cib_only) out.attribute("mode", "cib");
    out.attribute("id", head.id);
    out.attribute("operation", head.operation);
    out.attribute("operation_key", head.key);
    if (!head.internal_key.empty()) out.attribute("internal_operation_key", head.internal_key);
    if (!head.node.empty()) {
      out.attribute("on_node", head.node);
      out.attribute("on_node_uuid", head.node_uuid);
    }
    if (!head.router_node.empty()) out.attribute("router_node", head.router_node);
  }

  void open_action(const Head& head) {
    out_.open(head.element);
    out_.written_attributes(head.attributes);
  }

  void write_resource(const model::GraphResource& resource) {
    out_.open("primitive");
    out_.attribute("id", resource.id);
    if (!resource.long_id.empty()) out_.attribute("long-id", resource.long_id);
    out_.attribute("class", resource.standard);
    if (!resource.provider.empty()) out_.attribute("provider", resource.provider);
    out_.attribute("type", resource.type);
    out_.close("primitive");
  }

  void write_action(const GraphAction& action) {
    const Head& head = heads_[action.id];
    open_action(head);
    if (action.shutdown_lock) out_.attribute("shutdown-lock", *action.shutdown_lock);
    if (action.resource) write_resource(*action.resource);
    write_attributes(action);
    if (!action.downed.empty()) {
      out_.open("downed");
      for (const model::Text uuid : action.downed) {
        out_.open("node");
        out_.attribute("id", uuid);
        out_.close("node");
      }
      out_.close("downed");
    }
    if (!action.maintenance.empty()) {
      out_.open("maintenance");
      for (const auto& [uuid, on] : action.maintenance) {
        out_.open("node");
        out_.attribute("id", uuid);
        out_.attribute("node_in_maintenance", on ? "1" : "0");
        out_.close("node");
      }
      out_.close("maintenance");
    }
    out_.close(head.element);
  }

  void write_synapse(const model::Synapse& synapse, std::size_t id) {
    out_.open("synapse");
    out_.attribute("id", static_cast<std::int64_t>(id));
    if (synapse.priority > 0) out_.attribute("priority", synapse.priority);
    out_.open("action_set");
    write_action(synapse.action);
    out_.close("action_set");
    out_.open("inputs");
    for (const std::uint32_t input : synapse.inputs) {
      if (input >= heads_.size() || heads_[input].element.empty()) continue;
      out_.open("trigger");
      open_action(heads_[input]);
      out_.close(heads_[input].element);
      out_.close("trigger");
    }
    out_.close("inputs");
    out_.close("synapse");
  }

  ElementWriter out_;
  model::TextPool head_texts_;
  std::vector<Head> heads_;  ///< by action
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

std::string attributes_text(const GraphAction& action) {
  std::string out;
  const TextSink sink = [&](std::string_view text) { out.append(text); };
  GraphWriter(sink, false).write_attributes_alone(action);
  return out;
}

}  // namespace systole::cib_model
