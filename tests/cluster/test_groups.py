"""Process groups keep their promises while members come, crash and are cut off."""

import os
import shutil
import pathlib
import subprocess
import time
import unittest

import lab as labs

PROBE = next((path for path in (labs.SOURCE / "build" / preset / "tests" / "cluster_group_probe"
                                for preset in ("release", "debug")) if path.exists()), None)


def read_log(path):
    """[(members, [message...])...]: what the process got in each of its views, in order."""
    views = []
    for line in path.read_text().splitlines(keepends=True):
        words = line.split()
        if not line.endswith("\n") or not words:
            continue  # the last line of a process that was killed
        if words[0] == "V":
            views.append((tuple(words[1:]), []))
        elif words[0] == "M" and len(words) >= 4:
            views[-1][1].append(tuple(words[1:]))
    return views


class Groups(unittest.TestCase):

    def setUp(self):
        if PROBE is None:
            self.skipTest("cluster_group_probe is not built")
        self.lab = labs.Lab(os.environ.get("LAB_NAME", "test") + "-groups", os.environ["LAB_STAGE"], token=300, manager="none")
        self.addCleanup(self.lab.destroy)
        self.lab.create()
        self.lab.start()
        for node in self.lab.nodes:
            labs.wait_until(lambda n=node: "Quorate:          Yes" in n.run("corosync-quorumtool", "-s", check=False).stdout,
                            30, f"{node.name} is quorate")
            # A node has folders of its own over some of the host's, perhaps over this checkout.
            shutil.copy(PROBE, node.directory / "srv" / PROBE.name)
        self.count = 0
        self.logs = []

    def probe(self, node, seconds):
        self.count += 1
        log = node.directory / "var-log" / f"probe-{self.count}.log"
        self.logs.append((node.name, log))
        return subprocess.Popen(node.command(f"/srv/{PROBE.name}", "probe-group", self.count, seconds, f"/var/log/{log.name}"))

    def check(self):
        histories = [(name, read_log(log)) for name, log in self.logs]
        for name, views in histories:
            for _, messages in views:
                self.assertFalse([m for m in messages if len(m) > 3], f"damaged messages on {name}")
            self.check_sequences(name, views)
        compared = sum(self.compare(one, two) for i, one in enumerate(histories) for two in histories[i + 1:])
        self.assertGreater(compared, 100, "messages that two members had to agree on")
        return compared

    def check_sequences(self, name, views):
        """Each sender's messages come once, in order, without gaps while it stays in the view."""
        last, present = {}, set()
        for members, messages in views:
            for gone in present - set(members):
                last.pop(gone, None)
            present = set(members)
            for sender, sequence, _ in messages:
                self.assertIn(sender, present, f"{name}: message of a process outside the view")
                if sender in last:
                    self.assertEqual(int(sequence), last[sender] + 1, f"{name}: messages of {sender}")
                last[sender] = int(sequence)

    def compare(self, one, two):
        """A message comes in the same view to all; who leaves that view together has got the same there."""
        compared = 0
        for mine, theirs in self.common_views(one, two):
            members, messages = one[1][mine]
            names = f"{one[0]} and {two[0]} in the view {members}"
            self.assertEqual(members, two[1][theirs][0], names)
            if self.following(one, mine) == self.following(two, theirs) is not None:
                self.assertEqual(messages, two[1][theirs][1], names)
                compared += len(messages)
        return compared

    def common_views(self, one, two):
        """Pairs of indices. Members alone do not tell a view, which may come back; its messages do."""
        place = {message: index for index, (_, messages) in enumerate(two[1]) for message in messages}
        pairs = {(index, place[message]) for index, (_, messages) in enumerate(one[1])
                 for message in messages if message in place}
        for side in (0, 1):
            indices = [pair[side] for pair in pairs]
            self.assertEqual(len(indices), len(set(indices)), f"{one[0]} and {two[0]}: messages in different views")
        return sorted(pairs)

    @staticmethod
    def following(history, index):
        return history[1][index + 1][0] if index + 1 < len(history[1]) else None

    def test_members_agree_while_processes_join_and_crash(self):
        steady = [self.probe(node, 14) for node in self.lab.nodes[:2]]
        third = self.lab.nodes[2]
        guests = []
        for _ in range(12):
            guests.append(self.probe(third, 60))
            time.sleep(0.7)
            # The others that live here see the next one join, so that what they got is compared too.
            running = third.pids("cluster_group_probe")
            if len(running) > 2:
                third.run("kill", "-9", min(running))
        for each in steady:
            self.assertEqual(each.wait(30), 0)
        for pid in third.pids("cluster_group_probe"):
            third.run("kill", "-9", pid)
        for each in guests:
            each.wait()
        self.check()

    def test_members_agree_while_a_node_dies(self):
        probes = [self.probe(node, 8) for node in self.lab.nodes]
        time.sleep(3)
        self.lab.nodes[2].kill()
        for each in probes:
            each.wait(30)
        self.check()

    def test_members_agree_while_a_node_is_cut_off_and_comes_back(self):
        # Several processes on each node, so that messages are under way whenever partitions merge.
        probes = [self.probe(node, 22) for node in self.lab.nodes for _ in range(3)]
        for _ in range(6):
            time.sleep(1.5)
            self.lab.nodes[1].link(False)
            time.sleep(1.5)
            self.lab.nodes[1].link(True)
        for each in probes:
            each.wait(60)
        self.check()


if __name__ == "__main__":
    unittest.main()
