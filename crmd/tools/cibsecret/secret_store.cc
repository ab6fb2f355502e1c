#include "crmd/tools/cibsecret/secret_store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>

#include "lib/base/md5.h"
#include "lib/base/strings.h"

namespace systole::crmd::cibsecret {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::Result;

constexpr std::string_view kDigestSuffix = ".sign";
/// Executors refuse to read files of 64 KiB.
constexpr std::size_t kMaxBytes = 60000;

bool is_digest(std::string_view name) {
  return name.size() >= kDigestSuffix.size() &&
         name.substr(name.size() - kDigestSuffix.size()) == kDigestSuffix;
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == name.npos;
}

bool ends_a_line(std::string_view value) {
  return !value.empty() && (value.back() == '\n' || value.back() == '\r');
}

base::Error system_error(std::string_view what, const std::string& path, int number) {
  return {number == ENOENT ? Errc::kNotFound : base::errc_from_legacy(number),
          base::cat(what, " ", path, ": ", std::string_view(std::strerror(number)))};
}

Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  if (!file) return system_error("could not read", path, errno == 0 ? EIO : errno);
  text << file.rdbuf();
  if (file.bad()) return system_error("could not read", path, EIO);
  return text.str();
}

/// Only its owner can read the file, from its first byte on; readers see the old content or the
/// new.
Result<void> replace_file(const std::string& path, std::string_view text) {
  std::string temporary = path;
  temporary.insert(temporary.rfind('/') + 1, ".");
  temporary += ".XXXXXX";
  const int fd = ::mkstemp(temporary.data());
  if (fd < 0) return system_error("could not write", path, errno);
  std::FILE* file = ::fdopen(fd, "w");
  bool ok = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  ok = std::fflush(file) == 0 && ::fsync(fd) == 0 && ok;
  ok = std::fclose(file) == 0 && ok;
  if (ok && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int number = errno;
  ::unlink(temporary.c_str());
  return system_error("could not write", path, number);
}

Result<void> make_private_folder(const fs::path& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (!failure) fs::permissions(path, fs::perms::owner_all, failure);
  if (failure) return system_error("could not make", path, failure.value());
  return {};
}

}  // namespace

Result<void> check(const SecretName& name) {
  if (!is_file_name(name.resource)) {
    return {Errc::kInvalidArgument, base::cat("'", name.resource, "' cannot have secrets")};
  }
  if (!is_file_name(name.parameter) || is_digest(name.parameter)) {
    return {Errc::kInvalidArgument, base::cat("'", name.parameter, "' cannot be secret")};
  }
  return {};
}

std::string SecretStore::path(const SecretName& name) const {
  return base::cat(folder_, "/", name.resource, "/", name.parameter);
}

Result<std::string> SecretStore::value(const SecretName& name) const {
  Result<std::string> text = read_file(path(name));
  if (!text) return text.error();
  while (ends_a_line(*text)) text->pop_back();
  return text;
}

Result<void> SecretStore::verify(const SecretName& name) const {
  const Result<std::string> text = read_file(path(name));
  const Result<std::string> digest = read_file(base::cat(path(name), kDigestSuffix));
  if (!text && !digest) return text.error();
  if (text && digest) {
    const Result<std::string> secret = value(name);
    if (!secret) return secret.error();
    // Files that were made by hand may have the digest of the whole file.
    const std::string_view wanted = base::trim(*digest);
    if (wanted == base::md5_hex(*secret) || wanted == base::md5_hex(*text)) return {};
  }
  return {Errc::kDigestMismatch, base::cat("MD5 hash mismatch for resource ", name.resource,
                                           " parameter ", name.parameter)};
}

Result<void> SecretStore::write(const SecretName& name, const std::string& value) const {
  if (const Result<void> checked = check(name); !checked) return checked.error();
  if (ends_a_line(value)) return {Errc::kInvalidArgument, "a secret cannot end in a newline"};
  if (value.size() > kMaxBytes) return {Errc::kInvalidArgument, "the secret is too long"};
  if (Result<void> made = make_private_folder(folder_); !made) return made;
  if (Result<void> made = make_private_folder(fs::path(folder_) / name.resource); !made) {
    return made;
  }
  if (Result<void> written = replace_file(path(name), value + "\n"); !written) return written;
  return replace_file(base::cat(path(name), kDigestSuffix), base::md5_hex(value) + "\n");
}

Result<void> SecretStore::remove(const SecretName& name) const {
  if (const Result<void> checked = check(name); !checked) return checked.error();
  for (const std::string& file : {path(name), base::cat(path(name), kDigestSuffix)}) {
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) {
      return system_error("could not remove", file, errno);
    }
  }
  return {};
}

Result<std::vector<SecretName>> SecretStore::list() const {
  std::vector<SecretName> names;
  std::error_code failure;
  const fs::recursive_directory_iterator files(folder_, failure);
  if (failure.value() == ENOENT) return names;
  if (failure) return system_error("could not read", folder_, failure.value());
  for (const fs::directory_entry& entry : files) {
    SecretName name{.resource = entry.path().parent_path().filename(),
                    .parameter = entry.path().filename()};
    const bool is_here = entry.path().parent_path().parent_path() == fs::path(folder_);
    if (is_here && entry.is_regular_file() && check(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end(), [](const SecretName& a, const SecretName& b) {
    return std::tie(a.resource, a.parameter) < std::tie(b.resource, b.parameter);
  });
  return names;
}

}  // namespace systole::crmd::cibsecret
