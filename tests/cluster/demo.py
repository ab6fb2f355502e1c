"""The demonstration of ./dev demo: a cluster, a lost node, the service back; and ./dev demo stop."""

import argparse
import pathlib
import sys
import time

import lab as labs

NAME = "demo"
ADDRESS = "10.99.0.100"
HERE = pathlib.Path(__file__).resolve().parent
CONFIGURATION = HERE / "demo.xml"

NGINX_CONF = """\
user root;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events {}
http { access_log off; server { listen 80; root /srv/html; } }
"""


def say(text):
    print(f"\033[1m== {text}\033[0m", flush=True)


class Progress:
    """One line that shows what a long step is doing and for how long."""

    def __init__(self, what):
        self.what = what
        self.start = time.monotonic()

    def wait(self, condition, seconds):
        def tick():
            if sys.stdout.isatty():
                print(f"\r   {self.what} ... {time.monotonic() - self.start:5.1f} s", end="", flush=True)
            return condition()
        value = labs.wait_until(tick, seconds, self.what)
        print(f"\r   {self.what}: {time.monotonic() - self.start:.1f} s".ljust(60), flush=True)
        return value


def prepare_web_pages(lab):
    for node in lab.nodes:
        html = node.directory / "srv" / "html"
        html.mkdir(parents=True, exist_ok=True)
        (html / "index.html").write_text(f"served by {node.name}\n")
        (node.directory / "srv" / "nginx.conf").write_text(NGINX_CONF)
        (node.directory / "srv" / "demo.xml").write_text(CONFIGURATION.read_text())


def controller_ready(node):
    return node.run("crmadmin", "-D", "-q", check=False, timeout=30).returncode == 0


def server_of(answer):
    return answer.split()[-1] if answer and answer.startswith("served by ") else None


def wait_for_service(lab, what):
    """The name of the node that answers; says what the cluster is at when none does."""
    try:
        return Progress(what).wait(lambda: server_of(lab.http_get(ADDRESS)), 60)
    except labs.LabError:
        for node in lab.nodes:
            if node.unshare_pid is not None:
                print(f"-- {node.name}\n" + node.run("crm_mon", "-1", "-n", "-r", "-f", check=False).stdout)
                print("".join(node.log().splitlines(keepends=True)[-30:]))
        raise


def start(args):
    lab = labs.Lab(NAME, pathlib.Path(args.stage).resolve())
    say("Three nodes, each with its own Corosync and Systole")
    lab.create()
    prepare_web_pages(lab)
    lab.start()
    first = lab.nodes[0]
    Progress("waiting for the coordinator").wait(lambda: controller_ready(first), 60)
    say("Loading the configuration: a group (address, nginx), a clone, a fence device, constraints")
    first.run("cibadmin", "--replace", "--scope", "configuration", "--xml-file", "/srv/demo.xml")
    server = wait_for_service(lab, "waiting for HTTP on the address")
    time.sleep(1)
    print(first.run("crm_mon", "-1", "-n", "-r").stdout)

    victim = lab.node(server)
    survivor = next(node for node in lab.nodes if node is not victim)
    say(f"Pulling the plug of {victim.name}, which serves http://{ADDRESS}/")
    victim.kill()
    answer = wait_for_service(lab, "service answers again")
    print(f"   http://{ADDRESS}/ is now served by {answer}")
    print(survivor.run("stonith_admin", "--history", victim.name, "--verbose", check=False).stdout)
    print(survivor.run("crm_mon", "-1", "-n", "-r").stdout)
    say("The cluster goes on running")
    print(f"   look at it:   sudo {HERE.relative_to(pathlib.Path.cwd())}/labctl exec {survivor.name} crm_mon")
    print(f"   a shell:      sudo {HERE.relative_to(pathlib.Path.cwd())}/labctl exec {survivor.name}")
    print(f"   power on:     sudo {HERE.relative_to(pathlib.Path.cwd())}/labctl on {victim.name}")
    print("   remove it:    sudo ./dev demo stop")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["start", "stop"])
    parser.add_argument("--stage", default="build/stage", help="installed tree of this project")
    args = parser.parse_args()
    if args.verb == "stop":
        labs.Lab(NAME, args.stage).destroy()
        print("the demo cluster is gone")
    else:
        start(args)


if __name__ == "__main__":
    try:
        main()
    except labs.LabError as error:
        sys.exit(f"demo: {error}")
