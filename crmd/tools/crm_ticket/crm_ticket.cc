#include "crmd/tools/crm_ticket/crm_ticket.h"

#include <array>
#include <ctime>
#include <memory>

#include "crmd/tools/crm_ticket/change.h"
#include "crmd/tools/crm_ticket/options.h"
#include "crmd/tools/crm_ticket/tickets.h"
#include "crmd/tools/failure_text.h"
#include "crmd/tools/schema_notice.h"
#include "crmd/tools/xml_input.h"
#include "lib/base/strings.h"
#include "lib/model/scalars.h"
#include "lib/xml/document.h"
#include "lib/xml/name.h"

namespace systole::crmd::crm_ticket {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using cli::ExitCode;
using cli::Output;

/// Seconds of the epoch as the C library's ctime() writes them, in local time; the number itself
/// when it is beyond every calendar.
std::string format_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  std::array<char, 64> text{};
  if (::localtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
  const std::size_t length =
      std::strftime(text.data(), text.size(), "%a %b %e %H:%M:%S %Y", &parts);
  return {text.data(), length};
}

/// "name=value", times readable.
std::string describe_attribute(const std::string& name, const std::string& value) {
  const bool is_time = name == "last-granted" || name == "expires";
  if (!is_time) return base::cat(name, "=", value);
  return base::cat(name, "='", format_time(model::leading_integer(value).value_or(0)), "'");
}

std::string describe_ticket(const Ticket& ticket, bool with_details) {
  std::string out = base::cat(ticket.id, "\t", ticket.granted ? "granted" : "revoked",
                              ticket.standby ? " [standby]" : "          ");
  if (with_details) {
    std::vector<std::string> attributes;
    for (const auto& [name, value] : ticket.attributes) {
      attributes.push_back(describe_attribute(name, value));
    }
    if (!attributes.empty()) out += base::cat(" (", base::join(attributes, ", "), ")");
  } else if (ticket.last_granted.value_or(-1) > -1) {
    out += base::cat(" last-granted='", format_time(*ticket.last_granted), "'");
  }
  return out;
}

class Performer {
 public:
  Performer(const Task& task, Output& output) : task_(task), output_(output) {}

  ExitCode run();

 private:
  ExitCode usage(std::string_view message) {
    return cli::fail(output_, kProgram, {Errc::kUsage, std::string(message)});
  }
  ExitCode failed(std::string_view what, const Error& error) {
    (void)cli::fail(output_, kProgram, {error.code, base::cat(what, ": ", text_of(error))});
    return failure_exit_code(error);
  }
  static std::string text_of(const Error& error) {
    return error.message.empty() ? std::string(base::describe(error.code)) : error.message;
  }
  ExitCode no_such_ticket() {
    return cli::fail(output_, kProgram,
                     {Errc::kNotFound, base::cat("No such ticket '", *task_.ticket, "'")});
  }
  ExitCode refuse() {
    return cli::fail(output_, kProgram, {Errc::kPermission, "Ticket modification not allowed"});
  }

  Result<void> read_cib();
  ExitCode list();
  ExitCode query_xml();
  ExitCode constraints();
  ExitCode get_attribute();
  ExitCode clean_up();
  ExitCode check_modification();
  ExitCode modify();

  void warn_of_grant();
  void warn_of_revocation();
  bool is_allowed();
  bool is_ambiguous(const std::vector<xml::Element>& states);
  void show(xml::Element element);
  void show_all(const std::vector<xml::Element>& elements);

  const Task& task_;
  Output& output_;
  std::unique_ptr<client::CibClient> cib_;
  /// The CIB as it was when the tool began.
  std::optional<xml::Document> document_;
  std::vector<Ticket> tickets_;
};

ExitCode Performer::run() {
  const client::CibSource source = client::cib_source_from_environment(kProgram.name);
  Result<std::unique_ptr<client::CibClient>> opened = client::open_cib(source);
  if (!opened) {
    return cli::fail(output_, kProgram, cib_connection_error(source, opened.error()));
  }
  cib_ = std::move(*opened);
  if (const Result<void> read = read_cib(); !read) {
    return failed("Could not get local CIB", read.error());
  }
  switch (task_.command) {
    case Command::kInfo:
    case Command::kDetails:
    case Command::kRaw:
      return list();
    case Command::kQueryXml:
      return query_xml();
    case Command::kConstraints:
      return constraints();
    case Command::kGetAttribute:
      return get_attribute();
    case Command::kCleanUp:
      return clean_up();
    case Command::kModify:
      return modify();
    case Command::kNone:
      break;
  }
  return usage("Must supply a command");
}

Result<void> Performer::read_cib() {
  Result<xml::Document> document = cib_->query();
  if (!document) return document.error();
  document_ = std::move(*document);
  print_schema_notice(*document_);
  if (task_.file.empty()) {
    tickets_ = read_tickets(document_->root());
    return {};
  }
  const Result<xml::Document> other =
      read_xml({.kind = XmlInput::Kind::kFile, .value = task_.file});
  if (!other) return other.error();
  tickets_ = read_tickets(other->root());
  return {};
}

ExitCode Performer::list() {
  const auto show_ticket = [&](const Ticket& ticket) {
    const bool only_id = task_.command == Command::kRaw;
    output_.line(only_id ? ticket.id : describe_ticket(ticket, task_.command == Command::kDetails));
  };
  if (task_.ticket) {
    const Ticket* ticket = find_ticket(tickets_, *task_.ticket);
    if (ticket == nullptr) return no_such_ticket();
    show_ticket(*ticket);
    return ExitCode::kOk;
  }
  for (const Ticket& ticket : tickets_) show_ticket(ticket);
  return ExitCode::kOk;
}

void Performer::show(xml::Element element) {
  output_.raw(xml::Document::copy_of(element).indented());
}

/// One element as it is, several inside of one that says that they were searched for.
void Performer::show_all(const std::vector<xml::Element>& elements) {
  if (elements.size() == 1) return show(elements.front());
  xml::Document all = xml::Document::create("xpath-query");
  for (const xml::Element element : elements) all.root().append_copy(element);
  output_.raw(all.indented());
}

bool Performer::is_ambiguous(const std::vector<xml::Element>& states) {
  if (states.size() < 2) return false;
  output_.line(base::cat("Multiple ticket_states match ticket_id=", *task_.ticket));
  return true;
}

ExitCode Performer::query_xml() {
  std::vector<xml::Element> found;
  if (task_.ticket) {
    found = ticket_states(document_->root(), *task_.ticket);
  } else if (const xml::Element all = all_states(document_->root())) {
    found.push_back(all);
  }
  if (found.empty()) return failed("Could not query ticket XML", {Errc::kNotFound, {}});
  is_ambiguous(found);
  output_.raw("State XML:\n\n");
  show_all(found);
  return ExitCode::kOk;
}

ExitCode Performer::constraints() {
  const std::vector<xml::Element> found = ticket_constraints(document_->root(), task_.ticket);
  if (found.empty()) return failed("Could not show ticket constraints", {Errc::kNotFound, {}});
  output_.raw("Constraints XML:\n\n");
  show_all(found);
  return ExitCode::kOk;
}

ExitCode Performer::get_attribute() {
  if (!task_.ticket) {
    return cli::fail(output_, kProgram, {Errc::kNotFound, "Must supply ticket ID with -t"});
  }
  const Ticket* ticket = find_ticket(tickets_, *task_.ticket);
  const std::string* value = ticket == nullptr ? nullptr : ticket->attribute(task_.attribute);
  if (value == nullptr && task_.fallback) value = &*task_.fallback;
  // Callers ask for attributes that may not be there; the exit code is the answer.
  if (value == nullptr) return ExitCode::kNoSuchObject;
  output_.line(*value);
  return ExitCode::kOk;
}

void Performer::warn_of_grant() {
  output_.line(base::cat("This command cannot help you verify whether '", *task_.ticket,
                         "' has been already granted elsewhere."));
  output_.line(base::cat("If you really want to grant '", *task_.ticket,
                         "' to this site now, and you know what you are doing,"));
  output_.line("please specify --force.");
}

void Performer::warn_of_revocation() {
  const std::string& id = *task_.ticket;
  output_.line(base::cat("Revoking '", id,
                         "' can trigger the specified 'loss-policy'(s) relating to '", id, "'."));
  output_.line();
  output_.line("You can check that with:");
  output_.line(base::cat("crm_ticket --ticket ", id, " --constraints"));
  output_.line();
  output_.line(base::cat("Otherwise before revoking '", id, "', you may want to make '", id,
                         "' standby with:"));
  output_.line(base::cat("crm_ticket --ticket ", id, " --standby"));
  output_.line();
  output_.line(base::cat("If you really want to revoke '", id,
                         "' from this site now, and you know what you are doing,"));
  output_.line("please specify --force.");
}

ExitCode Performer::clean_up() {
  if (!task_.ticket) return usage("Must supply ticket ID with -t");
  if (!task_.force) {
    const Ticket* ticket = find_ticket(tickets_, *task_.ticket);
    if (ticket == nullptr) return no_such_ticket();
    if (ticket->granted) {
      warn_of_revocation();
      return ExitCode::kInsufficientPrivileges;
    }
  }
  const std::vector<xml::Element> states = ticket_states(document_->root(), *task_.ticket);
  if (states.empty()) return ExitCode::kOk;
  Result<void> forgotten;
  if (is_ambiguous(states)) {
    forgotten = Error{Errc::kNotUnique, {}};
  } else {
    forgotten = forget(*cib_, *task_.ticket);
  }
  if (!forgotten) return failed("Could not clean up ticket", forgotten.error());
  output_.line(base::cat("Cleaned up ", *task_.ticket));
  return ExitCode::kOk;
}

/// A site that grants itself a ticket which another one has, or loses one that its services depend
/// on, needs somebody who knows what they do.
bool Performer::is_allowed() {
  if (task_.force) return true;
  if (const std::string* granted = task_.change.value_of("granted")) {
    if (model::is_true(*granted)) {
      warn_of_grant();
    } else {
      warn_of_revocation();
    }
    return false;
  }
  if (task_.change.removes("granted")) {
    warn_of_revocation();
    return false;
  }
  return true;
}

/// Whether the change is complete and possible at all.
ExitCode Performer::check_modification() {
  if (!task_.ticket) return usage("Must supply ticket ID with -t");
  if (task_.value_alone) {
    return usage(base::cat("Must supply attribute name with -S for -v ", *task_.value_alone));
  }
  if (task_.name_alone) {
    return usage(base::cat("Must supply value with -v for -S ", *task_.name_alone));
  }
  for (const auto& [name, value] : task_.change.set) {
    if (!xml::is_name(name)) {
      return usage(base::cat("'", name, "' cannot be the name of an attribute"));
    }
  }
  if (task_.change.value_of("id") != nullptr || task_.change.removes("id")) {
    return failed("Could not modify ticket",
                  {Errc::kNotFound, "its ID is no attribute that can be changed"});
  }
  return ExitCode::kOk;
}

ExitCode Performer::modify() {
  if (const ExitCode code = check_modification(); code != ExitCode::kOk) return code;
  if (!is_allowed()) return refuse();
  const std::vector<xml::Element> states = ticket_states(document_->root(), *task_.ticket);
  if (is_ambiguous(states)) return failed("Could not modify ticket", {Errc::kNotFound, {}});
  const Ticket* known = find_ticket(tickets_, *task_.ticket);
  const Result<void> done = apply(*cib_, task_.change,
                                  {.ticket = *task_.ticket,
                                   .state = states.empty() ? xml::Element() : states.front(),
                                   .was_granted = known != nullptr && known->granted,
                                   .now = std::time(nullptr)});
  return done ? ExitCode::kOk : failed("Could not modify ticket", done.error());
}

}  // namespace

ExitCode run(const cli::CommandLine& line, Output& output) {
  const Task task = read_task(line);
  return Performer(task, output).run();
}

}  // namespace systole::crmd::crm_ticket
