#!/usr/bin/env python3
"""Holds the ledger that Spark makes against that of one machine.

Some 200 made-up logs, plain, gzip and zstd, of which every tenth holds requests of another; two real executor processes; a
tenth of all first attempts is killed while it runs, a twentieth says that it is to be tried later. Both ledgers must have the
same canonical dump.

    Config/dev spark
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

# Breaks first attempts as the logs of their task decide, so that every run breaks the same ones.
SHIM = """#!/usr/bin/env bash
[ "$1" = map ] && [ "$FLUE_ATTEMPT" = 0 ] || exec {flue} "$@"
list=$(cat)
number=$((16#$(printf %s "$list" | sha256sum | cut -c1-4) % 100))
if [ $number -lt 10 ]; then
    echo killed >>{faults}
    {flue} "$@" <<<"$list" & sleep 0.1; kill -9 $!; exit 137
elif [ $number -lt 15 ]; then
    echo later >>{faults}
    exit 75
fi
exec {flue} "$@" <<<"$list"
"""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def make_logs(flue, folder):
    """Three days of each compression; every tenth plain log begins with a hundred requests of the one before it."""
    for seed, compression in enumerate(["plain", "gzip", "zstd"]):
        run(flue, "synth", "-o", folder / compression, "--days", 3, "--files-per-day", 24, "--seed", 100 + seed,
            "--requests-per-day", 60_000, "--compression", compression, stdout=subprocess.DEVNULL)
    plain = sorted((folder / "plain" / "logs").glob("*"))
    for earlier, later in list(zip(plain, plain[1:]))[::10]:
        lines = earlier.read_bytes().splitlines(keepends=True)[:100]
        later.write_bytes(b"".join(lines) + later.read_bytes())
    zipped = sorted((folder / "gzip" / "logs").glob("*"))
    # One of another compression as well: the same requests, twice.
    text = gzip.decompress(zipped[0].read_bytes()).splitlines(keepends=True)[:50]
    plain[-1].write_bytes(plain[-1].read_bytes() + b"".join(text))
    return [folder / name / "logs" for name in ("plain", "gzip", "zstd")]


def dump(flue, ledger):
    path = ledger.with_suffix(".dump")
    run(flue, "verify", "--quiet", "--db", ledger, "--dump", path)
    return path.read_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flue", type=Path, required=True)
    parser.add_argument("--python", type=Path, required=True, help="of an environment with PySpark")
    parser.add_argument("--folder", type=Path, required=True, help="for logs, partials and ledgers; emptied first")
    options = parser.parse_args()
    flue, folder = options.flue.resolve(), options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    logs = make_logs(flue, folder)
    faults, shim = folder / "faults", folder / "flue"
    faults.touch()
    shim.write_text(SHIM.format(flue=flue, faults=faults))
    shim.chmod(0o755)
    config = folder / "flue.yaml"
    config.write_text("dimensions: [tenant]\nlimits: { max_unmatched_percent: 100 }\n")

    begin = time.time()
    one = folder / "one.sqlite"
    run(flue, "ingest", "--quiet", "--progress", "never", "--config", config, "--db", one,
        *sorted((path for log in logs for path in log.iterdir()), key=lambda path: str(path).encode()))
    single = time.time() - begin

    many = folder / "many.sqlite"
    # A ledger that was never there has no day to begin with: both begin empty.
    begin = time.time()
    submit = options.python.parent / "spark-submit"
    job = Path(__file__).resolve().parents[2] / "Config" / "spark" / "flue_spark.py"
    spark = subprocess.run(
        [str(part) for part in (
            submit, "--master", "local-cluster[2,1,1024]", "--driver-memory", "1g",
            "--conf", "spark.task.maxFailures=6", "--conf", "spark.ui.enabled=false",
            "--conf", "spark.log.level=ERROR", "--files", f"{shim},{config}", job,
            "--flue", shim, "--config", config, "--db", many, "--partials", folder / "partials",
            "--task-bytes", 400_000, *logs)],
        env=os.environ | {"PYSPARK_PYTHON": str(options.python.absolute()), "SPARK_LOCAL_IP": "127.0.0.1"})
    seconds = time.time() - begin
    kinds = faults.read_text().split()
    count = sum(len(list(log.iterdir())) for log in logs)
    print(f"{count} logs; first attempts that were killed: {kinds.count('killed')}, sent away: {kinds.count('later')}; "
          f"one machine {single:.0f} s, Spark {seconds:.0f} s with its start")
    if spark.returncode:
        sys.exit(f"the job ended with {spark.returncode}")
    if not kinds.count("killed") or not kinds.count("later"):
        sys.exit("no attempt was broken: nothing was shown")
    left = [path for path in (folder / "partials").rglob("*") if path.is_file() and path.suffix != ".flue-partial"]
    if left:
        sys.exit(f"left behind: {left}")
    if dump(flue, one) != dump(flue, many):
        sys.exit("the ledgers differ")
    print("the canonical dumps of both ledgers are equal")


if __name__ == "__main__":
    main()
