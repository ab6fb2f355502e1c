#include "lib/cib/store/store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "lib/base/strings.h"
#include "lib/cib/digest.h"
#include "lib/cib/store/durable_file.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Result;

constexpr std::size_t kFileSizeMax = std::size_t{256} << 20;
constexpr int kBackups = 100;

constexpr std::string_view kName = "cib.xml";
constexpr std::string_view kSignatureSuffix = ".sig";
constexpr std::string_view kLastName = "cib.last";

xml::Document file_form(xml::Element root) {
  xml::Document copy = xml::Document::copy_of(root);
  if (xml::Element status = copy.root().first_child("status")) status.remove();
  if (copy.root().is("cib")) copy.root().set_attribute("num_updates", "0");
  return copy;
}

std::string backup_name(int number) {
  return base::cat("cib-", number, ".raw");
}

/// What became of one file.
struct Candidate {
  std::optional<xml::Document> cib;
  std::string problem;  ///< why the file cannot be used; empty when it is missing or good
};

/// Errors only where the file may be good but cannot be read.
Result<Candidate> read_candidate(const std::string& path) {
  Candidate out;
  auto text = read_file(path, kFileSizeMax);
  if (!text && text.error().code == Errc::kTooLarge) {
    out.problem = text.error().message;
    return out;
  }
  if (!text) return text.error();
  if (!text->has_value()) return out;
  auto signature = read_file(base::cat(path, kSignatureSuffix), kFileSizeMax);
  if (!signature) return signature.error();
  auto document = xml::Document::parse(**text);
  if (!document) {
    out.problem = base::cat("'", path, "' is damaged: ", document.error().message);
  } else if (!document->root().is("cib")) {
    out.problem = base::cat("'", path, "' is no CIB");
  } else if (signature->has_value() && base::trim(**signature) != file_digest(document->root())) {
    out.problem = base::cat("'", path, "' does not match its signature");
  } else {
    if (xml::Element status = document->root().first_child("status")) status.remove();
    out.cib = std::move(*document);
  }
  return out;
}

/// Gives a file that cannot be used, and its signature, another name that none has yet.
Result<std::string> set_aside(const std::string& directory, const std::string& path) {
  std::string name = base::cat(directory, "/cib.auto.XXXXXX");
  const int fd = ::mkstemp(name.data());
  if (fd < 0) return file_error("create", name);
  ::close(fd);
  if (::rename(path.c_str(), name.c_str()) != 0) return file_error("rename", path);
  const std::string signature = base::cat(path, kSignatureSuffix);
  if (::rename(signature.c_str(), base::cat(name, kSignatureSuffix).c_str()) != 0 &&
      errno != ENOENT) {
    return file_error("rename", signature);
  }
  return name;
}

Result<int> next_backup(const std::string& directory) {
  auto text = read_file(base::cat(directory, "/", kLastName), 64);
  if (!text && text.error().code != Errc::kTooLarge) return text.error();
  const std::string number = text ? text->value_or("") : "";
  const int next = base::parse_integer<int>(base::trim(number)).value_or(0);
  return next < 0 || next >= kBackups ? 0 : next;
}

Result<void> link_file(const std::string& from, const std::string& to) {
  if (::unlink(to.c_str()) != 0 && errno != ENOENT) return file_error("remove", to);
  if (::link(from.c_str(), to.c_str()) != 0 && errno != ENOENT) return file_error("link", to);
  return {};
}

Result<void> rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return file_error("replace", to);
  return {};
}

/// Keeps the current files as the next backup. What the new names replace is older than everything
/// that load() would take first.
Result<void> back_up(const std::string& directory) {
  auto number = next_backup(directory);
  if (!number) return number.error();
  const std::string current = base::cat(directory, "/", kName);
  const std::string backup = base::cat(directory, "/", backup_name(*number));
  for (const std::string_view suffix : {std::string_view(), kSignatureSuffix}) {
    if (auto linked = link_file(base::cat(current, suffix), base::cat(backup, suffix)); !linked) {
      return linked;
    }
  }
  // Its name becomes durable together with those of the files that follow it.
  const std::string last = base::cat(directory, "/", kLastName);
  const std::string last_new = base::cat(last, ".new");
  const std::string next = std::to_string((*number + 1) % kBackups);
  if (auto written = write_file(last_new, next); !written) return written;
  return rename_file(last_new, last);
}

}  // namespace

std::string file_text(xml::Element root) {
  return file_form(root).indented();
}

std::string file_signature(xml::Element root) {
  return file_digest(file_form(root).root());
}

Result<void> Store::save(std::string_view text, std::string_view signature) const {
  const std::string path = base::cat(directory_, "/", kName);
  const std::string signature_path = base::cat(path, kSignatureSuffix);
  auto current = read_candidate(path);
  if (!current) return current.error();
  if (!current->problem.empty()) {
    return {Errc::kDigestMismatch,
            base::cat(current->problem, ": it was changed by hand and is not overwritten")};
  }
  // Everything that can fail for want of space comes before the first change of a name.
  const std::string new_path = base::cat(path, ".new");
  const std::string new_signature_path = base::cat(signature_path, ".new");
  Result<void> done = write_file(new_path, text);
  if (done) done = write_file(new_signature_path, signature);
  if (done) done = back_up(directory_);
  if (done) done = rename_file(new_path, path);
  if (done) done = rename_file(new_signature_path, signature_path);
  if (!done) {
    ::unlink(new_path.c_str());
    ::unlink(new_signature_path.c_str());
    return done;
  }
  return flush_folder(directory_);
}

Result<std::optional<Loaded>> Store::load() const {
  std::vector<std::string> problems;
  if (::access(directory_.c_str(), F_OK) != 0) return file_error("open", directory_);
  auto next = next_backup(directory_);
  if (!next) return next.error();
  bool is_missing = false;
  for (int age = 0; age <= kBackups; ++age) {
    const int number = (*next + 2 * kBackups - age) % kBackups;
    const std::string path =
        base::cat(directory_, "/", age == 0 ? std::string(kName) : backup_name(number));
    auto candidate = read_candidate(path);
    if (!candidate) return candidate.error();
    if (candidate->cib) {
      if (is_missing) problems.push_back(base::cat("'", directory_, "/", kName, "' is missing"));
      return std::optional(Loaded{std::move(*candidate->cib), path, std::move(problems)});
    }
    if (candidate->problem.empty()) {
      is_missing |= age == 0;
      continue;
    }
    auto aside = set_aside(directory_, path);
    if (!aside) return aside.error();
    problems.push_back(base::cat(candidate->problem, "; it is kept as '", *aside, "'"));
  }
  if (problems.empty()) return std::optional<Loaded>();
  return {Errc::kDigestMismatch,
          base::cat("no usable CIB in '", directory_, "': ", base::join(problems, "; "))};
}

Result<std::string> Store::keep_aside(std::string_view name, std::string_view text) const {
  const std::string path = base::cat(directory_, "/", name, ".xml");
  if (auto written = replace_file(path, text); !written) return written.error();
  return path;
}

}  // namespace systole::cib
