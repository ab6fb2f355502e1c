// Joins the modules of the configuration language to one grammar for each of its versions.
//
//   join_modules OUTPUT_FOLDER MODULE...

#include <compare>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/schemas.h"
#include "lib/cib/version.h"
#include "lib/xml/document.h"
#include "lib/xml/write.h"

namespace systole {
namespace {

base::Result<xml::Document> read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return {base::Errc::kNoSuchFile, base::cat(path, " cannot be read")};
  auto module = xml::Document::parse(text.str(), {}, xml::Text::kKeep);
  if (!module) return {module.error().code, base::cat(path, ": ", module.error().message)};
  return module;
}

bool is_in(xml::Element pattern, std::string_view version) {
  const auto since = pattern.attribute("since");
  const auto until = pattern.attribute("until");
  return (!since || std::is_lteq(cib::compare_dotted(*since, version))) &&
         (!until || std::is_lteq(cib::compare_dotted(version, *until)));
}

// Takes out what the version does not have, and the marks that say so.
void reduce(xml::Element pattern, std::string_view version) {
  pattern.remove_attribute("since");
  pattern.remove_attribute("until");
  std::vector<xml::Element> children;
  for (const xml::Element child : pattern.children()) children.push_back(child);
  for (xml::Element child : children) {
    if (is_in(child, version)) {
      reduce(child, version);
    } else {
      child.remove();
    }
  }
}

std::string join(const std::vector<xml::Document>& modules, std::string_view schema) {
  const std::string_view version = schema.substr(schema.find('-') + 1);
  std::string out =
      base::cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- ", schema,
                ": made from the modules of Systole's configuration language. -->\n<grammar "
                "xmlns=\"http://relaxng.org/ns/structure/1.0\" "
                "datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\">\n");
  for (const xml::Document& module : modules) {
    const xml::Document reduced = module.clone();
    reduce(reduced.root(), version);
    for (const xml::Element pattern : reduced.root().children()) {
      out.append("  ");
      xml::write(pattern, out);
      out.push_back('\n');
    }
  }
  return out.append("</grammar>\n");
}

base::Result<void> run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return {base::Errc::kUsage, "join_modules OUTPUT_FOLDER MODULE..."};
  std::vector<xml::Document> modules;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    auto module = read(arguments[i]);
    if (!module) return module.error();
    modules.push_back(std::move(module).value());
  }
  for (const cib::SchemaInfo& schema : cib::known_schemas()) {
    if (!schema.has_grammar) continue;
    const std::string path = base::cat(arguments[0], "/", schema.name, ".rng");
    std::ofstream file(path);
    file << join(modules, schema.name);
    file.close();
    if (!file) return {base::Errc::kIo, base::cat(path, " cannot be written")};
  }
  return {};
}

}  // namespace
}  // namespace systole

int main(int argc, char** argv) {
  const auto result = systole::run({argv + 1, argv + argc});
  if (result) return 0;
  std::cerr << result.error().message << '\n';
  return systole::base::exit_code(result.error().code);
}
