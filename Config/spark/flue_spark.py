#!/usr/bin/env python3
"""Runs a night of flue on Apache Spark: tasks map the logs to partials, the driver loads them into the ledger.

    spark-submit --files flue,flue.yaml Config/spark/flue_spark.py \\
        --config flue.yaml --db /data/flue.sqlite --partials /shared/partials /shared/logs

Logs and partials stand where all executors reach them. The binary is the one that was shipped with --files, or --flue
names one that is on every node. Tasks may be retried, killed or run twice at once: a partial stands under its name only
when it is whole, and two attempts write the same bytes. Exits as flue load does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from pyspark import SparkFiles, TaskContext
from pyspark.sql import SparkSession

# What flue needs of the environment of a task; all else is left behind.
VARIABLES = ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH")
# Exit codes of flue: some files were refused; all were; and those that another attempt would not change.
PARTLY, BAD_DATA = 2, 65
SETTLED = (0, PARTLY, BAD_DATA, 64, 66, 70, 78)


def shipped(name):
    """The path of a file that came with --files, if it did."""
    path = SparkFiles.get(os.path.basename(name))
    return path if os.path.exists(path) else name


def environment():
    # Tests inject faults by the number of the attempt.
    attempt = TaskContext.get().attemptNumber() if TaskContext.get() else 0
    known = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    return known | {"FLUE_ATTEMPT": str(attempt)}


def run_map(task, settings, exclusions):
    """Maps the logs of a task.

    Returns the lines of its manifest, what flue complained of, and its exit code. Raises for what another attempt may mend.
    """
    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        manifest = os.path.join(folder, "manifest")
        command = [shipped(settings["flue"]), "map", "--list", "-", "--output", settings["partials"],
                   "--manifest", manifest, "--jobs", str(settings["jobs"]), "--quiet", "--progress", "never"]
        if settings["config"]:
            command += ["--config", shipped(settings["config"])]
        if exclusions:
            path = os.path.join(folder, "exclusions")
            with open(path, "w") as file:
                file.write(exclusions)
            command += ["--excluding", path]
        run = subprocess.run(command, input="\n".join(task["inputs"]) + "\n", capture_output=True, text=True,
                             env=environment())
        if run.returncode not in SETTLED:
            raise RuntimeError(f"flue map ended with {run.returncode}: {run.stderr.strip()[-2000:]}")
        lines = []
        if os.path.exists(manifest):
            with open(manifest) as file:
                lines = file.read().splitlines()
        return lines, run.stderr, run.returncode


def map_all(context, tasks, settings, exclusions=None):
    """All tasks, the largest first; prints what flue complained of."""
    tasks = context.parallelize(tasks, max(1, len(tasks)))
    results = tasks.map(lambda task: run_map(task, settings, exclusions)).collect()
    for _, complaints, _ in results:
        sys.stderr.write(complaints)
    # Lines of logs that could not be mapped begin with a #, and are for the load to tell.
    lines = sorted((line for lines, _, _ in results for line in lines), key=lambda line: line[66:].encode())
    return lines, max((code for _, _, code in results), default=0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", nargs="+", help="logs: files, folders, glob patterns")
    parser.add_argument("--db", required=True, help="the ledger, where the driver runs")
    parser.add_argument("--partials", required=True, help="a folder that the driver and all executors share")
    parser.add_argument("--config", help="the configuration, shipped with --files or on every node")
    parser.add_argument("--flue", default="flue", help="the binary, shipped with --files or on every node")
    parser.add_argument("--task-bytes", type=int, default=256 << 20, help="bytes of logs for a task, about")
    parser.add_argument("--jobs", type=int, default=1, help="threads of a task, as spark.task.cpus says")
    return parser.parse_args()


def run(context, options):
    begin = time.time()
    settings = {"flue": options.flue, "config": options.config, "partials": options.partials, "jobs": options.jobs}
    flue = shipped(options.flue)
    plan = subprocess.run([flue, "plan", "--task-bytes", str(options.task_bytes), *options.logs],
                          stdout=subprocess.PIPE, text=True)
    if plan.returncode:
        return plan.returncode
    tasks = [json.loads(line) for line in plan.stdout.splitlines()]
    print(f"{sum(len(task['inputs']) for task in tasks)} logs in {len(tasks)} tasks", flush=True)
    lines, code = map_all(context, tasks, settings)
    print(f"{len(lines)} logs mapped after {time.time() - begin:.0f} s", flush=True)
    if not lines:
        return code

    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        manifest, exclusions = os.path.join(folder, "manifest"), os.path.join(folder, "exclusions")
        with open(manifest, "w") as file:
            file.write("\n".join(lines) + "\n")
        names = {line[:64]: line[66:] for line in lines if not line.startswith("#")}
        load = [flue, "load", "--db", options.db, "--manifest", manifest, "--exclusions", exclusions]
        if options.config:
            load += ["--config", shipped(options.config)]
        partials = {digest: os.path.join(options.partials, f"{digest}.flue-partial") for digest in names}
        loaded = subprocess.run(load + list(partials.values()), stderr=subprocess.PIPE, text=True)
        if loaded.returncode == BAD_DATA and os.path.exists(exclusions):
            # Requests that stand in two logs: those logs are mapped once more without them.
            with open(exclusions) as file:
                text = file.read()
            again = [{"inputs": [names[line[:64]]]} for line in text.splitlines() if line[:64] in names]
            print(f"{len(again)} logs hold requests that are counted elsewhere: mapped again", flush=True)
            # In a folder of their own: an attempt of the first round that nobody waits for may still end.
            second = os.path.join(options.partials, "again")
            map_all(context, again, settings | {"partials": second}, text)
            partials |= {line[:64]: os.path.join(second, f"{line[:64]}.flue-partial")
                         for line in text.splitlines() if line[:64] in names}
            loaded = subprocess.run(load + list(partials.values()), stderr=subprocess.PIPE, text=True)
        sys.stderr.write(loaded.stderr)
        print(f"done after {time.time() - begin:.0f} s", flush=True)
        return loaded.returncode or min(code, PARTLY)


def main():
    options = arguments()
    session = SparkSession.builder.appName("flue").getOrCreate()
    try:
        return run(session.sparkContext, options)
    finally:
        session.stop()


if __name__ == "__main__":
    sys.exit(main())
