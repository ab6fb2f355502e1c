#include "crmd/tools/crm_shadow/shadow_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "crmd/tools/xml_input.h"
#include "lib/base/strings.h"
#include "lib/client/cib_client.h"

namespace systole::crmd::crm_shadow {
namespace {

base::Error system_error(std::string_view what, const std::string& path) {
  const int number = errno;
  return {base::errc_from_legacy(number),
          base::cat(what, " '", path, "': ", std::string_view(std::strerror(number)))};
}

}  // namespace

base::Result<ShadowFile> ShadowFile::named(const std::string& name) {
  if (name.empty() || name.find('/') != name.npos) {
    return {base::Errc::kInvalidArgument, base::cat("'", name, "' is no name of a shadow copy")};
  }
  return ShadowFile(name, client::shadow_path(name));
}

bool ShadowFile::exists() const {
  return ::access(path_.c_str(), F_OK) == 0;
}

base::Result<xml::Document> ShadowFile::read() const {
  return read_xml({XmlInput::Kind::kFile, path_});
}

base::Result<void> ShadowFile::write(const xml::Document& document) const {
  const std::string text = document.indented();
  std::string temporary = path_ + ".XXXXXX";
  const int fd = ::mkstemp(temporary.data());
  if (fd < 0) return system_error("could not write beside", path_);
  std::FILE* file = ::fdopen(fd, "w");
  bool ok = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  ok = ::fchmod(fd, 0640) == 0 && ok;
  ok = std::fflush(file) == 0 && ::fsync(fd) == 0 && ok;
  ok = std::fclose(file) == 0 && ok;
  if (ok && ::rename(temporary.c_str(), path_.c_str()) == 0) return {};
  base::Error error = system_error("could not write", path_);
  ::unlink(temporary.c_str());
  return error;
}

base::Result<void> ShadowFile::remove() const {
  if (::unlink(path_.c_str()) == 0 || errno == ENOENT) return {};
  return system_error("could not delete", path_);
}

}  // namespace systole::crmd::crm_shadow
