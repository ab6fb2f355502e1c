#pragma once

#include "crmd/tools/monitor/page.h"
#include "crmd/tools/monitor/view.h"
#include "lib/cli/element.h"

/// The sections of a status page, each with its text and its XML; one file a section.
namespace systole::crmd::monitor {

void print_summary(const View& view, Page& page);
void add_summary_xml(const View& view, cli::Element& root);

void print_nodes(const View& view, Page& page);
void print_resources(const View& view, Page& page);

void print_attributes(const View& view, Page& page);
void add_attributes_xml(const View& view, cli::Element& root);

/// Operations and failure counts by node and resource.
void print_history(const View& view, Page& page);
void add_history_xml(const View& view, cli::Element& root);

void print_failures(const View& view, Page& page);
void add_failures_xml(const View& view, cli::Element& root);

void print_fencing(const View& view, Page& page);
void add_fencing_xml(const View& view, cli::Element& root);

void print_tickets(const View& view, Page& page);
void add_tickets_xml(const View& view, cli::Element& root);

void print_bans(const View& view, Page& page);
void add_bans_xml(const View& view, cli::Element& root);

}  // namespace systole::crmd::monitor
