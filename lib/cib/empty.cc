#include "lib/cib/empty.h"

#include "lib/cib/version.h"

namespace systole::cib {

xml::Document empty_cib() {
  xml::Document document = xml::Document::create("cib");
  xml::Element root = document.root();
  root.set_attribute("crm_feature_set", kFeatureSet);
  root.set_attribute("validate-with", kNewestSchema);
  root.set_attribute("epoch", 0);
  root.set_attribute("num_updates", 0);
  root.set_attribute("admin_epoch", 0);
  xml::Element configuration = root.append("configuration");
  for (const char* section : {"crm_config", "nodes", "resources", "constraints"}) {
    configuration.append(section);
  }
  root.append("status");
  return document;
}

}  // namespace systole::cib
