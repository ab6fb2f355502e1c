// A CIB of any language, rewritten into newer ones, and cut to what a user may see of it.

#include "lib/cib/access.h"
#include "lib/cib/upgrade/upgrade.h"
#include "lib/cib/version.h"
#include "lib/xml/document.h"
#include "lib/xml/xpath.h"
#include "tests/fuzz/fuzz_target.h"

namespace systole::fuzz {
namespace {

void rewrite_to(const xml::Document& cib, std::string_view target) {
  const xml::Document copy = cib.clone();
  if (!cib::rewrite(copy.root(), target)) return;
  CHECK(!cib::needs_rewriting(copy.root()));
  CHECK(copy.root().attribute("validate-with") == target);
  const std::string once = copy.compact();
  CHECK(cib::rewrite(copy.root(), target).ok());
  CHECK(copy.compact() == once);
}

void cut(const xml::Document& cib) {
  const cib::Subject subject{"ann", {"staff"}};
  const auto permissions = cib::Permissions::of(subject, cib.root());
  const auto part = cib::readable_part(cib.root(), permissions);
  CHECK(!permissions.empty() || !part);
  CHECK(!part || part->compact().size() <= cib.compact().size());
  CHECK(part || !permissions.may_read(cib.root()));
}

}  // namespace

std::vector<std::string> seeds() {
  return {
      "<cib validate-with='pacemaker-2.10'><configuration><crm_config><cluster_property_set id='o' "
      "score='3'><rule id='r'/><nvpair id='a' name='default-action-timeout' value='5'/><nvpair "
      "id='b' name='stonith_enabled' value='1'/><nvpair id-ref='a'/></cluster_property_set>"
      "</crm_config><nodes><node id='1' uname='n' type='normal'/></nodes><resources><primitive "
      "id='p'><meta_attributes id='m'><nvpair id='c' name='isolation' value='1'/></meta_attributes>"
      "<instance_attributes id='q'><nvpair id='d' name='pcmk_arg_map' value='port:x'/>"
      "</instance_attributes><operations id='ops'><op id='op' name='start' requires='quorum'>"
      "<instance_attributes id='i'><nvpair id='e' name='timeout' value='1'/></instance_attributes>"
      "</op><op id='op2' name='monitor'><instance_attributes id-ref='i'/></op></operations>"
      "</primitive></resources><constraints><rsc_colocation score-attribute='x'/></constraints>"
      "</configuration></cib>",
      "<cib validate-with='pacemaker-1.2'><configuration><acls><acl_user id='ann'><read id='r' "
      "xpath='/cib'/><deny id='d' tag='x' attribute='y'/></acl_user><acl_user id='bob'><role_ref "
      "id='k'/></acl_user><acl_role id='k'><write id='w' ref='z'/></acl_role></acls>"
      "</configuration></cib>",
      "<cib validate-with='pacemaker-3.9'><configuration><nodes><node id='1' uname='n' "
      "type='ping'/>"
      "</nodes><resources><master id='m'><primitive id='u' class='upstart'/></master><template "
      "id='t' class='nagios'/><primitive id='v' template='t'/><bundle id='b'><docker masters='1'/>"
      "</bundle><primitive id='p'><operations id='o2' id-ref='o1'/><meta_attributes id='s'/>"
      "</primitive></resources><constraints><rsc_location id='l' rsc='v' node='n' score='1'>"
      "<lifetime><rule id='r1'/></lifetime><rule id='r2'><rule id-ref='r1'/></rule><rule id='r3'/>"
      "</rsc_location><rsc_order><resource_set id-ref='zz'/></rsc_order></constraints>"
      "<fencing-topology><fencing-level index='10'/></fencing-topology><tags><tag id='g'><obj_ref "
      "id='v'/></tag></tags><acls><acl_role id='k'><acl_permission kind='deny' xpath=']['/>"
      "<acl_permission kind='write' object-type='nvpair' attribute='x'/></acl_role><acl_group "
      "id='staff'><role id='k'/></acl_group></acls></configuration></cib>"};
}

}  // namespace systole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cib = xml::Document::parse(text, {.max_bytes = std::size_t{64} << 10});
  if (!cib) return 0;
  fuzz::rewrite_to(*cib, cib::kNewestSchema);
  fuzz::rewrite_to(*cib, "pacemaker-4.0");
  fuzz::cut(*cib);
  return 0;
}
