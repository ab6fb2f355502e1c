#include "agents/executor/shell/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agents/executor/keeper/netstring.h"

namespace systole::executor {
namespace {

using base::Errc;

constexpr std::string_view kMagic = "systole-executor-journal-1";
constexpr std::size_t kSmallEnough = 256 * 1024;

std::string key_text(const RecordKey& key) {
  if (const auto* resource = std::get_if<std::string>(&key)) return "r" + *resource;
  if (const auto* call = std::get_if<CallId>(&key)) return base::cat("o", call->value());
  return base::cat("h", std::get<ResultId>(key).value());
}

std::string key_text(const Record& record) {
  if (const auto* resource = std::get_if<ResourceRecord>(&record)) {
    return key_text(RecordKey(resource->resource.id));
  }
  if (const auto* operation = std::get_if<OperationRecord>(&record)) {
    return key_text(RecordKey(operation->call));
  }
  if (const auto* result = std::get_if<ResultRecord>(&record)) {
    return key_text(RecordKey(result->result.id));
  }
  return "c";
}

/// An entry without value forgets its key.
std::string entry_text(const std::string& key, const std::optional<std::string>& value) {
  std::string inner;
  put_field(inner, key);
  if (value) put_field(inner, *value);
  std::string out;
  put_field(out, inner);
  return out;
}

base::Error io_error(const std::string& what) {
  const Errc code = errno == ENOSPC || errno == EDQUOT ? Errc::kNoSpace : Errc::kIo;
  return {code, base::cat(what, ": ", strerror(errno))};
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

base::Result<std::string> read_file(const std::string& path) {
  const process::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT) return std::string();
    return io_error(base::cat("cannot read ", path));
  }
  std::string text;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t size = read(file.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return io_error(base::cat("cannot read ", path));
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

/// False when the text is no journal. A broken end is left out.
bool read_entries(std::string_view text, std::map<std::string, std::string>& entries) {
  FieldReader outer(text);
  if (outer.text() != kMagic) return false;
  while (const auto entry = outer.next()) {
    FieldReader inner(*entry);
    const std::string key = inner.text();
    if (const auto value = inner.next()) {
      entries[key] = *value;
    } else {
      entries.erase(key);
    }
  }
  return true;
}

}  // namespace

base::Result<Journal> Journal::open(const std::string& path) {
  Journal journal;
  journal.path_ = path;
  const base::Result<std::string> text = read_file(path);
  if (!text) return text.error();
  if (!text->empty() && !read_entries(*text, journal.entries_)) {
    return {Errc::kInvalidArgument, base::cat(path, " is no journal of the executor")};
  }
  for (const auto& [key, value] : journal.entries_) {
    journal.live_size_ += entry_text(key, value).size();
  }
  // Without room the old file stays as it is, and the next change tries again and reports.
  (void)journal.rewrite().ok();
  return journal;
}

std::vector<Record> Journal::take_records() {
  std::vector<Record> records;
  for (const auto& [key, value] : entries_) {
    if (std::optional<Record> record = decode(value)) records.push_back(std::move(*record));
  }
  return records;
}

base::Result<void> Journal::persist(const Record& record) {
  return change(key_text(record), encode(record));
}

base::Result<void> Journal::forget(const RecordKey& key) {
  if (!entries_.contains(key_text(key))) return {};
  return change(key_text(key), std::nullopt);
}

base::Result<void> Journal::change(const std::string& key, std::optional<std::string> value) {
  const std::string text = entry_text(key, value);
  if (const auto old = entries_.find(key); old != entries_.end()) {
    live_size_ -= entry_text(key, old->second).size();
    entries_.erase(old);
  }
  if (value) {
    live_size_ += text.size();
    entries_.emplace(key, std::move(*value));
  }
  if (behind_ || (size_ > kSmallEnough && size_ > 4 * live_size_)) return rewrite();
  if (write_all(file_.get(), text)) {
    size_ += text.size();
    return {};
  }
  behind_ = true;
  return io_error(base::cat("cannot write ", path_));
}

base::Result<void> Journal::rewrite() {
  const std::string temporary = base::cat(path_, ".new");
  process::UniqueFd file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
  behind_ = true;
  if (!file) return io_error(base::cat("cannot make ", temporary));
  std::string text;
  put_field(text, kMagic);
  for (const auto& [key, value] : entries_) text += entry_text(key, value);
  if (!write_all(file.get(), text) || rename(temporary.c_str(), path_.c_str()) != 0) {
    base::Error error = io_error(base::cat("cannot write ", temporary));
    unlink(temporary.c_str());
    return error;
  }
  file_ = std::move(file);
  size_ = text.size();
  behind_ = false;
  return {};
}

}  // namespace systole::executor
