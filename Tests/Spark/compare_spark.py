#!/usr/bin/env python3
"""Holds the ledger that Spark makes against that of one machine.

Some 200 made-up logs, plain, gzip and zstd, of which every tenth holds requests of another; two real executor processes; a
tenth of all first attempts is killed while it runs, a twentieth says that it is to be tried later. All ledgers must have the
same canonical dump: with partials in a shared folder, plain logs in parts, and rows of requests that add up to the ledger;
and with partials as bytes, most logs read from addresses.

    Config/dev spark
"""

import argparse
import gzip
import os
import shutil
import sqlite3
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
    # A log that was read from an address is known by that.
    return path.read_bytes().replace(b"file:///", b"/")


def submit(options, shim, config, ledger, *arguments):
    job = Path(__file__).resolve().parents[2] / "Config" / "spark" / "flue_spark.py"
    spark = subprocess.run(
        [str(part) for part in (
            options.python.parent / "spark-submit", "--master", "local-cluster[2,1,1024]", "--driver-memory", "1g",
            "--conf", "spark.task.maxFailures=6", "--conf", "spark.ui.enabled=false",
            "--conf", "spark.log.level=ERROR", "--files", f"{shim},{config}", job,
            "--flue", shim, "--config", config, "--db", ledger, "--task-bytes", 400_000, *arguments)],
        env=os.environ | {"PYSPARK_PYTHON": str(options.python.absolute()), "SPARK_LOCAL_IP": "127.0.0.1"})
    if spark.returncode:
        sys.exit(f"the job ended with {spark.returncode}")


def check_rows(folder, ledger):
    """Rows by day must be as many as the ledger's requests, and their energy its own, to its rounding."""
    from pyarrow import compute, dataset

    table = dataset.dataset(folder, partitioning="hive").to_table(columns=["day", "wh"])
    days = {}
    for batch in table.group_by("day").aggregate([("wh", "count"), ("wh", "sum")]).to_pylist():
        days[str(batch["day"])] = (batch["wh_count"], batch["wh_sum"])
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as database:
        known = dict((day, (requests, energy)) for day, requests, energy in database.execute(
            "SELECT date(day * 86400, 'unixepoch'), sum(requests), sum(energy_uwh) / 1e6 FROM daily_emission GROUP BY day"))
    if set(days) != set(known) or any(
            days[day][0] != known[day][0] or abs(days[day][1] - known[day][1]) > 1e-6 * known[day][1] for day in known):
        sys.exit(f"the rows are not those of the ledger: {days} and {known}")
    return sum(count for count, _ in days.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flue", type=Path, required=True)
    parser.add_argument("--python", type=Path, required=True, help="of an environment with PySpark and pyarrow")
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
    print(f"{sum(len(list(log.iterdir())) for log in logs)} logs; one machine {time.time() - begin:.0f} s", flush=True)
    expected = dump(flue, one)

    # A ledger that was never there has no day to begin with: all begin empty.
    plain, gzipped, zstd = logs
    ways = [("partials in a folder, and rows", ["--partials", folder / "partials", "--parquet", folder / "rows", *logs]),
            ("partials as bytes, most logs from addresses", [plain, gzipped.as_uri(), zstd.as_uri()])]
    for number, (way, arguments) in enumerate(ways):
        print(f"\n{way}", flush=True)
        begin = time.time()
        many = folder / f"many{number}.sqlite"
        faults.write_text("")
        submit(options, shim, config, many, *arguments)
        kinds = faults.read_text().split()
        print(f"first attempts that were killed: {kinds.count('killed')}, sent away: {kinds.count('later')}; "
              f"{time.time() - begin:.0f} s with the start of Spark", flush=True)
        if not kinds.count("killed") or not kinds.count("later"):
            sys.exit("no attempt was broken: nothing was shown")
        if dump(flue, many) != expected:
            sys.exit("the ledgers differ")
        print("the canonical dumps of both ledgers are equal", flush=True)
    left = [path for path in (folder / "partials").rglob("*") if path.is_file() and path.suffix != ".flue-partial"]
    if left:
        sys.exit(f"left behind: {left}")
    print(f"rows of {check_rows(folder / 'rows', one):,} requests add up to the ledger, day by day")


if __name__ == "__main__":
    main()
