#include "crmd/shell/stamp_file.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/store/durable_file.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;

constexpr std::string_view kHeading = "systole-stamps 2";
constexpr std::size_t kSizeMax = 64 * 1024;

std::optional<Stamp> read_stamp(const std::vector<std::string_view>& words) {
  if (words.size() != 8) return std::nullopt;
  const auto generation = base::parse_integer<std::uint64_t>(words[1]);
  const auto promised = base::parse_integer<std::uint64_t>(words[2]);
  const auto admin_epoch = base::parse_integer<int>(words[3]);
  const auto epoch = base::parse_integer<int>(words[4]);
  const auto num_updates = base::parse_integer<int>(words[5]);
  const auto provisional = base::parse_bool(words[6]);
  const auto configured = base::parse_bool(words[7]);
  if (!generation || !promised || !admin_epoch || !epoch || !num_updates || !provisional ||
      !configured) {
    return std::nullopt;
  }
  return Stamp{.generation = *generation,
               .promised = *promised,
               .base = {*admin_epoch, *epoch, *num_updates},
               .provisional = *provisional,
               .configured = *configured};
}

}  // namespace

std::string encode_stamps(const Stamps& stamps) {
  std::string out = base::cat(kHeading, "\n");
  for (const auto& [signature, stamp] : stamps) {
    out +=
        base::cat(signature, " ", stamp.generation, " ", stamp.promised, " ",
                  stamp.base.admin_epoch, " ", stamp.base.epoch, " ", stamp.base.num_updates, " ",
                  stamp.provisional ? "yes" : "no", " ", stamp.configured ? "yes" : "no", "\n");
  }
  return out;
}

Result<Stamps> decode_stamps(std::string_view text) {
  const std::vector<std::string_view> lines = base::split(text, "\n");
  if (lines.empty() || lines.front() != kHeading) {
    return {Errc::kIo, "the stamps begin with no known heading"};
  }
  Stamps stamps;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string_view> words = base::split(lines[i], " ");
    const auto stamp = read_stamp(words);
    if (!stamp) return {Errc::kIo, base::cat("line ", i + 1, " of the stamps is no stamp")};
    stamps.insert_or_assign(std::string(words[0]), *stamp);
  }
  return stamps;
}

Stamp stamp_for(const Stamps& stamps, std::string_view signature) {
  const auto found = stamps.find(std::string(signature));
  Stamp out = found == stamps.end() ? Stamp{} : found->second;
  for (const auto& [other, stamp] : stamps) out.promised = std::max(out.promised, stamp.promised);
  return out;
}

Result<Stamps> load_stamps(const std::string& path) {
  auto text = cib::read_file(path, kSizeMax);
  if (!text) return text.error();
  if (!text->has_value()) return Stamps{};
  auto stamps = decode_stamps(**text);
  if (!stamps) return {stamps.error().code, base::cat("'", path, "': ", stamps.error().message)};
  return stamps;
}

Result<void> save_stamps(const std::string& path, const Stamps& stamps) {
  return cib::replace_file(path, encode_stamps(stamps));
}

}  // namespace systole::crmd
