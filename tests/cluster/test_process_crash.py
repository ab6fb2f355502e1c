"""kill -9 of any of our processes: no service stops, nobody is fenced, the process comes back."""

import lab as labs
from cluster import ClusterTest, configuration, dummy

PROGRAMS = ("pacemaker-controld", "pacemaker-execd", "pacemaker-fenced", "pacemakerd")


class ProcessCrash(ClusterTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls().load(configuration(
            "".join(dummy(f"service-{n}") for n in (1, 2, 3)),
            "".join(f'<rsc_location id="l{n}" rsc="service-{n}" node="node{n}" score="500"/>' for n in (1, 2, 3))))
        for n in (1, 2, 3):
            labs.wait_until(lambda n=n: cls.where(f"service-{n}") == [f"node{n}"], 60, f"service-{n} runs on node{n}")

    def runTest(self):
        """Makes `cls()` possible for the loading above."""

    def starts(self):
        """How often the agents of every node were started so far, from the state files' inodes and times."""
        return {node.name: node.run("stat -c '%n %i %Z' /run/resource-agents/Dummy-*.state", check=False).stdout
                for node in self.lab.nodes}

    def crash(self, node, program):
        before = self.starts()
        old = node.pids(program)
        self.assertEqual(len(old), 1, f"{program} runs once on {node.name}")
        node.run("kill", "-9", old[0])
        labs.wait_until(lambda: node.pids(program) and node.pids(program) != old, 20, f"{program} is back on {node.name}")
        labs.wait_until(lambda: len(self.online(node)) == 3, 20, f"{node.name} sees everybody online")
        for other in self.lab.nodes:
            labs.wait_until(lambda o=other: len(self.online(o)) == 3, 20, f"{other.name} sees everybody online")
        self.assertEqual(self.starts(), before, "no service was stopped or started")
        for n in (1, 2, 3):
            self.assertEqual(self.where(f"service-{n}"), [f"node{n}"])
            self.assertFalse(self.fence_events(f"node{n}"), "nobody was fenced")

    def test_on_the_coordinator(self):
        for program in PROGRAMS:
            with self.subTest(program=program):
                self.crash(self.lab.node(self.coordinator()), program)

    def test_elsewhere(self):
        for program in PROGRAMS:
            with self.subTest(program=program):
                coordinator = self.coordinator()
                self.crash(next(node for node in self.lab.nodes if node.name != coordinator), program)
