#include <memory>

#include "crmd/tools/crm_attribute/crm_attribute.h"
#include "crmd/tools/failure_text.h"
#include "crmd/tools/local_node.h"
#include "lib/base/strings.h"
#include "lib/client/attribute_client.h"

namespace systole::crmd::crm_attribute {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using cli::ExitCode;
using cli::Output;

class Performer {
 public:
  Performer(const Task& task, const cli::Program& program, Output& output)
      : task_(task), program_(program), output_(output) {}

  ExitCode run();

 private:
  ExitCode failed(const Error& error) {
    (void)cli::fail(output_, program_,
                    {error.code, base::cat("Error performing operation: ", describe(error))});
    return failure_exit_code(error);
  }
  /// What the CIB refuses has a text of its own; what else went wrong explains itself.
  static std::string describe(const Error& error) {
    return error.message.empty() ? std::string(base::describe(error.code)) : error.message;
  }
  Result<void> resolve_node();
  ExitCode query();
  ExitCode update();
  ExitCode erase();
  ExitCode tell_attribute_service();
  void list_matches(const std::vector<Found>& found);
  bool goes_to_attribute_service() const {
    return cib_->is_live() && selection_.scope == Scope::kStatus && !selection_.utilization &&
           selection_.id.empty();
  }

  const Task& task_;
  const cli::Program& program_;
  Output& output_;
  std::unique_ptr<client::CibClient> cib_;
  Selection selection_;
};

Result<void> Performer::resolve_node() {
  if (!has_node(selection_.scope) && task_.bad_scope.empty()) return {};
  std::string name = task_.node;
  if (name.empty() || name == "localhost" || name == "auto") {
    Result<std::string> local =
        local_node_name(std::string(program_.name).c_str(), cib_->is_live());
    if (!local) return local.error();
    name = std::move(*local);
  }
  Result<NodeIdentity> node = find_node(*cib_, name);
  if (!node) return node.error();
  selection_.node = std::move(*node);
  return {};
}

ExitCode Performer::run() {
  const client::CibSource source = client::cib_source_from_environment(program_.name);
  Result<std::unique_ptr<client::CibClient>> opened = client::open_cib(source);
  if (!opened) {
    return cli::fail(output_, program_, cib_connection_error(source, opened.error()));
  }
  cib_ = std::move(*opened);
  selection_ = {.scope = task_.scope.value_or(Scope::kCrmConfig),
                .utilization = task_.utilization,
                .set = task_.set,
                .id = task_.id,
                .name = task_.name,
                .pattern = task_.pattern};
  if (const Result<void> resolved = resolve_node(); !resolved) {
    return cli::fail(output_, program_, resolved.error());
  }
  if (!task_.bad_scope.empty()) {
    return failed({Errc::kProtocol, base::cat("no scope is called '", task_.bad_scope, "'")});
  }
  switch (task_.kind) {
    case Task::Kind::kUpdate:
      return goes_to_attribute_service() ? tell_attribute_service() : update();
    case Task::Kind::kDelete:
      return goes_to_attribute_service() ? tell_attribute_service() : erase();
    case Task::Kind::kQuery:
      break;
  }
  return query();
}

ExitCode Performer::query() {
  Result<std::vector<Found>> found = find(*cib_, selection_);
  if (!found) return failed(found.error());
  if (found->empty() && task_.fallback && task_.pattern.empty()) {
    found->push_back({.id = {}, .name = task_.name, .value = *task_.fallback});
  }
  if (found->empty()) return failed({Errc::kNotFound, {}});
  for (const Found& one : *found) {
    if (output_.is_structured()) {
      cli::Element& element = output_.root().add("attribute");
      element.set("name", one.name).set("value", one.value);
      element.set("scope", scope_name(selection_.scope));
      if (!task_.id.empty()) element.set("id", task_.id);
    } else if (task_.quiet) {
      output_.line(one.value);
    } else {
      const std::string id = task_.id.empty() ? "" : "id=" + task_.id;
      output_.line(base::cat("scope=", scope_name(selection_.scope), " ", id, " name=", one.name,
                             " value=", one.value));
    }
  }
  return ExitCode::kOk;
}

void Performer::list_matches(const std::vector<Found>& found) {
  output_.line(base::cat("Multiple attributes match name=", task_.name));
  for (const Found& one : found) {
    output_.line(base::cat("  Value: ", one.value, " \t(id=", one.id, ")"));
  }
}

ExitCode Performer::update() {
  const Result<std::vector<Found>> found = find(*cib_, selection_);
  if (!found) return failed(found.error());
  if (found->size() > 1 && task_.pattern.empty()) {
    list_matches(*found);
    return cli::fail(output_, program_,
                     {Errc::kNotUnique,
                      "Please choose from one of the matches below and supply "
                      "the 'id' with --attr-id"});
  }
  if (found->empty() && task_.name.empty()) {
    return task_.pattern.empty() ? failed({Errc::kUsage, "an attribute needs a name (--name)"})
                                 : ExitCode::kOk;
  }
  Result<void> written;
  if (found->empty()) written = write(*cib_, selection_, std::nullopt, task_.value);
  for (const Found& one : *found) {
    if (written) written = write(*cib_, selection_, one, task_.value);
  }
  if (written) return ExitCode::kOk;
  output_.error(base::cat("Error setting ", task_.name, "=", task_.value,
                          " (section=", scope_name(selection_.scope),
                          ", set=", found->empty() ? set_id(selection_) : task_.set,
                          "): ", base::describe(written.error().code)));
  return failed(written.error());
}

ExitCode Performer::erase() {
  const Result<std::vector<Found>> found = find(*cib_, selection_);
  if (!found) return failed(found.error());
  if (found->size() > 1 && task_.pattern.empty()) {
    list_matches(*found);
    return ExitCode::kOk;
  }
  for (const Found& one : *found) {
    if (const Result<void> removed = remove(*cib_, selection_, one); !removed) {
      return failed(removed.error());
    }
    const std::string set = task_.set.empty() ? "" : " set=" + task_.set;
    output_.line(base::cat("Deleted ", scope_name(selection_.scope),
                           selection_.scope == Scope::kCrmConfig ? " option" : " attribute",
                           ": id=", one.id, set, " name=", one.name));
  }
  return ExitCode::kOk;
}

ExitCode Performer::tell_attribute_service() {
  const Result<std::unique_ptr<client::AttributeClient>> service =
      client::AttributeClient::connect(program_.name);
  if (!service) return failed({service.error().code, failure_text(service.error())});
  client::AttributeUpdate change{.name = task_.name,
                                 .pattern = task_.pattern,
                                 .node = selection_.node.name,
                                 .set = task_.set,
                                 .is_remote = selection_.node.is_remote};
  if (task_.kind == Task::Kind::kUpdate) change.value = task_.value;
  const Result<void> told = (*service)->update(change);
  return told ? ExitCode::kOk : failed({told.error().code, failure_text(told.error())});
}

}  // namespace

ExitCode perform(const Task& task, const cli::Program& program, Output& output) {
  return Performer(task, program, output).run();
}

Result<bool> exists(const Task& task, const cli::Program& program) {
  Result<Output> silent = Output::open({.program = std::string(program.name),
                                        .request = {},
                                        .format = cli::OutputFormat::kNone,
                                        .destination = {}});
  if (!silent) return silent.error();
  const ExitCode code = Performer(task, program, *silent).run();
  if (code == ExitCode::kOk) return true;
  if (code == ExitCode::kNoSuchObject) return false;
  return {Errc::kInternal, std::string(cli::exit_text(code))};
}

}  // namespace systole::crmd::crm_attribute
