#!/usr/bin/env python3
"""What a day of very many requests costs once it is mapped: partials of some logs, each replayed as many larger ones.

A day of made-up logs is mapped; each of its hours becomes dozens of logs, in which each request stands two dozen times. Their
partials are then merged, loaded, restated, published and reported, each measured as a process of its own.

    Config/dev simulation [--logs 1000]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

TIMES = 24


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def measured(name, *command):
    """Runs a command; prints and returns its time, CPU time and peak memory."""
    begin = time.time()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds, cpu, peak = time.time() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    if os.waitstatus_to_exitcode(status) not in (0, 2):
        sys.exit(f"{name} failed")
    print(f"| {name} | {seconds:.1f} s | {cpu:.1f} s | {peak:.0f} MiB |", flush=True)


def size(path):
    total = sum(file.stat().st_size for file in path.glob("*")) if path.is_dir() else path.stat().st_size
    return f"{total / 1e6:,.0f} MB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flue", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="emptied first")
    parser.add_argument("--logs", type=int, default=1_000, help="logs of about a million requests")
    options = parser.parse_args()
    flue, folder = options.flue.resolve(), options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "replayed").mkdir(parents=True)
    run(flue, "synth", "-o", folder, "--days", 1, "--files-per-day", 24, "--requests-per-day", 1_000_000, "--flat",
        "--malformed-every", 0, stdout=subprocess.DEVNULL)
    # Ids are compared where logs are made, or not at all: here they would take 16 GB.
    config, ledger = folder / "flue.yaml", folder / "flue.sqlite"
    text = "dimensions: [tenant]\nduplicate_window_hours: 0\nlimits: { max_unmatched_percent: 100 }\n"
    config.write_text(text)
    common = ["--config", config, "--quiet", "--db", ledger]
    run(flue, "map", folder / "logs", "--output", folder / "mapped", "--progress", "never", *common)
    environment = os.environ | {"FLUE_REPLAY": str(folder), "FLUE_REPLAY_LOGS": str(options.logs),
                                "FLUE_REPLAY_TIMES": str(TIMES)}
    run("swift", "test", "--filter", "ReplayTests", env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run(flue, "grid", "import", folder / "grid" / "synthetic-hourly.csv", "--config", config, "--db", ledger, "--quiet",
        stdout=subprocess.DEVNULL)

    print(f"{options.logs} partials, {size(folder / 'replayed')}\n")
    print("| step | time | CPU | peak memory |\n|---|---|---|---|")
    partials = sorted((folder / "replayed").iterdir())
    half = len(partials) // 2
    merged = [folder / name for name in ("first", "second", "all")]
    measured("merge of half of them", flue, "merge", *partials[:half], "--output", merged[0])
    run(flue, "merge", *partials[half:], "--output", merged[1], "--quiet")
    measured("merge of two halves", flue, "merge", *merged[:2], "--output", merged[2])
    measured("load", flue, "load", merged[2], "--manifest", folder / "manifest", *common)
    config.write_text(text + "default_pue: { value: 1.31, source: a simulation }\n")
    first = folder / "none.jsonl"
    first.write_text('{"timestamp":"2026-10-01T10:00:00Z","region":"eu-west-1","model":"gpt-4o","usage":{"prompt_tokens":1}}\n')
    measured("restating, with one log more", flue, "ingest", first, "--progress", "never", *common)
    measured("publish", flue, "publish", "--output", folder / "published.sqlite", *common)
    measured("publish again, nothing new", flue, "publish", "--output", folder / "published.sqlite", *common)
    measured("report by tenant", flue, "report", "2026-10", "--by", "tenant", "--config", config, "--db", ledger)
    measured("verify", flue, "verify", *common)
    report = json.loads(run(flue, "report", "2026-10", "--format", "json", "--config", config, "--db", ledger,
                            stdout=subprocess.PIPE).stdout)
    print(f"\n{report['books']['counted']:,} requests; merged {size(merged[2])}, ledger {size(ledger)}, "
          f"publication {size(folder / 'published.sqlite')}")


if __name__ == "__main__":
    main()
