#include <string>
#include <vector>

#include "crmd/tools/cibsecret/cibsecret.h"

int main(int argc, char** argv) {
  // What follows the command is never an option: a secret may begin with a dash.
  std::vector<std::string> words(argv, argv + argc);
  const std::size_t at = systole::crmd::cibsecret::position_of_command(words);
  if (at < words.size()) words.insert(words.begin() + static_cast<std::ptrdiff_t>(at), "--");
  std::vector<char*> pointers;
  pointers.reserve(words.size());
  for (std::string& word : words) pointers.push_back(word.data());
  return systole::cli::run_tool(systole::crmd::cibsecret::kProgram, systole::crmd::cibsecret::run,
                                static_cast<int>(pointers.size()), pointers.data());
}
