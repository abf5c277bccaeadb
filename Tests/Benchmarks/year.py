"""A scripted year, night by night: `Config/dev year` runs it.

365 nights of made-up logs. Some files come weeks late, every file is compressed a night later, grid series come by the week; a
release of three months is rewritten, the energy model's factors change, then a region's PUE. Each month is closed on the fifth
of the next one, and stated again when something has moved it. At the end the ledger is held against a clean rebuild of the same
facts, every law is checked, and every statement is what it was when it was made. Prints sizes and times by month.
"""

import argparse
import datetime
import json
import os
import random
import shutil
import sqlite3
import subprocess
import time

MODEL = """name: house
kind: per-token
boundary: it
about: made up, for a scripted year
released: {released}
evidence: assumed
source: test
models:
  gpt-4o: {{ wh_per_input_token: 0.00002, wh_per_output_token: {output} }}
  gpt-4o-mini: {{ wh_per_output_token: 0.00006 }}
  gpt-5-mini: {{ wh_per_output_token: 0.0002 }}
  claude-sonnet-4-5: {{ wh_per_request: 0.01, wh_per_output_token: 0.0017 }}
  llama-3.1-70b-instruct: {{ wh_per_output_token: 0.0005 }}
"""
CONFIG = """energy_model: {model}
regions:
  eu-west-1: {{ pue: {pue}, source: test }}
"""


class Year:
    def __init__(self, options):
        self.flue = os.path.abspath(options.flue)
        self.folder = os.path.abspath(options.folder)
        self.requests = options.requests
        self.days = options.days
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(os.path.join(self.folder, "night"))
        self.random = random.Random(options.seed)
        self.times = {}
        self.sizes = {}
        self.statements = {}
        self.grids = []
        self.taken = []
        self.write("model-1.yaml", MODEL.format(released="2025-10-01", output="0.0016"))
        self.write("model-2.yaml", MODEL.format(released="2026-06-01", output="0.0011"))
        self.configure("model-1.yaml", "1.11")

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def configure(self, model, pue):
        self.write("flue.yaml", CONFIG.format(model=model, pue=pue))

    def run(self, *arguments, allowed=(0, 2), of=None):
        begin = time.monotonic()
        result = subprocess.run(
            [self.flue, *arguments], cwd=self.folder, capture_output=True, text=True)
        if of:
            self.times.setdefault(of, {}).setdefault(arguments[0], []).append(
                time.monotonic() - begin)
        if result.returncode not in allowed:
            raise SystemExit(f"flue {' '.join(arguments)}: {result.returncode}\n{result.stderr}")
        return result.stdout

    def rows(self, query):
        with sqlite3.connect(os.path.join(self.folder, "flue.sqlite")) as database:
            return database.execute(query).fetchall()

    def verify(self, when):
        checks = json.loads(self.run("verify", "--format", "json", allowed=(0, 65)))
        broken = [check for check in checks if not check["holds"]]
        if broken:
            raise SystemExit(f"{when}: {broken}")
        # Every statement is what it was when it was made.
        for month, revision, sha256 in self.rows(
                "SELECT month, revision, sha256 FROM statements"):
            known = self.statements.setdefault((month, revision), sha256)
            if known != sha256:
                raise SystemExit(f"{when}: the statement of {month}, revision {revision}, is another")

    def restate(self, reason, month):
        self.run("restate", "--dry-run", of=month)
        self.run("restate", "--reason", reason, of=month)
        self.verify(reason)
        print(reason + ": " + ", ".join(
            f"{cause} {change / 1e9:+.3f} kg" for cause, change in self.rows(
                "SELECT cause, sum(emissions_ug) FROM restatement_cause JOIN statement USING (statement_id) "
                "WHERE run_id = (SELECT max(run_id) FROM run) GROUP BY 1 ORDER BY 1")))

    def import_grid(self, name, lines, month):
        self.write(name, "".join(lines))
        self.grids.append(name)
        self.run("grid", "import", name, of=month)

    def play(self):
        first = datetime.date(2025, 11, 1)
        self.run("synth", "-o", "all", "--start", str(first), "--days", str(self.days),
                 "--requests-per-day", str(self.requests), "--teams", "12", "--compression", "plain")
        header, *series = open(
            os.path.join(self.folder, "all/grid/synthetic-hourly.csv")).readlines()
        # By day, which stands in the first or second column.
        by_day = {}
        for line in series:
            at = line.index("20")
            by_day.setdefault(line[at:at + 10], []).append(line)
        logs = sorted(os.listdir(os.path.join(self.folder, "all/logs")))
        late = {}
        closed = None
        for number, name in enumerate(logs):
            today = first + datetime.timedelta(days=number)
            month = f"{today:%Y-%m}"
            if today.weekday() == 0:
                week = [f"{today - datetime.timedelta(days=back)}" for back in range(7, 0, -1)]
                self.import_grid(
                    f"week-{today}.csv",
                    [header] + [line for day in week for line in by_day.get(day, [])], month)
            arriving = [name] + late.pop(number, [])
            if self.random.random() < 0.03:
                late.setdefault(number + self.random.randrange(10, 50), []).append(name)
                arriving.remove(name)
            for arrived in arriving:
                shutil.copy(os.path.join(self.folder, "all/logs", arrived),
                            os.path.join(self.folder, "night", arrived))
                self.taken.append(arrived)
            self.run("ingest", "night", "--progress", "never", of=month)
            self.sizes[month] = self.size("flue.sqlite")
            for arrived in arriving:
                subprocess.run(
                    ["zstd", "-q", "--rm", os.path.join(self.folder, "night", arrived)], check=True)
            if today.day == 5 and today.month != first.month:
                closed = f"{today - datetime.timedelta(days=6):%Y-%m}"
                self.run("close", closed, "--despite", "days,grid,unmatched,running", of=month)
                self.verify(f"{closed} closed")
                if self.rows("SELECT count(*) FROM monthly_totals WHERE status = 'pending'") != [(0,)]:
                    self.restate("late files and grid values", month)
            if number == self.days * 2 // 5:
                # Three months of the grid are released again, 5 % lower.
                months = {f"{first + datetime.timedelta(days=30 * back):%Y-%m}" for back in (1, 2, 3)}
                lines = []
                for day in sorted(by_day):
                    if day[:7] in months:
                        for line in by_day[day]:
                            lines.append(self.lower(header, line))
                self.import_grid("release-2.csv", [header] + lines, month)
                self.restate("the grid was released again", month)
            if number == self.days * 3 // 5:
                self.configure("model-2.yaml", "1.11")
                self.restate("the energy model's factors of June", month)
            if number == self.days * 4 // 5:
                self.configure("model-2.yaml", "1.14")
                self.restate("PUE of Ireland", month)
        # What never came in time comes now.
        for names in late.values():
            for name in names:
                shutil.copy(os.path.join(self.folder, "all/logs", name),
                            os.path.join(self.folder, "night", name))
                self.taken.append(name)
        self.run("ingest", "night", "--progress", "never")
        self.restate("the last late files", "end")

    @staticmethod
    def lower(header, line):
        """The line with every intensity 5 % lower."""
        names = header.rstrip("\n").split(",")
        values = line.rstrip("\n").split(",")
        return ",".join(
            f"{float(value) * 0.95:.2f}" if "g_per_kwh" in name and value else value
            for name, value in zip(names, values)) + "\n"

    def rebuild(self):
        """The same facts taken in at once: the dump is the same, but for distributions, which keep what files were charged."""
        begin = time.monotonic()
        for name in self.grids:
            self.run("grid", "import", name, "--db", "clean.sqlite")
        self.run("ingest", "night", "--progress", "never", "--db", "clean.sqlite")
        took = time.monotonic() - begin
        dumps = []
        for database in ("flue.sqlite", "clean.sqlite"):
            self.run("verify", "--db", database, "--dump", f"{database}.dump")
            with open(os.path.join(self.folder, f"{database}.dump")) as file:
                # A label may be that of the one or the other of two releases that say the same.
                dumps.append([line for line in file if not line.startswith("requests\t")])
        if dumps[0] != dumps[1]:
            differing = set(dumps[0]) ^ set(dumps[1])
            raise SystemExit(f"the rebuilt ledger is another: {len(differing)} lines, {sorted(differing)[:4]}")
        return took

    def report(self, took):
        print(f"{len(self.taken)} files; {len(self.statements)} statements, all as they were; "
              f"rebuilt in {took:.1f} s: the same dump")
        for month in sorted(self.times):
            print(f"{month}: {self.sizes.get(month, self.size('flue.sqlite')) / 1e6:.0f} MB, " + ", ".join(
                f"{command} {len(times)} × {sum(times) / len(times):.2f} s"
                for command, times in sorted(self.times[month].items())))
        print(f"ledger {self.size('flue.sqlite') / 1e6:.0f} MB, of it statements "
              f"{self.statement_bytes() / 1e6:.0f} MB; rebuilt without them "
              f"{self.size('clean.sqlite') / 1e6:.0f} MB")

    def size(self, name):
        return os.path.getsize(os.path.join(self.folder, name))

    def statement_bytes(self):
        try:
            return self.rows(
                "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name LIKE 'statement%' OR name LIKE 'restatement%'"
            )[0][0]
        except sqlite3.OperationalError:
            return float("nan")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--flue", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--requests", type=int, default=300, help="on a day of middling traffic")
    parser.add_argument("--seed", type=int, default=1)
    year = Year(parser.parse_args())
    year.play()
    year.report(year.rebuild())


main()
