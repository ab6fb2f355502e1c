#include "policy/render/summary_text.h"

#include <algorithm>

#include "lib/base/strings.h"

namespace systole::policy::render {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t missing = width - std::min(width, text.size());
  return base::cat(std::string(missing, ' '), text);
}

std::string cause_text(const SummaryLine& line) {
  if (!line.reason.empty()) {
    return base::cat("  due to ", line.reason, line.blocked ? " (blocked)" : "");
  }
  return line.blocked ? "  blocked" : "";
}

}  // namespace

std::vector<std::string> summary_text(const std::vector<SummaryLine>& summary) {
  std::size_t subject_width = 5;
  std::size_t details_width = 5;
  for (const SummaryLine& line : summary) {
    if (line.details.empty()) continue;
    if (line.subject.size() > subject_width) subject_width = line.subject.size() + 2;
    details_width = std::max(details_width, line.details.size());
  }
  std::vector<std::string> texts;
  for (const SummaryLine& line : summary) {
    if (line.details.empty()) {
      texts.push_back(base::cat(line.verb, " ", line.subject, " '", line.reason, "'"));
      continue;
    }
    texts.push_back(base::cat(padded(line.verb, 8), "   ", padded(line.subject, subject_width),
                              "   ( ", right_aligned(line.details, details_width), " )",
                              cause_text(line)));
  }
  return texts;
}

}  // namespace systole::policy::render
