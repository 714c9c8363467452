"""./dev bench [--keep] [--users N]: everything that is said of speed and size, from one run.

Writes report.md and its pictures into BUILD/bench; with --keep also into docs/bench.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if os.environ.get("IAMLP_WORLD") != "inside":
    print("skipped: needs root (and a private mount namespace)")
    sys.exit(0)

from bench import bulk, login, story, where  # noqa: E402
from bench.report import Report  # noqa: E402
from fake.client import Fake  # noqa: E402
from world.host import BUILD, TOP  # noqa: E402
from world.syslog import Syslog  # noqa: E402

PREFACE = """# What it costs

One run of `./dev bench` on {system}, {processors} processors, load {load[0]:.1f} at its begin and
{load[1]:.1f} at its end. What counts are the ratios: both sides of one take turns. AWS is the fake of
tests/fake, on loopback.
"""


def system():
    release = platform.freedesktop_os_release()
    return f"{release.get('PRETTY_NAME', 'Linux')}, {platform.machine()}"


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("--keep", action="store_true", help="the report into docs/bench, too")
    parser.add_argument("--users", type=int, default=1000, help="of the bulk run (1000)")
    args = parser.parse_args()
    report, load = Report(), [os.getloadavg()[0]]
    Syslog.here()
    with tempfile.TemporaryDirectory(prefix="iamlp-bench.") as scratch:
        os.chmod(scratch, 0o755)
        with Fake.start(os.path.join(scratch, "aws")) as fake:
            login.measure(scratch, fake, report)
            story.measure(scratch, fake, report)
            where.measure(scratch, fake, report)
        bulk.measure(scratch, args.users, report)
    load.append(os.getloadavg()[0])
    folder = os.path.join(BUILD, "bench")
    report.write(folder, PREFACE.format(system=system(), processors=os.cpu_count(), load=load))
    if args.keep:
        shutil.copytree(folder, os.path.join(TOP, "docs/bench"), dirs_exist_ok=True)


main()
