"""Counts what flue spends on a line, under valgrind; `Config/dev bench --guard` runs it.

Instructions and allocations a line, and the peak of memory in MiB. The same binary counts the same on the same input,
whatever else the machine does. A count that rose by more than its tolerance fails; one that fell as much asks to be
recorded.
"""

import argparse
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import compare

RECORD = Path(__file__).with_name("guard.json")
LINES = 100_000
# By how much, as a share and beyond it, a count may differ.
TOLERANCES = {"instructions": (0.02, 0), "allocations": (0.02, 0.01), "peak_mib": (0.1, 2)}


def make_inputs(flue, folder):
    """Files by name, with the dialect of each."""
    # One hour of a busy service, so that a cell holds ten requests or so.
    compare.synthesize(flue, folder / "synth", "plain", compare.HOURS * LINES)
    gateway = folder / "gateway.jsonl"
    compare.logs(folder / "synth")[0].rename(gateway)
    compare.write_records(compare.plain_lines([gateway]), folder)
    shuffled = folder / "shuffled.jsonl"
    order = random.Random(1)
    with open(shuffled, "w") as out:
        for line in compare.plain_lines([gateway]):
            fields = list(json.loads(line).items())
            order.shuffle(fields)
            out.write(json.dumps(dict(fields), separators=(",", ":")) + "\n")
    return {
        "gateway": (gateway, "gateway"), "gateway, without ids": (gateway, "gateway"),
        "gateway, keys in any order": (shuffled, "gateway"),
        "csv": (folder / "gateway.csv", folder / "csv.yaml"),
        "bedrock": (folder / "bedrock.jsonl", "bedrock"),
    }


def count(flue, folder, file, dialect, comparesIDs):
    """Instructions and allocations a line in all that reads and counts lines, and the peak of memory."""
    window = "" if comparesIDs else "duplicate_window_hours: 0\n"
    (folder / "team.yaml").write_text("dimensions: [tenant]\n" + window)
    command = [flue, "ingest", "--dry-run", "--quiet", "--jobs", "1", "--dialect", dialect,
               "--config", folder / "team.yaml", file]
    profile = folder / "callgrind.out"
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}",
         "--toggle-collect=$s8Pipeline10RecordWalkV*E4fold*", *command],
        env=os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"}, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not collected or int(collected[1]) == 0:
        raise SystemExit(f"valgrind counted nothing of {file.name}:\n{result.stderr[-2000:]}")
    return {
        "instructions": round(int(collected[1]) / LINES, 1),
        "allocations": round(calls(profile, "malloc") / LINES, 3),
        "peak_mib": round(compare.Run(command).peak_mib)}


def calls(profile, function):
    """How often a function was called while instructions were counted."""
    number, total, isCalled = None, 0, False
    for line in open(profile):
        if line.startswith("cfn="):
            if line.endswith(f") {function}\n"):
                number = line.split(" ")[0]
            isCalled = number is not None and line.split(" ")[0].strip() == number
        elif line.startswith("calls=") and isCalled:
            total += int(line[len("calls="):].split(" ")[0])
            isCalled = False
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flue", type=Path, required=True, help="the release binary")
    parser.add_argument("--record", action="store_true", help="take today's counts as the ones to keep")
    options = parser.parse_args()
    swift = re.search(r"Swift version [\d.]+", subprocess.check_output(["swift", "--version"], text=True))
    origin = f"{swift[0] if swift else 'Swift'}, {platform.machine()}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # valgrind does not read the debugging sections that Swift writes.
        flue = folder / "flue"
        subprocess.run(["strip", "-g", options.flue, "-o", flue], check=True)
        counts = {
            name: count(flue, folder, file, dialect, "without ids" not in name)
            for name, (file, dialect) in make_inputs(flue, folder).items()}
    if options.record:
        RECORD.write_text(json.dumps({"origin": origin, "a_line": counts}, indent=2) + "\n")
    record = json.loads(RECORD.read_text())
    if record["origin"] != origin:
        print(f"recorded with {record['origin']}, this is {origin}: counts may differ for that alone")
    failed = set(counts) != set(record["a_line"])
    if failed:
        print("not the inputs that are recorded: take the counts of today's with --record")
    for name, known in record["a_line"].items():
        for measure, (share, beyond) in TOLERANCES.items() if name in counts else []:
            now, before = counts[name][measure], known[measure]
            room = before * share + beyond
            verdict = "ok"
            if now > before + room:
                verdict, failed = "MORE than recorded", True
            elif now < before - room:
                verdict = "less than recorded: keep it with --record"
            print(f"{name:28} {now:9.2f} {measure:13} recorded {before:9.2f}  {verdict}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
