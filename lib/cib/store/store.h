#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::cib {

/// A CIB read from disk, and what had to be set aside to get it.
struct Loaded {
  xml::Document cib;                  ///< without status; `num_updates` as written
  std::string file;                   ///< where it came from
  std::vector<std::string> problems;  ///< a sentence for each file that was not usable
};

/// The text of a CIB as the file holds it: without status, `num_updates` 0, indented.
std::string file_text(xml::Element root);
/// What belongs into the signature file beside that text.
std::string file_signature(xml::Element root);

/// The files of one CIB in one directory, in the form that Pacemaker's tools expect: cib.xml with
/// cib.xml.sig, earlier versions cib-N.raw with signatures, the next N in cib.last. Every change of
/// a file is atomic: after a crash or a full disk at any instant, load() gives the old version or
/// the new one. Calls block; use one thread at a time for each directory.
class Store {
 public:
  explicit Store(std::string directory) : directory_(std::move(directory)) {}

  /// Makes `text` with `signature` the current version, keeps the previous one as a backup, and
  /// returns when the disk has it. Errors name the file: kDigestMismatch when the current file was
  /// edited by hand (nothing is written), kNoSpace, kPermission, kIo.
  base::Result<void> save(std::string_view text, std::string_view signature) const;

  /// Reads the newest usable version: cib.xml, else the backups, newest first. A file with a wrong
  /// signature, or that is no CIB, is set aside as cib.auto.* and told in `problems`. Nothing when
  /// there has never been a CIB. Errors: kDigestMismatch when there are files and none is usable;
  /// kPermission and kIo when one cannot be read (nothing is set aside then); kNoSuchFile when the
  /// folder does not exist.
  base::Result<std::optional<Loaded>> load() const;

  /// Keeps `text` beside the CIB as NAME.xml: a provisional version that lost, or one that could
  /// not be accepted. Returns the path.
  base::Result<std::string> keep_aside(std::string_view name, std::string_view text) const;

  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
};

}  // namespace systole::cib
