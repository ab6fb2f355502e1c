#include "lib/cib_model/graph_writer.h"

#include <string_view>
#include <unordered_map>

#include "lib/base/strings.h"

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

/// A piece of the text of all heads.
struct Head {
  std::string_view element;
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// About as long as what an action takes in the text, so that the text is rarely moved.
constexpr std::size_t kBytesPerAction = 1000;

class GraphWriter {
 public:
  explicit GraphWriter(bool lines) : lines_(lines) {}

  std::string take() && { return std::move(out_); }

  void write(const model::TransitionGraph& graph) {
    write_heads(graph);
    out_.reserve(graph.synapses.size() * kBytesPerAction);
    open("transition_graph");
    attribute("cluster-delay", graph.cluster_delay);
    attribute("stonith-timeout", graph.stonith_timeout);
    attribute("failed-stop-offset", graph.failed_stop_offset);
    attribute("failed-start-offset", graph.failed_start_offset);
    attribute("batch-limit", graph.batch_limit);
    attribute("transition_id", base::cat(graph.transition_id));
    if (!graph.migration_limit.empty()) attribute("migration-limit", graph.migration_limit);
    if (graph.recheck_by) attribute("recheck-by", base::cat(*graph.recheck_by));
    for (std::size_t i = 0; i < graph.synapses.size(); ++i) write_synapse(graph.synapses[i], i);
    close("transition_graph");
  }

  void write_attributes(const GraphAction& action) {
    open("attributes");
    for (const auto& [name, value] : action.attributes) attribute(name, value);
    for (const auto& [name, value] : action.odd_parameters) {
      open("param");
      attribute("name", name);
      attribute("value", value);
      close("param");
    }
    close("attributes");
  }

 private:
  void open(std::string_view name) {
    end_start_tag();
    indent();
    out_.push_back('<');
    out_.append(name);
    in_start_tag_ = true;
    ++depth_;
  }

  void attribute(std::string_view name, std::string_view value) {
    out_.push_back(' ');
    out_.append(name).append("=\"", 2);
    xml::escape(value, out_);
    out_.push_back('"');
  }

  void close(std::string_view name) {
    --depth_;
    if (in_start_tag_) {
      out_.append("/>");
      in_start_tag_ = false;
    } else {
      indent();
      out_.append("</").append(name).push_back('>');
    }
    if (lines_) out_.push_back('\n');
  }

  void end_start_tag() {
    if (!in_start_tag_) return;
    out_.push_back('>');
    if (lines_) out_.push_back('\n');
    in_start_tag_ = false;
  }

  void indent() {
    if (lines_) out_.append(2 * depth_, ' ');
  }

  /// What names an action is repeated by every action that waits for it: it is written once.
  void write_heads(const model::TransitionGraph& graph) {
    const auto add = [&](const GraphActionHead& head) {
      const std::size_t begin = out_.size();
      write_head(head);
      heads_.try_emplace(head.id, Head{element_name(head.kind), begin, out_.size() - begin});
    };
    heads_.reserve(graph.synapses.size() + graph.missing.size());
    for (const model::Synapse& synapse : graph.synapses) add(synapse.action);
    for (const GraphActionHead& head : graph.missing) add(head);
    head_texts_ = std::move(out_);
    out_.clear();
  }

  void append_head(const Head& head) { out_.append(head_texts_, head.begin, head.size); }

  void write_head(const GraphActionHead& head) {
    if (head.cib_only) attribute("mode", "cib");
    attribute("id", base::cat(head.id));
    attribute("operation", head.operation);
    attribute("operation_key", head.key);
    if (!head.internal_key.empty()) attribute("internal_operation_key", head.internal_key);
    if (!head.node.empty()) {
      attribute("on_node", head.node);
      attribute("on_node_uuid", head.node_uuid);
    }
    if (!head.router_node.empty()) attribute("router_node", head.router_node);
  }

  void write_resource(const model::GraphResource& resource) {
    open(resource.element);
    attribute("id", resource.id);
    if (!resource.long_id.empty()) attribute("long-id", resource.long_id);
    attribute("class", resource.standard);
    if (!resource.provider.empty()) attribute("provider", resource.provider);
    attribute("type", resource.type);
    close(resource.element);
  }

  void write_action(const GraphAction& action) {
    const std::string_view name = element_name(action.kind);
    open(name);
    append_head(heads_.at(action.id));
    if (action.shutdown_lock) attribute("shutdown-lock", base::cat(*action.shutdown_lock));
    if (action.resource) write_resource(*action.resource);
    write_attributes(action);
    if (!action.downed.empty()) {
      open("downed");
      for (const std::string& uuid : action.downed) {
        open("node");
        attribute("id", uuid);
        close("node");
      }
      close("downed");
    }
    if (!action.maintenance.empty()) {
      open("maintenance");
      for (const auto& [uuid, on] : action.maintenance) {
        open("node");
        attribute("id", uuid);
        attribute("node_in_maintenance", on ? "1" : "0");
        close("node");
      }
      close("maintenance");
    }
    close(name);
  }

  void write_synapse(const model::Synapse& synapse, std::size_t id) {
    open("synapse");
    attribute("id", base::cat(id));
    if (synapse.priority > 0) attribute("priority", base::cat(synapse.priority));
    open("action_set");
    write_action(synapse.action);
    close("action_set");
    open("inputs");
    for (const std::uint32_t input : synapse.inputs) {
      const auto head = heads_.find(input);
      if (head == heads_.end()) continue;
      open("trigger");
      open(head->second.element);
      append_head(head->second);
      close(head->second.element);
      close("trigger");
    }
    close("inputs");
    close("synapse");
  }

  std::string out_;
  std::string head_texts_;
  std::unordered_map<std::uint32_t, Head> heads_;  ///< by action
  std::size_t depth_ = 0;
  bool in_start_tag_ = false;
  bool lines_;
};

}  // namespace

std::string graph_text(const model::TransitionGraph& graph, xml::Layout layout) {
  GraphWriter writer(layout == xml::Layout::kIndented);
  writer.write(graph);
  return std::move(writer).take();
}

std::string attributes_text(const GraphAction& action) {
  GraphWriter writer(false);
  writer.write_attributes(action);
  return std::move(writer).take();
}

}  // namespace systole::cib_model
