#!/usr/bin/env python3
"""Runs a night of flue on Apache Spark: tasks map the logs to partials, the driver loads them into the ledger.

    spark-submit --files flue,flue.yaml Config/spark/flue_spark.py \\
        --config flue.yaml --db /data/flue.sqlite --partials /shared/partials /shared/logs s3a://logs/2026-10-01

Logs stand where all executors reach them: in a folder that they share, or on a file system that Spark reads. The binary
is the one that was shipped with --files (Config/dev static makes one that runs anywhere), or --flue names one that is on
every node. Partials go to a shared folder, or, without --partials, come back as bytes that executors merge in a tree.
Tasks may be retried, killed or run twice at once: two attempts write the same bytes. With --parquet the requests are
written one by one as well, by day. Exits as flue load does.
"""

import argparse
import json
import os
import re
import sqlite3
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


class Mapped:
    """What tasks have mapped: lines of the manifest, what flue complained of, its worst exit code, and partials as bytes."""

    def __init__(self, lines=(), complaints="", code=0, partials=b""):
        self.lines, self.complaints, self.code, self.partials = list(lines), complaints, code, partials

    def joined(self, other, flue):
        partials = self.partials or other.partials
        if self.partials and other.partials:
            partials = merge(flue, [self.partials, other.partials])
        return Mapped(self.lines + other.lines, self.complaints + other.complaints, max(self.code, other.code), partials)


def merge(flue, parts):
    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        paths = [write(os.path.join(folder, str(number)), part) for number, part in enumerate(parts)]
        return subprocess.run([shipped(flue), "merge", *paths, "--output", "-"], stdout=subprocess.PIPE,
                              env=environment(), check=True).stdout


def write(path, content):
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path


def run_map(inputs, settings, exclusions, names=None):
    """Maps logs. Raises for what another attempt may mend.

    names: of logs that were copied here, their addresses by path.
    """
    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        manifest = os.path.join(folder, "manifest")
        command = [shipped(settings["flue"]), "map", "--list", "-", "--output", settings["partials"] or "-",
                   "--manifest", manifest, "--jobs", str(settings["jobs"]), "--quiet", "--progress", "never"]
        if settings["config"]:
            command += ["--config", shipped(settings["config"])]
        if exclusions:
            command += ["--excluding", write(os.path.join(folder, "exclusions"), exclusions)]
        run = subprocess.run(command, input=("\n".join(inputs) + "\n").encode(), capture_output=True, env=environment())
        complaints = run.stderr.decode(errors="replace")
        if run.returncode not in SETTLED:
            raise RuntimeError(f"flue map ended with {run.returncode}: {complaints.strip()[-2000:]}")
        text = ""
        if os.path.exists(manifest):
            with open(manifest) as file:
                text = file.read()
        for path, name in (names or {}).items():
            text, complaints = text.replace(path, name), complaints.replace(path, name)
        return Mapped(text.splitlines(), complaints, run.returncode, run.stdout)


def map_copies(files, settings, exclusions):
    """Maps logs of another file system, of which Spark gives addresses and bytes: a log may have to be read twice."""
    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        names = {}
        for number, (address, content) in enumerate(files):
            address = re.sub("^file:/+", "file:///", address)
            # The name of a log may say where it is from.
            os.mkdir(os.path.join(folder, str(number)))
            path = write(os.path.join(folder, str(number), address.rsplit("/", 1)[1]), bytes(content))
            names[path] = address
        if names:
            yield run_map(list(names), settings, exclusions, names)


def map_all(context, inputs, settings, exclusions=None):
    """Maps inputs, by tasks of local logs and by addresses; prints what flue complained of."""
    tasks, addresses = inputs
    flue = settings["flue"]
    mapped = Mapped()
    parts = []
    if tasks:
        parts.append(context.parallelize(tasks, len(tasks)).map(lambda task: run_map(task, settings, exclusions)))
    if addresses:
        parts.append(context.binaryFiles(",".join(addresses), settings["slots"])
                     .mapPartitions(lambda files: map_copies(files, settings, exclusions)))
    for part in parts:
        mapped = mapped.joined(part.treeReduce(lambda left, right: left.joined(right, flue)), flue)
    sys.stderr.write(mapped.complaints)
    # In the order of their names, and of the parts of one; logs that could not be mapped are for the load to tell.
    mapped.lines.sort(key=lambda line: (line.partition("  ")[2].encode(), line))
    return mapped


def plan(flue, options, config):
    """Tasks of local logs, the largest first, and lines of the manifest for those that the ledger knows.

    Raises SystemExit when a path leads nowhere.
    """
    local = [path for path in options.logs if "://" not in path]
    if not local:
        return [], []
    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        manifest = os.path.join(folder, "known")
        command = [flue, "plan", "--task-bytes", str(options.task_bytes), "--manifest", manifest, *config]
        if os.path.exists(options.db):
            command += ["--db", options.db]
        run = subprocess.run(command + local, stdout=subprocess.PIPE, text=True)
        if run.returncode not in (0, PARTLY):
            sys.exit(run.returncode)
        with open(manifest) as file:
            return [json.loads(line)["inputs"] for line in run.stdout.splitlines()], file.read().splitlines()


def rows(batches, settings):
    """flue queries, log by log, as Arrow batches with the day of each request."""
    import pyarrow
    from pyarrow import compute, csv

    for batch in batches:
        for log, exclusions in zip(batch.column("log").to_pylist(), batch.column("exclusions").to_pylist()):
            with tempfile.TemporaryDirectory(prefix="flue-") as folder:
                command = [shipped(settings["flue"]), "queries", log, "--output", os.path.join(folder, "rows.csv"),
                           "--db", shipped(settings["db"]), "--jobs", str(settings["jobs"]), "--quiet",
                           "--progress", "never"]
                if settings["config"]:
                    command += ["--config", shipped(settings["config"])]
                if settings["id_key"]:
                    command += ["--id-key", shipped(settings["id_key"])]
                if exclusions:
                    command += ["--excluding", write(os.path.join(folder, "exclusions"), exclusions)]
                run = subprocess.run(command, stderr=subprocess.PIPE, text=True, env=environment())
                if run.returncode not in (0, PARTLY):
                    raise RuntimeError(f"flue queries ended with {run.returncode}: {run.stderr.strip()[-2000:]}")
                types = {name: pyarrow.type_for_alias(kind) for name, kind in COLUMNS}
                reader = csv.open_csv(
                    os.path.join(folder, "rows.csv"),
                    convert_options=csv.ConvertOptions(column_types=types, include_columns=list(types)))
                for part in reader:
                    days = compute.utf8_slice_codeunits(part.column("time"), 0, 10)
                    yield part.append_column("day", days)


# Of the rows of flue queries, with their Arrow types; times are text in RFC 3339.
COLUMNS = ([(name, "string") for name in ("time", "request_id", "status", "region", "zone", "model", "tenant", "project",
                                          "endpoint")]
           + [(name, "int64") for name in ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens",
                                           "items")]
           + [(name, "double") for name in ("wh_low", "wh", "wh_high", "intensity_g_per_kwh")]
           + [("grid_evidence", "string"), ("gco2e", "double"), ("assumed_wh", "double")])


def write_parquet(session, lines, exclusions, settings, options):
    """The requests of all local logs, one a row."""
    listed = [line.split(" ", 1) for line in exclusions.splitlines()]
    excluded = {key: places for key, *places in listed if re.fullmatch("[0-9a-f]{64}", key)}
    logs = {line.partition("  ")[2]: line[:64] for line in lines if not line.startswith("#")}
    remote = [name for name in logs if "://" in name]
    if remote:
        sys.exit(f"--parquet reads logs from a shared folder, and {remote[0]} is an address")
    title = exclusions.splitlines()[0] + "\n" if exclusions else ""
    table = [(name, f"{title}{key} {' '.join(excluded[key])}\n" if key in excluded else "") for name, key in logs.items()]
    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        # What the rows rest on, as it is now; executors only read it.
        copy = os.path.join(folder, os.path.basename(options.db))
        with sqlite3.connect(f"file:{options.db}?mode=ro", uri=True) as ledger, sqlite3.connect(copy) as target:
            ledger.backup(target)
        session.sparkContext.addFile(copy)
        schema = ", ".join(f"{name} {kind.replace('int64', 'bigint')}" for name, kind in COLUMNS) + ", day string"
        settings = settings | {"db": os.path.basename(copy)}
        (session.createDataFrame(table, "log string, exclusions string").repartition(max(1, len(table)))
         .mapInArrow(lambda batches: rows(batches, settings), schema)
         .write.partitionBy("day").mode("error").parquet(options.parquet))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", nargs="+", help="logs: files, folders, glob patterns; addresses such as s3a://… or hdfs://…")
    parser.add_argument("--db", required=True, help="the ledger, where the driver runs")
    parser.add_argument("--partials", help="a folder that the driver and all executors share (default: bytes come back)")
    parser.add_argument("--config", help="the configuration, shipped with --files or on every node")
    parser.add_argument("--flue", default="flue", help="the binary, shipped with --files or on every node")
    parser.add_argument("--task-bytes", type=int, default=256 << 20, help="bytes of logs for a task, about")
    parser.add_argument("--jobs", type=int, default=1, help="threads of a task, as spark.task.cpus says")
    parser.add_argument("--parquet", help="where to write one row for each request, by day; it must not be there yet")
    parser.add_argument("--id-key", help="of flue queries: shipped with --files or on every node")
    return parser.parse_args()


def run(session, options):
    begin = time.time()
    context = session.sparkContext
    settings = {"flue": options.flue, "config": options.config, "partials": options.partials, "jobs": options.jobs,
                "slots": context.defaultParallelism, "id_key": options.id_key}
    flue = shipped(options.flue)
    config = ["--config", shipped(options.config)] if options.config else []
    tasks, known = plan(flue, options, config)
    addresses = [path for path in options.logs if "://" in path]
    print(f"{sum(map(len, tasks))} inputs in {len(tasks)} tasks, and {len(addresses)} addresses", flush=True)
    mapped = map_all(context, (tasks, addresses), settings)
    print(f"{len(mapped.lines)} inputs mapped after {time.time() - begin:.0f} s", flush=True)
    if not known and not mapped.lines:
        return mapped.code

    with tempfile.TemporaryDirectory(prefix="flue-") as folder:
        keys = sorted({line.partition("  ")[0] for line in mapped.lines if not line.startswith("#")})
        manifest = write(os.path.join(folder, "manifest"), "\n".join(known + mapped.lines) + "\n")
        exclusions, text = os.path.join(folder, "exclusions"), ""
        command = [flue, "load", "--db", options.db, "--manifest", manifest, "--exclusions", exclusions, *config]

        def load(*rounds):
            """Loads what rounds have mapped: of an input that was mapped again, that counts."""
            files = [write(os.path.join(folder, str(number)), part.partials)
                     for number, (part, _) in enumerate(rounds) if part.partials]
            for _, place in rounds:
                files += [path for key in keys if place
                          if os.path.exists(path := os.path.join(place, f"{key}.flue-partial"))]
            return subprocess.run(command + files, stderr=subprocess.PIPE, text=True)

        rounds = [(mapped, options.partials)]
        loaded = load(*rounds)
        if loaded.returncode == BAD_DATA and os.path.exists(exclusions):
            # Requests that stand in two inputs: those are mapped once more without them.
            with open(exclusions) as file:
                text = file.read()
            inputs = [line[6:] for line in text.splitlines() if line.startswith("input ")]
            second = ([[name] for name in inputs if "://" not in name], [name for name in inputs if "://" in name])
            print(f"{len(inputs)} inputs hold requests that are counted elsewhere: mapped again", flush=True)
            # In a folder of their own: an attempt of the first round that nobody waits for may still end.
            place = options.partials and os.path.join(options.partials, "again")
            rounds.append((map_all(context, second, settings | {"partials": place}, text), place))
            loaded = load(*rounds)
        sys.stderr.write(loaded.stderr)
        print(f"loaded after {time.time() - begin:.0f} s", flush=True)
        if options.parquet and loaded.returncode in (0, PARTLY):
            write_parquet(session, mapped.lines, text, settings, options)
            print(f"rows written after {time.time() - begin:.0f} s", flush=True)
        return loaded.returncode or min(mapped.code, PARTLY)


def main():
    options = arguments()
    session = SparkSession.builder.appName("flue").getOrCreate()
    try:
        return run(session, options)
    finally:
        session.stop()


if __name__ == "__main__":
    sys.exit(main())
