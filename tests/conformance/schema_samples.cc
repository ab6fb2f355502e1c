#include "tests/conformance/schema_samples.h"

#include "lib/base/strings.h"

namespace systole::conformance {
namespace {

struct Sample {
  const char* root = "";
  const char* options = "";
  const char* nodes = "";
  const char* resources = "";
  const char* constraints = "";
  const char* other = "";
};

// Primitives A and B are there in all of them.
constexpr Sample kSamples[] = {
    {},
    {.root = "crm_feature_set='3' have-quorum='1' dc-uuid='x' cib-last-written='x' "
             "remote-tls-port='1' no-quorum-panic='true'"},
    {.options = "<cluster_property_set id='o' score='1'><rule id='r' score='1'><expression id='e' "
                "attribute='x' operation='eq' value='1'/></rule><nvpair id='n' name='x' "
                "value='1'/></cluster_property_set>"},
    {.options = "<cluster_property_set id='o'><nvpair id='n' name='x' value='1'/><nvpair id='n2' "
                "name='y'/></cluster_property_set><cluster_property_set id='o2'/>"},
    {.options = "<cluster_property_set id='o'><nvpair id='n' name='x' "
                "value='1'/></cluster_property_set><cluster_property_set "
                "id-ref='o'/><cluster_property_set id='p'><nvpair id-ref='n' "
                "name='k'/></cluster_property_set>"},
    {.nodes = "<node id='1' uname='a' type='member' description='d' score='1'><instance_attributes "
              "id='i'><nvpair id='n' name='x' value='1'/></instance_attributes><utilization "
              "id='u'><nvpair id='m' name='x' value='1'/></utilization></node>"},
    {.nodes = "<node id='1' uname='a' type='normal'/>"},
    {.nodes = "<node id='1' uname='a'/>"},
    {.nodes = "<node id='1' uname='a' type='remote'/>"},
    {.resources =
         "<primitive id='p' class='ocf' provider='p' type='t' description='d'><meta_attributes "
         "id='m' score='1'><nvpair id='mn' name='x' "
         "value='1'/></meta_attributes><instance_attributes id='i'><nvpair id='in' name='x' "
         "value='1'/></instance_attributes><operations id='ops'><op id='op' name='monitor' "
         "interval='10s' timeout='1' description='x' enabled='true' role='Started' "
         "on-fail='restart'><meta_attributes id='om'><nvpair id='omn' name='x' "
         "value='1'/></meta_attributes><instance_attributes id='oi'><nvpair id='oin' name='x' "
         "value='1'/></instance_attributes></op></operations></primitive>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><utilization id='u'><nvpair "
                  "id='un' name='x' value='1'/></utilization></primitive>"},
    {.resources =
         "<primitive id='p' class='ocf' provider='p' type='t'><meta_attributes id='m'><rule id='r' "
         "score='1'><expression id='e' attribute='x' operation='eq' value='1'/></rule><nvpair "
         "id='mn' name='x' value='1'/></meta_attributes></primitive>"},
    {.resources =
         "<primitive id='p' class='ocf' provider='p' type='t'><meta_attributes id='m'><nvpair "
         "id='n1' name='x' value='1'/></meta_attributes><operations id='oo'><op id='op' "
         "name='monitor' interval='10s'/></operations></primitive><primitive id='q' class='ocf' "
         "provider='p' type='t'><meta_attributes id-ref='m'/><operations "
         "id-ref='oo'/></primitive><primitive id='r' class='ocf' provider='p' "
         "type='t'><meta_attributes id='m2'><nvpair id-ref='n1'/></meta_attributes></primitive>"},
    {.resources = "<primitive id='p' class='lsb' type='x'/>"},
    {.resources =
         "<primitive id='p' class='ocf' provider='p' type='t'><operations><op id='op' "
         "name='monitor' interval='10s' start-delay='1' record-pending='true'/><op id='op2' "
         "name='monitor' interval='11s' interval-origin='x'/></operations></primitive>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><operations><op id='op' "
                  "name='start' interval='0' requires='quorum'/></operations></primitive>"},
    {.resources =
         "<primitive id='p' class='ocf' provider='p' type='t'><operations><op id='op' name='start' "
         "interval='0'><instance_attributes id='m'><rule id='r' score='1'><expression id='e' "
         "attribute='x' operation='eq' value='1'/></rule><nvpair id='mn' name='x' "
         "value='1'/></instance_attributes></op></operations></primitive>"},
    {.resources =
         "<template id='t' class='ocf' provider='p' type='t' description='d'><meta_attributes "
         "id='m'/><operations><op id='op' name='monitor' interval='1'/></operations><utilization "
         "id='u'/></template><primitive id='p' template='t'/>"},
    {.resources = "<group id='g' description='d'><meta_attributes id='gm'/><instance_attributes "
                  "id='gi'/><primitive id='p' class='ocf' provider='p' type='t'/><primitive id='q' "
                  "class='ocf' provider='p' type='t'/></group>"},
    {.resources = "<clone id='c' description='d'><meta_attributes id='gm'/><instance_attributes "
                  "id='gi'/><primitive id='p' class='ocf' provider='p' type='t'/></clone>"},
    {.resources = "<clone id='c'><group id='g'><primitive id='p' class='ocf' provider='p' "
                  "type='t'/></group></clone>"},
    {.resources = "<master id='c' description='d'><meta_attributes id='gm'/><instance_attributes "
                  "id='gi'/><primitive id='p' class='ocf' provider='p' type='t'/></master>"},
    {.resources = "<master id='c'><group id='g'><primitive id='p' class='ocf' provider='p' "
                  "type='t'/></group></master>"},
    {.resources = "<template id='t' class='ocf' provider='p' type='t'/><clone id='c'><primitive "
                  "id='p' template='t'/></clone>"},
    {.resources =
         "<bundle id='b' description='d'><meta_attributes id='bm'/><docker image='i' replicas='1' "
         "replicas-per-host='1' masters='1' run-command='x' network='x' options='x'/><network "
         "ip-range-start='1' control-port='1' host-interface='x' host-netmask='24'><port-mapping "
         "id='pm' port='1' internal-port='2'/><port-mapping id='pm2' "
         "range='1-2'/></network><storage><storage-mapping id='sm' source-dir='x' target-dir='y' "
         "options='o'/><storage-mapping id='sm2' source-dir-root='x' "
         "target-dir='y'/></storage><primitive id='bp' class='ocf' provider='p' "
         "type='t'/></bundle>"},
    {.resources =
         "<bundle id='b' description='d'><meta_attributes id='bm'/><rkt image='i' replicas='1' "
         "replicas-per-host='1' masters='1' run-command='x' network='x' options='x'/><network "
         "ip-range-start='1' control-port='1' host-interface='x' host-netmask='24'><port-mapping "
         "id='pm' port='1' internal-port='2'/><port-mapping id='pm2' "
         "range='1-2'/></network><storage><storage-mapping id='sm' source-dir='x' target-dir='y' "
         "options='o'/><storage-mapping id='sm2' source-dir-root='x' "
         "target-dir='y'/></storage><primitive id='bp' class='ocf' provider='p' "
         "type='t'/></bundle>"},
    {.resources =
         "<bundle id='b' description='d'><meta_attributes id='bm'/><podman image='i' replicas='1' "
         "replicas-per-host='1' masters='1' run-command='x' network='x' options='x'/><network "
         "ip-range-start='1' control-port='1' host-interface='x' host-netmask='24'><port-mapping "
         "id='pm' port='1' internal-port='2'/><port-mapping id='pm2' "
         "range='1-2'/></network><storage><storage-mapping id='sm' source-dir='x' target-dir='y' "
         "options='o'/><storage-mapping id='sm2' source-dir-root='x' "
         "target-dir='y'/></storage><primitive id='bp' class='ocf' provider='p' "
         "type='t'/></bundle>"},
    {.resources = "<bundle id='b'><docker image='i'/></bundle>"},
    {.constraints = "<rsc_location id='l' rsc='A' node='n' score='1' role='Started'/>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1' boolean-op='or' "
                    "role='Started'><expression id='e' attribute='x' operation='eq' value='1' "
                    "type='string'/><expression id='e2' attribute='x' operation='defined'/><rule "
                    "id='r2' score='2'><expression id='e3' attribute='x' "
                    "operation='defined'/></rule></rule></rsc_location>"},
    {.constraints =
         "<rsc_location id='l' rsc='A'><rule id='r' score-attribute='x'><expression id='e' "
         "attribute='x' operation='eq' value='1'/></rule><rule id='r2' score='1'><date_expression "
         "id='d' operation='lt' end='x'/></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><expression id='e' "
                    "attribute='x' operation='eq' value='1'/></rule></rsc_location><rsc_location "
                    "id='l2' rsc='B'><rule id-ref='r'/></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc-pattern='A' node='n' score='1'/>"},
    {.constraints = "<rsc_location id='l' node='n' score='1'><resource_set id='s'><resource_ref "
                    "id='A'/><resource_ref id='B'/></resource_set></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A' node='n' score='1' resource-discovery='never'/>"},
    {.constraints = "<rsc_location id='l' rsc='A' node='n' score='1'><lifetime><rule id='r' "
                    "score='1'><expression id='e' attribute='x' operation='eq' "
                    "value='1'/></rule></lifetime></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='gt' start='s'/></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='lt' end='s'/></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='in_range' start='s' end='e'/></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='in_range' start='s'/></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='in_range' end='s'/></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='in_range' start='s'><duration id='du' hours='1' monthdays='1' "
                    "weekdays='1' yearsdays='1' months='1' weeks='1' years='1' weekyears='1' "
                    "moon='1'/></date_expression></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='in_range' start='s'><duration id='du' "
                    "hours='1'/></date_expression></rule></rsc_location>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
                    "operation='in_range' end='s'><duration id='du' "
                    "hours='1'/></date_expression></rule></rsc_location>"},
    {.constraints =
         "<rsc_location id='l' rsc='A'><rule id='r' score='1'><date_expression id='d' "
         "operation='date_spec'><date_spec id='du' hours='1' monthdays='1' weekdays='1' months='1' "
         "weeks='1' years='1' weekyears='1' moon='1'/></date_expression></rule></rsc_location>"},
    {.constraints = "<rsc_colocation id='c' rsc='A' with-rsc='B' score='1' node-attribute='x' "
                    "rsc-role='Started' with-rsc-role='Started'/>"},
    {.constraints = "<rsc_colocation id='c' score='1'><resource_set id='s' sequential='true' "
                    "role='Started' score='1'><resource_ref id='A'/></resource_set><resource_set "
                    "id='s2'><resource_ref id='B'/></resource_set></rsc_colocation>"},
    {.constraints = "<rsc_colocation id='c'><resource_set id='s'><resource_ref "
                    "id='A'/></resource_set></rsc_colocation><rsc_colocation id='c2'><resource_set "
                    "id-ref='s'/></rsc_colocation>"},
    {.constraints = "<rsc_colocation id='c' rsc='A' with-rsc='B' score='1'><lifetime><rule id='r' "
                    "score='1'><expression id='e' attribute='x' operation='eq' "
                    "value='1'/></rule></lifetime></rsc_colocation>"},
    {.constraints = "<rsc_colocation id='c' rsc='A' with-rsc='B' score-attribute='x'/>"},
    {.constraints = "<rsc_colocation id='c' rsc='A' with-rsc='B' score-attribute-mangle='x'/>"},
    {.constraints = "<rsc_colocation id='c' rsc='A' with-rsc='B'/>"},
    {.constraints = "<rsc_order id='o' first='A' then='B' score='1' symmetrical='true' "
                    "first-action='start' then-action='start'/>"},
    {.constraints = "<rsc_order id='o' first='A' then='B' kind='Optional'/>"},
    {.constraints = "<rsc_order id='o' first='A' then='B' require-all='true'/>"},
    {.constraints =
         "<rsc_order id='o' score='1'><resource_set id='s' sequential='true' action='start' "
         "role='Started' require-all='true'><resource_ref id='A'/></resource_set><resource_set "
         "id='s2'><resource_ref id='B'/></resource_set></rsc_order>"},
    {.constraints = "<rsc_order id='o' kind='Optional' symmetrical='true'><resource_set id='s' "
                    "sequential='true'><resource_ref id='A'/><resource_ref "
                    "id='B'/></resource_set></rsc_order>"},
    {.constraints = "<rsc_colocation id='o'><resource_set id='s' ordering='group'><resource_ref "
                    "id='A'/></resource_set></rsc_colocation>"},
    {.constraints = "<rsc_order id='o'><resource_set id='s' kind='Optional'><resource_ref "
                    "id='A'/></resource_set></rsc_order>"},
    {.constraints =
         "<rsc_order id='o' first='A' then='B'><lifetime><rule id='r' score='1'><expression id='e' "
         "attribute='x' operation='eq' value='1'/></rule></lifetime></rsc_order>"},
    {.constraints =
         "<rsc_ticket id='t' rsc='A' ticket='T' rsc-role='Started' loss-policy='stop'/>"},
    {.constraints = "<rsc_ticket id='t' ticket='T'><resource_set id='s'><resource_ref "
                    "id='A'/></resource_set></rsc_ticket>"},
    {.other = "<rsc_defaults><meta_attributes id='m'><rule id='r' score='1'><expression id='e' "
              "attribute='x' operation='eq' value='1'/></rule><nvpair id='n' name='x' "
              "value='1'/></meta_attributes></rsc_defaults>"},
    {.other = "<rsc_defaults><meta_attributes id='m'><nvpair id='n' name='x' "
              "value='1'/></meta_attributes><meta_attributes id='m2'/></rsc_defaults>"},
    {.other = "<op_defaults><meta_attributes id='m'><rule id='r' score='1'><expression id='e' "
              "attribute='x' operation='eq' value='1'/></rule><nvpair id='n' name='x' "
              "value='1'/></meta_attributes></op_defaults>"},
    {.other = "<rsc_defaults><meta_attributes id='m'><rule id='r' score='1'><rsc_expression id='e' "
              "class='ocf' provider='x' type='y'/></rule></meta_attributes></rsc_defaults>"},
    {.other = "<op_defaults><meta_attributes id='m'><rule id='r' score='1'><op_expression id='e' "
              "name='monitor' interval='1'/><rsc_expression id='e2' "
              "type='y'/></rule></meta_attributes></op_defaults>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r' score='1'><rsc_expression id='e' "
                    "class='x'/><op_expression id='e2' name='x'/></rule></rsc_location>"},
    {.options = "<cluster_property_set id='o'><rule id='r' score='1'><rsc_expression id='e' "
                "class='x'/><op_expression id='e2' name='x'/></rule></cluster_property_set>"},
    {.nodes = "<node id='1' uname='a'><instance_attributes id='o'><rule id='r' "
              "score='1'><rsc_expression id='e' class='x'/><op_expression id='e2' "
              "name='x'/></rule></instance_attributes></node>"},
    {.nodes =
         "<node id='1' uname='a'><instance_attributes id='o'><rule id='r' score='1'><expression "
         "id='e' attribute='x' operation='eq' value='1'/></rule></instance_attributes></node>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><instance_attributes "
                  "id='o'><rule id='r' score='1'><rsc_expression id='e' class='x'/><op_expression "
                  "id='e2' name='x'/></rule></instance_attributes></primitive>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><instance_attributes "
                  "id='o'><rule id='r'><expression id='e' attribute='x' "
                  "operation='defined'/></rule></instance_attributes></primitive>"},
    {.constraints = "<rsc_location id='l' rsc='A'><rule id='r'><expression id='e' attribute='x' "
                    "operation='defined'/></rule></rsc_location>"},
    {.other = "<fencing-topology><fencing-level id='f' target='n' index='1' "
              "devices='a,b'/></fencing-topology>"},
    {.other = "<fencing-topology><fencing-level id='f' target-pattern='n' index='1' "
              "devices='a,b'/><fencing-level id='f2' target-attribute='n' target-value='v' "
              "index='2' devices='a'/></fencing-topology>"},
    {.other = "<acls><acl_user id='u'><role_ref id='r'/></acl_user><acl_user id='u2'><read id='x' "
              "xpath='/cib'/></acl_user><acl_role id='r'><write id='w' tag='x' "
              "attribute='y'/><deny id='d' ref='A'/><read id='rr' xpath='x'/></acl_role></acls>"},
    {.other = "<acls><acl_role id='r'><write id='w' tag='x' ref='A'/></acl_role></acls>"},
    {.other = "<acls><acl_target id='u'><role id='r'/></acl_target><acl_group id='g'><role "
              "id='r'/></acl_group><acl_role id='r' description='d'><acl_permission id='p1' "
              "kind='read' xpath='x' description='d'/><acl_permission id='p2' kind='write' "
              "reference='A'/><acl_permission id='p3' kind='deny' object-type='x' "
              "attribute='y'/></acl_role></acls>"},
    {.other = "<acls><acl_target id='u'/><acl_role id='r'/></acls>"},
    {.other = "<tags><tag id='t'><obj_ref id='A'/></tag></tags>"},
    {.other = "<tags><tag id='t'><obj_ref id='nothing'/></tag></tags>"},
    {.other =
         "<alerts><alert id='a' path='x' description='d'><meta_attributes "
         "id='m'/><instance_attributes "
         "id='i'/><select><select_nodes/><select_fencing/><select_resources/"
         "><select_attributes><attribute id='at' name='x'/></select_attributes></select><recipient "
         "id='r' value='v' description='d'><meta_attributes id='rm'/><instance_attributes "
         "id='ri'/></recipient></alert></alerts>"},
    {.other = "<alerts><alert id='a' path='x'><recipient id='r' value='v'/></alert></alerts>"},
    {.constraints =
         "<rsc_location id='l' rsc='A'><rule id='r' score='1'><expression id='e' attribute='x' "
         "operation='eq' value='1' value-source='param'/></rule></rsc_location>"},
    {},
    {.options = "<cluster_property_set id='o'/><cluster_property_set id-ref='o'/>"},
    {.options = "<cluster_property_set id='o'><nvpair id='n' name='a' "
                "value='1'/></cluster_property_set><cluster_property_set id='p'><nvpair "
                "id-ref='n'/></cluster_property_set>"},
    {.resources =
         "<primitive id='p' class='ocf' provider='p' type='t'><instance_attributes id='o'><nvpair "
         "id='n' name='a' value='1'/></instance_attributes></primitive><primitive id='q' "
         "class='ocf' provider='p' type='t'><instance_attributes id='o2'><nvpair id-ref='n' "
         "name='k'/></instance_attributes></primitive>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><meta_attributes "
                  "id='o'/></primitive><primitive id='q' class='ocf' provider='p' "
                  "type='t'><meta_attributes id-ref='o'/></primitive>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><operations "
                  "id='o'/></primitive><primitive id='q' class='ocf' provider='p' "
                  "type='t'><operations id-ref='o'/></primitive>"},
    {.other = "<alerts><alert id='a' path='x'><meta_attributes id='m'/><instance_attributes "
              "id='i'/><recipient id='r' value='v'><meta_attributes id='rm'/><instance_attributes "
              "id='ri'/></recipient></alert></alerts>"},
    {.constraints = "<rsc_location id='l' rsc='A' node='n' score='1'/>"},
    {.nodes = "<node id='1' uname='a' type='member'/>"},
    {.nodes = "<node id='1' uname='a' type='member' description='d'><instance_attributes "
              "id='i'><nvpair id='n' name='x' value='1'/></instance_attributes></node>"},
    {.constraints =
         "<rsc_order id='o' score='1'><resource_set id='s' sequential='true' action='start' "
         "role='Started'><resource_ref id='A'/></resource_set><resource_set id='s2'><resource_ref "
         "id='B'/></resource_set></rsc_order>"},
    {.other =
         "<fencing-topology><fencing-level id='f' target='n' index='1' devices='a'/><fencing-level "
         "id='f2' target='n' index='2' devices='a'/></fencing-topology>"},
    {.resources = "<bundle id='b'><docker image='i'/><network ip-range-start='1'><port-mapping "
                  "id='pm' port='1'/></network><storage><storage-mapping id='sm' source-dir='x' "
                  "target-dir='y'/></storage><primitive id='bp' class='ocf' provider='p' "
                  "type='t'/></bundle>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><operations/><utilization "
                  "id='u'/><instance_attributes id='i'/><meta_attributes id='m'/></primitive>"},
    {.resources = "<primitive id='p' class='ocf' provider='p' type='t'><operations><op id='o' "
                  "name='m' interval='1'><instance_attributes id='i'><nvpair id='n' name='timeout' "
                  "value='1'/></instance_attributes><meta_attributes id='mi'><nvpair id='nm' "
                  "name='requires' value='1'/></meta_attributes></op></operations></primitive>"},
};

}  // namespace

std::vector<std::string> schema_samples() {
  std::vector<std::string> out;
  for (const Sample& sample : kSamples) {
    out.push_back(
        base::cat("<cib epoch='1' num_updates='0' admin_epoch='0' validate-with='pacemaker-1.0' ",
                  sample.root, "><configuration><crm_config>", sample.options,
                  "</crm_config><nodes>", sample.nodes,
                  "</nodes><resources><primitive id='A' class='ocf' provider='p' type='t'/>"
                  "<primitive id='B' class='ocf' provider='p' type='t'/>",
                  sample.resources, "</resources><constraints>", sample.constraints,
                  "</constraints>", sample.other, "</configuration><status/></cib>"));
  }
  return out;
}

}  // namespace systole::conformance
