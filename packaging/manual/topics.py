"""What man pages say that the help of a program does not: where to read on, files and the environment."""

REMOTE = ("CIB_port", "CIB_server", "CIB_user", "CIB_passwd", "CIB_encrypted")
USES_CIB = ("CIB_file", "CIB_shadow", *REMOTE, "PCMK_ipc_buffer")

ENVIRONMENT = {
    "CIB_encrypted": "No TLS when this is false: for a remote-clear-port.",
    "CIB_file": "The file to read and change instead of the configuration of the running cluster.",
    "CIB_shadow": "The name of the shadow copy to use instead of the configuration of the running cluster; see "
                  "crm_shadow(8).",
    "CIB_passwd": "The password of CIB_user; without it the terminal is asked.",
    "CIB_port": "The port on which a cluster elsewhere lets its configuration be administered: the remote-tls-port, or "
                "remote-clear-port, of its configuration.",
    "CIB_server": "With CIB_port: a node of that cluster, instead of localhost.",
    "CIB_user": "With CIB_port: as whom to log in there, instead of hacluster; a user whom PAM of that node accepts and "
                "who is in group haclient. Otherwise the user whose permissions (ACLs) apply, for root and hacluster only.",
    "EDITOR": "The program with which a configuration is edited.",
    "OCF_RESOURCE_INSTANCE": "The resource that is meant, set for resource agents by the cluster.",
    "PCMK_ipc_buffer": "The size of the largest message between tools and daemons in bytes, when it is not the default "
                       "there.",
    "PCMK_schema_directory": "Where the grammars of the configuration are, instead of /usr/share/pacemaker.",
}

# Tool -> (where to read on, environment).
TOOLS = {
    "attrd_updater": ("crm_attribute pacemaker-controld:7", ("PCMK_ipc_buffer",)),
    "cibadmin": ("crm_shadow crm_diff crm_verify", USES_CIB),
    "cibsecret": ("crm_resource", ()),
    "crm_attribute": ("attrd_updater crm_node cibadmin", USES_CIB + ("OCF_RESOURCE_INSTANCE",)),
    "crm_diff": ("cibadmin crm_shadow", ()),
    "crm_error": ("crm_mon", ()),
    "crm_failcount": ("crm_resource crm_attribute", USES_CIB),
    "crm_master": ("crm_attribute", USES_CIB + ("OCF_RESOURCE_INSTANCE",)),
    "crm_mon": ("crm_resource crm_node systole", USES_CIB),
    "crm_node": ("crmadmin crm_mon corosync-quorumtool", ("PCMK_ipc_buffer",)),
    "crm_report": ("crm_mon", ()),
    "crm_resource": ("crm_mon crm_attribute systole", USES_CIB),
    "crm_rule": ("crm_simulate iso8601", USES_CIB),
    "crm_shadow": ("cibadmin crm_simulate crm_diff", ("CIB_shadow", "EDITOR", "PCMK_ipc_buffer")),
    "crm_simulate": ("crm_verify systole crm_shadow", USES_CIB + ("PCMK_schema_directory",)),
    "crm_standby": ("crm_attribute crm_mon", USES_CIB),
    "crm_ticket": ("crm_mon", USES_CIB),
    "crm_verify": ("cibadmin crm_simulate", USES_CIB + ("PCMK_schema_directory",)),
    "crmadmin": ("crm_mon crm_node", ("PCMK_ipc_buffer",)),
    "iso8601": ("crm_rule", ()),
    "pacemakerd": ("corosync crm_mon pacemaker-controld:7 pacemaker-execd:7 pacemaker-fenced:7", ()),
    "stonith_admin": ("crm_mon pacemaker-fenced:7", ("PCMK_ipc_buffer",)),
    "systole": ("crm_simulate crm_mon crm_resource", USES_CIB),
}

# Fence agents that are shipped: where to read on.
FENCE_AGENTS = {
    "fence_legacy": ("stonith_admin", "pacemaker-fenced:7"),
    "fence_watchdog": ("stonith_admin", "pacemaker-fenced:7"),
}

FILES = {
    "pacemakerd": {
        "/etc/default/pacemaker": "Settings of the daemons.",
        "/var/lib/pacemaker/cib": "The configuration of the cluster as this node has it.",
        "/var/log/pacemaker/pacemaker.log": "The log of all daemons of this node.",
    },
    "crm_shadow": {"/var/lib/pacemaker/cib/shadow.NAME": "The shadow copy NAME."},
    "crm_simulate": {"/var/lib/pacemaker/pengine": "What the cluster decided upon, for --xml-file."},
}

# Programs that daemons are made of: what each does, and whether `metadata` says which options it takes.
DAEMONS = {
    "pacemaker-controld": ("the controller of a cluster node", True, [
        "The controller keeps this node's replica of the configuration and status (the CIB), the node attributes and "
        "the view of who is in the cluster. On the most senior node it is also the coordinator: it plans, has "
        "resources started and stopped, and nodes fenced.",
        "It is started by pacemakerd(8), which starts it again when it dies; no resource is touched then."]),
    "pacemaker-execd": ("the executor of a cluster node", False, [
        "The executor runs resource agents on this node and keeps the result of every run until the controller has it. "
        "Each run has a small process of its own that watches it and outlives the executor, so that nothing is lost "
        "when the executor dies and pacemakerd(8) starts it again.",
        "It has no options."]),
    "pacemaker-fenced": ("the fencer of a cluster node", True, [
        "The fencer knows the fence devices, chooses the one for a node that must be fenced, runs its agent, and "
        "records what came of it on all nodes. It is started by pacemakerd(8).",
        "The parameters below are understood by the fencer itself, for every resource of class stonith, besides those "
        "of the device's own agent."]),
    "pacemaker-schedulerd": ("cluster options of the policy engine", True, [
        "The policy engine is a part of pacemaker-controld(7). This program exists for clients that ask it for the "
        "options that concern decisions; it does nothing else."]),
    "pacemaker-based": ("cluster options of the configuration's replicas", True, [
        "The replicas of the configuration are a part of pacemaker-controld(7). This program exists for clients that "
        "ask it for the options that concern them; it does nothing else."]),
    "pacemaker-attrd": ("cluster options of node attributes", True, [
        "The node attributes are a part of pacemaker-controld(7). This program exists for clients that ask it for the "
        "options that concern them; it does nothing else."]),
}
