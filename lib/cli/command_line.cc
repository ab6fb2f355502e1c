#include "lib/cli/command_line.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/cli/help.h"

namespace systole::cli {
namespace {

using base::Errc;
using base::Error;
using base::Result;

class Parser {
 public:
  Parser(const Program& program, const std::vector<std::string>& words)
      : program_(program), words_(words) {
    add(common_options());
    if (!program.formats.empty()) add(output_options());
    if (program.offers("html")) add(html_options());
    for (const OptionGroup& group : program.groups) add(group.options);
  }

  Result<CommandLine> parse();

 private:
  void add(std::span<const Option> options) {
    for (const Option& option : options) options_.push_back(&option);
  }
  const Option* find_short(char letter) const;
  Result<const Option*> find_long(std::string_view name, std::string_view word) const;
  bool is_help(std::string_view name);
  Result<void> parse_long(std::string_view word);
  Result<void> parse_shorts(std::string_view word);
  Result<void> take(const Option& option, std::string_view spelling,
                    std::optional<std::string> value);
  void record(const Option& option, std::optional<std::string> value);
  Error unknown(std::string_view spelling, bool is_short) const;
  Error missing(std::string_view spelling, bool is_short) const;

  const Program& program_;
  const std::vector<std::string>& words_;
  std::vector<const Option*> options_;
  std::size_t next_ = 1;
  CommandLine result_;
};

Error Parser::unknown(std::string_view spelling, bool is_short) const {
  if (program_.style == Style::kGroups) {
    return {Errc::kUsage, base::cat("Unknown option ", spelling)};
  }
  if (is_short) return {Errc::kUsage, base::cat("invalid option -- '", spelling.substr(1), "'")};
  return {Errc::kUsage, base::cat("unrecognized option '", spelling, "'")};
}

Error Parser::missing(std::string_view spelling, bool is_short) const {
  if (program_.style == Style::kGroups) {
    return {Errc::kUsage, base::cat("Missing argument for ", spelling)};
  }
  if (is_short) {
    return {Errc::kUsage, base::cat("option requires an argument -- '", spelling.substr(1), "'")};
  }
  return {Errc::kUsage, base::cat("option '", spelling, "' requires an argument")};
}

const Option* Parser::find_short(char letter) const {
  for (const Option* option : options_) {
    if (option->short_name == letter) return option;
  }
  return nullptr;
}

Result<const Option*> Parser::find_long(std::string_view name, std::string_view word) const {
  const Option* found = nullptr;
  for (const Option* option : options_) {
    if (option->long_name == name && !name.empty()) return option;
    const bool abbreviates = program_.style == Style::kFlat && !name.empty() &&
                             option->long_name.substr(0, name.size()) == name;
    if (!abbreviates) continue;
    if (found != nullptr && found->id != option->id) {
      return Error{Errc::kUsage, base::cat("option '--", name, "' is ambiguous")};
    }
    found = option;
  }
  if (found == nullptr) return unknown(word, false);
  return found;
}

bool Parser::is_help(std::string_view name) {
  if (name == "help") {
    result_.help = "";
  } else if (program_.style == Style::kGroups && name == "help-all") {
    result_.help = "all";
  } else if (program_.style == Style::kGroups && name == "help-output" &&
             !program_.formats.empty()) {
    result_.help = "output";
  } else if (program_.style == Style::kGroups && name.substr(0, 5) == "help-") {
    for (const OptionGroup& group : program_.groups) {
      if (!group.name.empty() && group.name == name.substr(5)) result_.help = group.name;
    }
  }
  return result_.help.has_value();
}

void Parser::record(const Option& option, std::optional<std::string> value) {
  switch (option.id) {
    case kOptionVerbose:
      ++result_.verbosity;
      break;
    case kOptionVersion:
      result_.version = true;
      break;
    case kOptionOutputAs:
      result_.output_format = value.value_or("");
      break;
    case kOptionOutputTo:
      result_.output_destination = value.value_or("");
      break;
    case kOptionTextFancy:
      result_.fancy_text = true;
      break;
    case kOptionHtmlCgi:
      result_.html.cgi_header = true;
      break;
    case kOptionHtmlStylesheet:
      result_.html.stylesheet = value.value_or("");
      break;
    case kOptionHtmlTitle:
      result_.html.title = value.value_or("");
      break;
    default:
      result_.options.push_back({option.id, std::move(value)});
  }
}

Result<void> Parser::take(const Option& option, std::string_view spelling,
                          std::optional<std::string> value) {
  const bool is_short = spelling.substr(0, 2) != "--";
  if (option.argument == Argument::kNone) {
    if (value && program_.style == Style::kFlat) {
      return Error{Errc::kUsage, base::cat("option '", spelling, "' doesn't allow an argument")};
    }
    value.reset();
  } else if (!value && next_ < words_.size()) {
    // The older command lines take an optional value only when it is attached.
    const bool next_is_value =
        option.argument == Argument::kRequired ||
        (program_.style == Style::kGroups && words_[next_].substr(0, 1) != "-");
    if (next_is_value) value = words_[next_++];
  }
  if (option.argument == Argument::kRequired && !value) return missing(spelling, is_short);
  record(option, std::move(value));
  return {};
}

Result<void> Parser::parse_long(std::string_view word) {
  const std::size_t equals = word.find('=');
  const std::string_view name = word.substr(2, equals == word.npos ? word.npos : equals - 2);
  if (is_help(name)) return {};
  const Result<const Option*> option = find_long(name, word);
  if (!option) return option.error();
  std::optional<std::string> value;
  if (equals != word.npos) value = std::string(word.substr(equals + 1));
  return take(**option, word.substr(0, equals), std::move(value));
}

Result<void> Parser::parse_shorts(std::string_view word) {
  for (std::size_t at = 1; at < word.size(); ++at) {
    const std::string spelling = base::cat("-", word[at]);
    const Option* option = find_short(word[at]);
    if (option == nullptr) {
      if (word[at] == '?' || (word[at] == 'h' && program_.style == Style::kGroups)) {
        result_.help = "";
        return {};
      }
      return unknown(spelling, true);
    }
    std::optional<std::string> value;
    if (option->argument != Argument::kNone && at + 1 < word.size()) {
      value = std::string(word.substr(at + 1));
      at = word.size();
    }
    if (Result<void> taken = take(*option, spelling, std::move(value)); !taken) return taken;
  }
  return {};
}

Result<CommandLine> Parser::parse() {
  result_.request = base::join(words_, " ");
  while (next_ < words_.size() && !result_.help) {
    const std::string& word = words_[next_++];
    if (word == "--") {
      result_.arguments.insert(result_.arguments.end(), words_.begin() + static_cast<long>(next_),
                               words_.end());
      break;
    }
    Result<void> parsed;
    if (word.substr(0, 2) == "--") {
      parsed = parse_long(word);
    } else if (word.size() > 1 && word[0] == '-') {
      parsed = parse_shorts(word);
    } else {
      result_.arguments.push_back(word);
    }
    if (!parsed) return parsed.error();
  }
  return std::move(result_);
}

}  // namespace

bool CommandLine::has(int id) const {
  return std::any_of(options.begin(), options.end(),
                     [&](const GivenOption& option) { return option.id == id; });
}

std::optional<std::string> CommandLine::value(int id) const {
  for (auto option = options.rbegin(); option != options.rend(); ++option) {
    if (option->id == id) return option->value;
  }
  return std::nullopt;
}

Result<CommandLine> parse_command_line(const Program& program,
                                       const std::vector<std::string>& words) {
  return Parser(program, words).parse();
}

}  // namespace systole::cli
