"""The demonstration that the README promises does what it says, and cleans up after itself."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

import lab as labs

DEMO = pathlib.Path(__file__).resolve().parent / "demo.py"


class Demo(unittest.TestCase):

    def demo(self, *words):
        return subprocess.run([sys.executable, str(DEMO), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=300, cwd=DEMO.parent.parent.parent)

    def test_shows_the_recovery_and_leaves_the_cluster_running_until_it_is_stopped(self):
        if (labs.STATE_ROOT / "demo").exists():
            self.skipTest("a demo cluster is running on this machine")
        self.addCleanup(self.demo, "stop")
        done = self.demo("start", "--stage", os.environ["LAB_STAGE"])
        self.assertEqual(done.returncode, 0, done.stdout)
        lost = re.search(r"Pulling the plug of (\w+)", done.stdout).group(1)
        now = re.search(r"is now served by (\w+)", done.stdout).group(1)
        self.assertNotEqual(lost, now)
        self.assertRegex(done.stdout, rf"reboot of {lost} successful")
        lab = labs.Lab.load("demo")
        self.assertIn(f"served by {now}", lab.http_get("10.99.0.100", timeout=5))
        self.assertEqual(self.demo("stop").returncode, 0)
        self.assertFalse(lab.directory.exists())
        self.assertNotIn("demo-node1", labs.run("ip", "netns", "list").stdout)
