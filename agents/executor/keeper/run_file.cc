#include "agents/executor/keeper/run_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "agents/executor/keeper/netstring.h"

namespace systole::executor {
namespace {

using base::Errc;
using process::Outcome;

constexpr std::string_view kMagic = "systole-run-1";
constexpr std::string_view kEnd = "end";
constexpr int kLastEnd = static_cast<int>(process::End::kLost);
constexpr std::size_t kMaxSurvivors = 100;

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

/// The first bytes of a file in memory take a whole page: what is written later into the rest of it
/// needs no more room.
bool take_page(int fd) {
  std::string text;
  put_field(text, kMagic);
  return write_all(fd, text);
}

base::Result<std::string> read_all(int fd) {
  std::string text;
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return {Errc::kIo, strerror(errno)};
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

void put_output(std::string& out, const process::Output& output) {
  put_field(out, output.head);
  put_field(out, output.tail);
  put_field(out, output.dropped);
}

process::Output take_output(FieldReader& fields) {
  process::Output output;
  output.head = fields.text();
  output.tail = fields.text();
  output.dropped = fields.number<std::size_t>();
  return output;
}

void put_outcome(std::string& out, const Outcome& outcome) {
  put_field(out, static_cast<int>(outcome.end));
  put_field(out, outcome.code);
  put_field(out, outcome.run_time.count());
  put_output(out, outcome.out);
  put_output(out, outcome.err);
  put_field(out, outcome.survivors.size());
  for (const process::Survivor& survivor : outcome.survivors) {
    put_field(out, survivor.pid);
    put_field(out, survivor.name);
    put_field(out, std::string_view(&survivor.state, 1));
  }
}

std::string outcome_text(const base::Result<Outcome>& outcome) {
  std::string text;
  put_field(text, outcome ? 0 : base::legacy_number(outcome.error().code));
  put_field(text, outcome ? std::string() : outcome.error().message);
  put_outcome(text, outcome ? *outcome : Outcome{});
  put_field(text, kEnd);
  return text;
}

Outcome take_outcome(FieldReader& fields) {
  Outcome outcome;
  const int end = fields.number<int>();
  outcome.end = end < 0 || end > kLastEnd ? process::End::kLost : static_cast<process::End>(end);
  outcome.code = fields.number<int>();
  outcome.run_time = base::Milliseconds(fields.number<long>());
  outcome.out = take_output(fields);
  outcome.err = take_output(fields);
  const std::size_t survivors = fields.number<std::size_t>();
  for (std::size_t i = 0; i < survivors && i < kMaxSurvivors && fields.good(); ++i) {
    process::Survivor survivor;
    survivor.pid = fields.number<pid_t>();
    survivor.name = fields.text();
    const std::string state = fields.text();
    if (!state.empty()) survivor.state = state.front();
    outcome.survivors.push_back(std::move(survivor));
  }
  return outcome;
}

/// Of an error the legacy number travels, and the text.
std::optional<base::Result<Outcome>> take_result(FieldReader& fields) {
  const int error = fields.number<int>();
  const std::string message = fields.text();
  const Outcome outcome = take_outcome(fields);
  if (fields.text() != kEnd || !fields.good()) return std::nullopt;
  if (error != 0) return base::Result<Outcome>(base::errc_from_legacy(error), message);
  return base::Result<Outcome>(outcome);
}

}  // namespace

base::Result<process::UniqueFd> create_run_file(const std::string& path) {
  process::UniqueFd file(
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!file) return {Errc::kIo, base::cat("cannot make ", path, ": ", strerror(errno))};
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0 && take_page(file.get())) return file;
  const Errc code = errno == ENOSPC ? Errc::kNoSpace : Errc::kIo;
  const std::string why = base::cat("cannot use ", path, ": ", strerror(errno));
  unlink(path.c_str());
  return {code, why};
}

base::Result<process::UniqueFd> create_unnamed_run_file() {
  process::UniqueFd file(memfd_create("run", MFD_CLOEXEC));
  if (!file || flock(file.get(), LOCK_EX | LOCK_NB) != 0 || !take_page(file.get())) {
    return {Errc::kNoSpace, base::cat("cannot make a run file: ", strerror(errno))};
  }
  return file;
}

base::Result<process::UniqueFd> reopen_without_lock(int fd) {
  process::UniqueFd file(open(path_of_open_file(fd).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {Errc::kIo, base::cat("cannot open a run file: ", strerror(errno))};
  return file;
}

std::string path_of_open_file(int fd) {
  return base::cat("/proc/self/fd/", fd);
}

base::Result<RunFile> read_run_file(const std::string& path) {
  const process::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    return {errno == ENOENT ? Errc::kNoSuchFile : Errc::kIo,
            base::cat("cannot read ", path, ": ", strerror(errno))};
  }
  RunFile run;
  // Before the content is read: a keeper that ends in between has written all it had to say.
  run.kept = flock(file.get(), LOCK_SH | LOCK_NB) != 0;
  const base::Result<std::string> text = read_all(file.get());
  if (!text) return {Errc::kIo, base::cat("cannot read ", path, ": ", text.error().message)};
  FieldReader fields(*text);
  if (fields.text() != kMagic) return run;
  run.keeper = fields.number<pid_t>();
  run.outcome = take_result(fields);
  return run;
}

void write_keeper(int fd, pid_t keeper) {
  std::string text;
  put_field(text, keeper);
  write_all(fd, text);
}

void write_outcome(int fd, const base::Result<Outcome>& outcome) {
  const off_t begin = lseek(fd, 0, SEEK_END);
  if (write_all(fd, outcome_text(outcome)) || !outcome || begin < 0) return;
  Outcome shortened = *outcome;
  shortened.out = shortened.err = {};
  shortened.err.head = "(the output was lost: no room in the executor's state folder)\n";
  shortened.survivors.clear();
  if (ftruncate(fd, begin) == 0 && lseek(fd, begin, SEEK_SET) == begin) {
    write_all(fd, outcome_text(shortened));
  }
}

}  // namespace systole::executor
