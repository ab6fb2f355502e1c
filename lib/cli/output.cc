#include "lib/cli/output.h"

#include <cerrno>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/cli/version.h"

namespace systole::cli {
namespace {

struct FormatName {
  std::string_view name;
  OutputFormat format;
};

constexpr FormatName kFormats[] = {
    {"text", OutputFormat::kText}, {"xml", OutputFormat::kXml},   {"json", OutputFormat::kJson},
    {"html", OutputFormat::kHtml}, {"none", OutputFormat::kNone}, {"console", OutputFormat::kText},
};

void put(std::FILE* stream, std::string_view text) {
  if (text.empty()) return;  // fwrite() takes no null pointer, not even of length 0.
  std::fwrite(text.data(), 1, text.size(), stream);
}

}  // namespace

base::Result<OutputFormat> parse_output_format(std::string_view name) {
  for (const FormatName& row : kFormats) {
    if (row.name == name) return row.format;
  }
  return {base::Errc::kInvalidArgument, base::cat("Unknown output format '", name, "'")};
}

bool is_structured(OutputFormat format) {
  return format == OutputFormat::kXml || format == OutputFormat::kJson ||
         format == OutputFormat::kLegacyXml;
}

void Output::Close::operator()(std::FILE* file) const {
  if (owned && file != stdout) std::fclose(file);
}

Output::Output(Options options, Stream stream)
    : options_(std::move(options)),
      stream_(std::move(stream)),
      root_(std::make_unique<Element>("pacemaker-result")) {
  root_->set("api-version", kOutputApiVersion).set("request", options_.request);
}

base::Result<Output::Stream> Output::open_stream(const std::string& name) {
  std::FILE* file = name.empty() || name == "-" ? stdout : std::fopen(name.c_str(), "w");
  if (file == nullptr) {
    return {base::errc_from_legacy(errno), base::cat("'", name, "': ", std::strerror(errno))};
  }
  return Stream(file, Close{});
}

base::Result<Output> Output::open(Options options) {
  base::Result<Stream> stream = open_stream(options.destination);
  if (!stream) return stream.error();
  return Output(std::move(options), *std::move(stream));
}

base::Result<void> Output::use_destination(const std::string& destination) {
  base::Result<Stream> stream = open_stream(destination);
  if (!stream) return stream.error();
  stream_ = *std::move(stream);
  options_.destination = destination;
  return {};
}

Output Output::to_stream(std::FILE* stream, Options options) {
  return Output(std::move(options), Stream(stream, Close{.owned = false}));
}

void Output::line(std::string_view text) {
  if (format() == OutputFormat::kHtml && !text.empty()) page_.item(text);
  if (!is_text()) return;
  put(stream_.get(), text);
  put(stream_.get(), "\n");
}

void Output::raw(std::string_view text) {
  if (format() == OutputFormat::kHtml) {
    page_.preformatted(text);
    return;
  }
  put(stream_.get(), text);
}

void Output::begin_list(std::string_view heading) {
  lists_.push_back({.heading = std::string(heading)});
}

void Output::print_pending_headings() {
  for (std::size_t depth = 0; depth < lists_.size(); ++depth) {
    List& list = lists_[depth];
    if (list.heading_printed) continue;
    list.heading_printed = true;
    if (depth > 0) lists_[depth - 1].has_items = true;
    print_heading(list, depth);
  }
}

void Output::print_heading(const List& list, std::size_t depth) {
  if (!is_text()) {
    page_.begin_list(list.heading);
  } else if (!list.heading.empty()) {
    line(base::cat(std::string(depth * 2, ' '), depth > 0 ? "* " : "", list.heading, ":"));
  }
}

void Output::show_heading() {
  if (has_lines()) print_pending_headings();
}

void Output::begin_item() {
  print_pending_headings();
  if (!lists_.empty()) lists_.back().has_items = true;
}

void Output::text_item(std::string_view text) {
  line(base::cat(std::string(lists_.size() * 2, ' '), lists_.empty() ? "" : "* ", text));
}

void Output::item(std::string_view text) {
  if (!has_lines()) return;
  begin_item();
  if (is_text()) {
    text_item(text);
  } else {
    page_.item(text);
  }
}

void Output::item(const std::vector<Span>& spans) {
  if (!has_lines()) return;
  begin_item();
  if (!is_text()) {
    page_.item(spans);
    return;
  }
  std::string text;
  for (const Span& span : spans) text += span.text;
  text_item(text);
}

void Output::begin_html_item(const std::vector<Span>& spans) {
  if (format() != OutputFormat::kHtml) return;
  begin_item();
  page_.begin_item(spans);
}

void Output::end_html_item() {
  if (format() == OutputFormat::kHtml) page_.end_item();
}

void Output::end_list() {
  if (lists_.empty()) return;
  if (!is_text() && lists_.back().heading_printed) page_.end_list();
  lists_.pop_back();
}

bool Output::list_has_items() const {
  return !lists_.empty() && lists_.back().has_items;
}

void Output::error(std::string_view message) {
  if (is_structured() || format() == OutputFormat::kHtml) {
    errors_.emplace_back(message);
  } else if (format() != OutputFormat::kNone) {
    // What was said before the failure comes first, also when both go to the same terminal.
    std::fflush(stream_.get());
    put(stderr, base::cat(message, "\n"));
  }
}

int Output::finish(int code) {
  if (is_structured()) {
    if (format() != OutputFormat::kLegacyXml) {
      Element& status = root_->add("status");
      status.set("code", std::to_string(code)).set("message", exit_text(code));
      if (!errors_.empty()) {
        Element& errors = status.add("errors");
        for (const std::string& error : errors_) errors.add("error").set_text(error);
      }
    } else {
      for (const std::string& error : errors_) put(stderr, base::cat(error, "\n"));
    }
    put(stream_.get(), format() == OutputFormat::kJson ? root_->to_json() : root_->to_xml());
  } else if (format() == OutputFormat::kHtml) {
    if (!errors_.empty()) page_.begin_list("");
    for (const std::string& error : errors_) page_.item(error);
    put(stream_.get(), page_.to_html(options_.html));
  }
  if (std::fflush(stream_.get()) != 0 || std::ferror(stream_.get()) != 0) {
    put(stderr, base::cat(options_.program, ": could not write the output: ",
                          std::string_view(std::strerror(errno)), "\n"));
    if (code == 0) code = static_cast<int>(ExitCode::kIoError);
  }
  return code;
}

void Output::reset() {
  Element fresh("pacemaker-result");
  fresh.set("api-version", kOutputApiVersion).set("request", options_.request);
  *root_ = std::move(fresh);
  errors_.clear();
  lists_.clear();
  page_ = {};
  if (stream_.get() != stdout) {
    stream_.reset(std::freopen(nullptr, "w", stream_.release()));
  }
}

}  // namespace systole::cli
