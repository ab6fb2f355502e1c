#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agents/executor/core/record.h"
#include "lib/base/result.h"
#include "lib/process/unique_fd.h"

namespace systole::executor {

/// The records of the executor in a file, meant for a file system in memory: they are to survive
/// the process, not the machine. Changes are appended; the file is written anew when most of it is
/// out of date. What a kill leaves half-written is ignored.
class Journal {
 public:
  /// Opens or makes the journal `path` and reads it. An unreadable (kIo) or foreign file
  /// (kInvalidArgument) is an error; a full file system is not, before something is to be written.
  static base::Result<Journal> open(const std::string& path);

  /// What was found by open().
  std::vector<Record> take_records();

  /// Appends. After an error (kNoSpace, kIo) the change is kept in memory, and written with the
  /// next success.
  base::Result<void> persist(const Record& record);
  base::Result<void> forget(const RecordKey& key);

 private:
  Journal() = default;

  base::Result<void> change(const std::string& key, std::optional<std::string> value);
  base::Result<void> rewrite();

  std::string path_;
  process::UniqueFd file_;
  std::size_t size_ = 0;       ///< of the file
  std::size_t live_size_ = 0;  ///< of what entries_ holds
  bool behind_ = false;        ///< the file lacks changes
  std::map<std::string, std::string> entries_;
};

/// A record as bytes, and back; nothing for bytes that are no record.
std::string encode(const Record& record);
std::optional<Record> decode(std::string_view bytes);

}  // namespace systole::executor
