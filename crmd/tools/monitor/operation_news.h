#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/xml/document.h"

namespace systole::crmd::monitor {

/// A result of an operation that the status did not have before, or a fencing that has ended.
struct News {
  std::string node{};
  std::string resource{};  ///< empty: of a fencing
  std::string task{};      ///< start, monitor ...
  int rc = 0;
  int target_rc = 0;  ///< what was expected
  int status = 0;     ///< op-status
  std::string description{};
  bool operator==(const News&) const = default;
};

/// Finds what is new in a status that is read again and again.
class OperationNews {
 public:
  /// The results that the last status did not have. None of the first: it is history. Operations
  /// that still run are no news, nor are probes that found nothing where nothing was expected.
  std::vector<News> read(xml::Element cib);

 private:
  void read_node(xml::Element node_state, std::vector<News>& news);

  /// What was seen of an entry of the history, by node, resource and id.
  std::map<std::string, std::string> seen_;
  std::map<std::string, std::string> last_;
  bool primed_ = false;
};

}  // namespace systole::crmd::monitor
