#pragma once

#include <vector>

#include "lib/model/text.h"

namespace systole::policy {

/// The order in which a hash table of GLib iterates over distinct strings inserted in this order.
/// Where several nodes are equally capable, clusters have always chosen the first in this order.
std::vector<model::Text> glib_order(const std::vector<model::Text>& keys);

}  // namespace systole::policy
