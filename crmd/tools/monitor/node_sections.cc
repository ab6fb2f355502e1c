// Sections of which policy/render does the content.

#include "crmd/tools/monitor/section_list.h"
#include "policy/render/failures.h"
#include "policy/render/node_attributes.h"
#include "policy/render/node_history.h"

namespace systole::crmd::monitor {
namespace {

namespace render = policy::render;

std::optional<render::HistoryDetail> history_detail(const View& view) {
  if (!render::has_node_history(*view.status, view.list)) return std::nullopt;
  if (view.sections.has(Section::kOperations)) {
    return view.timing ? render::HistoryDetail::kTimedOperations
                       : render::HistoryDetail::kOperations;
  }
  if (view.sections.has(Section::kFailCounts)) return render::HistoryDetail::kFailCounts;
  return std::nullopt;
}

}  // namespace

void print_attributes(const View& view, Page& page) {
  if (!render::has_node_attributes(*view.status, view.list)) return;
  page.begin("Node Attributes");
  render::print_node_attributes(*view.status, view.list, page.output());
  page.end();
}

void add_attributes_xml(const View& view, cli::Element& root) {
  render::add_node_attributes_xml(*view.status, view.list, root);
}

void print_history(const View& view, Page& page) {
  const auto detail = history_detail(view);
  if (!detail) return;
  page.begin(*detail == render::HistoryDetail::kFailCounts ? "Migration Summary" : "Operations");
  render::print_node_history(*view.status, view.list, *detail, page.output());
  page.end();
}

void add_history_xml(const View& view, cli::Element& root) {
  const auto detail = history_detail(view);
  if (detail) render::add_node_history_xml(*view.status, view.list, *detail, root);
}

void print_failures(const View& view, Page& page) {
  if (!render::has_failures(*view.status, view.list)) return;
  page.begin("Failed Resource Actions");
  const auto style =
      view.list.detail ? render::FailureStyle::kRecord : render::FailureStyle::kSentence;
  render::print_failures(*view.status, view.list, style, page.output());
  page.end();
}

void add_failures_xml(const View& view, cli::Element& root) {
  render::add_failures_xml(*view.status, view.list, root);
}

}  // namespace systole::crmd::monitor
