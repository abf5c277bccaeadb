"""Measures flue, beside DuckDB, Polars and ClickHouse, on made-up logs; `Config/dev bench` runs it.

Every figure is a ratio between things that ran in turn in the same minutes, or a median of such ratios.
No time of a rival is printed before the cells of all programs were found equal, and every input must give
flue as many records as were written. All programs get two threads.
"""

import argparse
import filecmp
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path
from random import Random

HOURS, LINES, THREADS = 24, 4_800_000, 2
FEW_HOURS, PROMPTS = 4, 4_000
ZONES, ZONE_HOURS = 100, 8_760
CSV_DIALECT = """name: gateway-csv
about: The records of the gateway dialect as CSV
records: csv
time: { path: timestamp, format: rfc3339 }
required: [model]
region: region
model: model
tenant: tenant
endpoint: endpoint
input_tokens: input
cached_input_tokens: cached
output_tokens: output
duration: { path: latency_ms, unit: ms }
failed_if:
  - { path: status, at_least: 400 }
"""
RIVALS = {"duckdb": "DuckDB", "polars": "Polars, streaming", "chdb": "ClickHouse (chdb)"}

# ---- data: made once, from a seed


def make(folder, name, body):
    """Runs body(path) for a folder that is not there yet; a run that was interrupted leaves none."""
    path = folder / name
    if not path.exists():
        partial = folder / f"{name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        print(f"making {name}", file=sys.stderr)
        body(partial)
        partial.rename(path)
    return path


def synthesize(flue, path, compression, lines=LINES):
    subprocess.run(
        [flue, "synth", "--days", "1", "--files-per-day", str(HOURS), "--flat", "--malformed-every", "0",
         "--requests-per-day", str(lines), "--compression", compression, "--output", path],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def logs(path):
    return sorted(p for p in (path / "logs").iterdir())


def concatenate(sources, target):
    with open(target, "wb") as out:
        for source in sources:
            with open(source, "rb") as part:
                shutil.copyfileobj(part, out, 1 << 20)


def plain_lines(files):
    for file in files:
        with open(file) as stream:
            yield from stream


def make_shapes(plain, path):
    """The first hours of the plain logs in other shapes."""
    few = logs(plain)[:FEW_HOURS]
    write_records(plain_lines(few), path)
    write_prompts(plain_lines(few), path)
    for name in ["gateway.csv", "bedrock.jsonl", "prompts.jsonl"]:
        subprocess.run(["zstd", "-q", "-3", "--rm", path / name], check=True)


def write_records(lines, path):
    """The same records as CSV and as Bedrock writes them."""
    header = ["timestamp", "tenant", "region", "model", "endpoint", "status", "input", "cached", "output",
              "latency_ms"]
    with open(path / "gateway.csv", "w") as table, open(path / "bedrock.jsonl", "w") as bedrock:
        table.write(",".join(header) + "\n")
        for line in lines:
            record = json.loads(line)
            usage = record.get("usage", {})
            cached = usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)
            table.write(",".join(str(value) for value in [
                record["timestamp"], record["tenant"], record["region"], record["model"],
                record["endpoint"], record["status"], usage.get("prompt_tokens", ""),
                cached if usage else "", usage.get("completion_tokens", ""),
                record["latency_ms"]]) + "\n")
            invocation = {
                "schemaType": "ModelInvocationLog", "schemaVersion": "1.0",
                "timestamp": record["timestamp"], "accountId": "123456789012",
                "region": record["region"], "requestId": record["request_id"],
                "operation": "InvokeModel", "modelId": record["model"],
                "requestMetadata": {"team": record["tenant"]}}
            if usage:
                invocation["input"] = {
                    "inputContentType": "application/json",
                    "inputTokenCount": usage["prompt_tokens"] - cached, "cacheReadInputTokenCount": cached}
                invocation["output"] = {
                    "outputContentType": "application/json",
                    "outputBodyJson": {"metrics": {"latencyMs": record["latency_ms"]}},
                    "outputTokenCount": usage["completion_tokens"]}
            else:
                invocation["errorCode"] = "ThrottlingException"
            bedrock.write(json.dumps(invocation, separators=(",", ":")) + "\n")
    (path / "csv.yaml").write_text(CSV_DIALECT)


def write_prompts(lines, path):
    """Records with 100 kB of text each way."""
    # An escape every 30 bytes or so, one in twenty of them a code.
    plain_words = ["water", "energy", "of", "the", "a", "grid", "inference", "größer", "日本語", "carbon", "and"]
    escapes = ["\\n"] * 12 + ["\\\""] * 5 + ["\\t", "\\\\", "\\u00e9"]
    random = Random(1)
    content = ""
    while len(content.encode()) < 100_000:
        content += random.choice(plain_words) + " "
        if random.random() < 0.2:
            content += random.choice(escapes)
    with open(path / "prompts.jsonl", "w") as prompts:
        for _, line in zip(range(PROMPTS), lines):
            head, tail = line.rstrip("\n").split(',"usage":', 1) if ',"usage":' in line else (line[:-2], None)
            body = f',"messages":[{{"role":"user","content":"{content}"}}],"response":"{content}"'
            prompts.write(head + body + (f',"usage":{tail}' if tail else "}") + "\n")


def make_conversations(plain, path):
    """An hour of the plain logs with prompts and answers of 20 to 200 words, as three programs write them."""
    random = Random(2)
    words = ["water", "energy", "of", "the", "a", "grid", "inference", "größer", "carbon", "and", "I'm", "model's",
             "\"quoted\"", "first,\n\nthen", "{x}", "for", "which", "tokens", "hourly", "is"]
    texts = [" ".join(random.choice(words) for _ in range(random.randint(20, 200))) for _ in range(2_000)]
    spans = []
    with open(path / "bedrock.jsonl", "w") as bedrock, open(path / "litellm.jsonl", "w") as litellm, \
            open(path / "otlp.jsonl", "w") as otlp:
        for line in plain_lines(logs(plain)[:1]):
            record = json.loads(line)
            usage = record.get("usage", {"prompt_tokens": 0, "completion_tokens": 0})
            prompt, answer = random.choice(texts), random.choice(texts)
            bedrock.write(compact(bedrock_record(record, usage, prompt, answer)))
            litellm.write(compact(litellm_record(record, usage, prompt, answer)))
            spans.append(otlp_span(record, usage, prompt, answer))
            if len(spans) == 10:
                otlp.write(compact({"resourceSpans": [{
                    "resource": {"attributes": attributes({
                        "service.name": "checkout", "cloud.region": record["region"]})},
                    "scopeSpans": [{"scope": {"name": "openai"}, "spans": spans}]}]}))
                spans = []
    for name in ["bedrock", "litellm", "otlp"]:
        subprocess.run(["zstd", "-q", "-3", "--rm", path / f"{name}.jsonl"], check=True)


def compact(record):
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"


def bedrock_record(record, usage, prompt, answer):
    return {
        "schemaType": "ModelInvocationLog", "schemaVersion": "1.0", "timestamp": record["timestamp"],
        "accountId": "123456789012", "region": record["region"], "requestId": record["request_id"],
        "operation": "Converse", "modelId": record["model"], "requestMetadata": {"team": record["tenant"]},
        "input": {"inputContentType": "application/json",
                  "inputBodyJson": {"messages": [{"role": "user", "content": [{"text": prompt}]}]},
                  "inputTokenCount": usage["prompt_tokens"]},
        "output": {"outputContentType": "application/json",
                   "outputBodyJson": {"output": {"message": {"role": "assistant", "content": [{"text": answer}]}},
                                      "metrics": {"latencyMs": record["latency_ms"]}},
                   "outputTokenCount": usage["completion_tokens"]}}


def litellm_record(record, usage, prompt, answer):
    return {
        "id": record["request_id"], "trace_id": record["request_id"], "call_type": "acompletion",
        "cache_hit": None, "stream": False, "status": "success", "startTime": record["timestamp"],
        "endTime": record["timestamp"], "response_time": record["latency_ms"] / 1000, "model": record["model"],
        "metadata": {"user_api_key_alias": "checkout", "user_api_key_team_id": record["tenant"]},
        "prompt_tokens": usage["prompt_tokens"], "completion_tokens": usage["completion_tokens"],
        "total_tokens": usage["prompt_tokens"] + usage["completion_tokens"],
        "api_base": "https://api.openai.com", "messages": [{"role": "user", "content": prompt}],
        "response": {"choices": [{"index": 0, "message": {"role": "assistant", "content": answer}}]}}


def attributes(values):
    return [{"key": key, "value": {"stringValue": value} if isinstance(value, str) else {"intValue": str(value)}}
            for key, value in values.items()]


def otlp_span(record, usage, prompt, answer):
    start = 1_790_816_400_000_000_000 + record["latency_ms"] * 1_000_000
    return {
        "traceId": (record["request_id"] * 2)[:32], "spanId": record["request_id"][-16:], "name": "chat", "kind": 3,
        "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + record["latency_ms"] * 1_000_000),
        "attributes": attributes({
            "gen_ai.operation.name": "chat", "gen_ai.request.model": record["model"],
            "gen_ai.response.id": record["request_id"], "gen_ai.usage.input_tokens": usage["prompt_tokens"],
            "gen_ai.usage.output_tokens": usage["completion_tokens"], "gen_ai.input.messages": prompt,
            "gen_ai.output.messages": answer}),
        "status": {}}


def make_zone_years(path):
    """A year of hours of many zones."""
    random = Random(3)
    with open(path / "zones.csv", "w") as table:
        table.write("time,zone,direct_g_per_kwh\n")
        for zone in range(ZONES):
            value = 300.0
            for hour in range(ZONE_HOURS):
                value = min(700, max(80, value + random.uniform(-12, 12)))
                day = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(1_735_689_600 + hour * 3_600))
                table.write(f"{day},Z{zone:02},{value:.2f}\n")


# ---- running


class Run:
    """One process that ran to its end."""

    def __init__(self, arguments, **options):
        begin = time.perf_counter()
        process = subprocess.Popen([str(a) for a in arguments], **options)
        self.output = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.perf_counter() - begin
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.peak_mib = usage.ru_maxrss / 1024
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"{arguments[0]} failed: {' '.join(str(a) for a in arguments)}")


class Bench:
    def __init__(self, flue, folder, rival_python, runs):
        self.flue, self.folder, self.python, self.runs = flue, folder, rival_python, runs
        self.work = folder / "work"
        self.work.mkdir(parents=True, exist_ok=True)
        for name, dimensions in [("team", "tenant"), ("cells", "")]:
            text = f"dimensions: [{dimensions}]\n"
            (self.work / f"{name}.yaml").write_text(text)
            (self.work / f"{name}-without-ids.yaml").write_text(text + "duplicate_window_hours: 0\n")

    def stages(self, paths, records, config="team.yaml", grid=None, jobs=THREADS, dialect="gateway"):
        """Seconds of each stage in one run of `flue bench`."""
        arguments = [self.flue, "bench", *paths, "--runs", "1", "--format", "json", "--quiet",
                     "--dialect", dialect, "--config", self.work / config, "--jobs", jobs]
        arguments += ["--grid", grid] if grid else []
        result = json.loads(Run(arguments, stdout=subprocess.PIPE).output)
        if result["records"] != records:
            raise SystemExit(f"{paths}: {result['records']} records counted, {records} written")
        seconds = {stage["name"]: stage["median_seconds"] for stage in result["stages"]}
        seconds["plain_bytes"] = result["plain_bytes"]
        return seconds

    def ingest(self, path, grid=None, config="team.yaml"):
        """A whole ingest into a new ledger."""
        ledger = self.work / "flue.sqlite"
        for old in self.work.glob("flue.sqlite*"):
            old.unlink()
        common = ["--db", ledger, "--config", self.work / config, "--quiet"]
        if grid:
            Run([self.flue, "grid", "import", grid, *common])
        return Run([self.flue, "ingest", path / "logs", "--dialect", "gateway", "--jobs", THREADS,
                    *common])

    def dry_run(self, paths, jobs=THREADS, config="team.yaml"):
        return Run([self.flue, "ingest", "--dry-run", "--quiet", "--dialect", "gateway", "--jobs", jobs,
                    "--config", self.work / config, *paths])

    def grid_import(self, path):
        """A series into a new ledger."""
        ledger = self.work / "grid.sqlite"
        for old in self.work.glob("grid.sqlite*"):
            old.unlink()
        return Run([self.flue, "grid", "import", path, "--db", ledger, "--quiet"])

    def restate(self, path):
        """Derives all of a copy of the ledger that was made last by another method."""
        ledger = self.work / "restated.sqlite"
        shutil.copyfile(self.work / "flue.sqlite", ledger)
        (self.work / "other.yaml").write_text(
            "dimensions: [tenant]\ndefault_pue: { value: 1.37, source: a benchmark }\n")
        return Run([self.flue, "ingest", logs(path)[0], "--dialect", "gateway", "--db", ledger, "--quiet",
                    "--config", self.work / "other.yaml"])

    def queries(self, path, output):
        """A row for each request, in a file, by the grid of the ledger that was made last."""
        output.unlink(missing_ok=True)
        return Run([self.flue, "queries", path / "logs", "--dialect", "gateway", "--jobs", THREADS,
                    "--db", self.work / "flue.sqlite", "--config", self.work / "team.yaml", "--quiet",
                    "--output", output])

    def rival(self, name, path, cells=None):
        """Seconds of the query alone, its program loaded before, and its peak memory."""
        arguments = [self.python, __file__, "rival", name, path] + ([cells] if cells else [])
        run = Run(arguments, stdout=subprocess.PIPE)
        return json.loads(run.output)["seconds"], run.peak_mib


def rounds(count, *measures):
    """Runs the measures in turn, count times; a list of what each gave."""
    results = [[] for _ in measures]
    for _ in range(count):
        for result, measure in zip(results, measures):
            result.append(measure())
    return results


# ---- the rivals' side: runs in an environment of its own


def flue_query(ledger):
    """Not a rival: every cell of a ledger, as the rivals write theirs."""
    yield
    rows = sqlite3.connect(ledger).execute("""
        SELECT strftime('%Y-%m-%dT%H', u.hour * 3600, 'unixepoch'), r.name, m.name, d.tenant,
          sum(requests), sum(failed_requests), sum(input_tokens), sum(cached_input_tokens),
          sum(output_tokens), sum(duration_ms)
        FROM usage AS u JOIN region AS r USING (region_id) JOIN model AS m USING (model_id)
        JOIN dimension AS d USING (dimension_id) GROUP BY 1, 2, 3, 4""")
    yield
    yield rows


def duckdb_query(path):
    import duckdb
    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    yield
    connection.execute(f"""
        CREATE TABLE cell AS
        SELECT substr(timestamp, 1, 13) AS hour, region, model, tenant, count(*) AS requests,
          count(*) FILTER (WHERE status >= 400) AS failed,
          coalesce(sum(usage.prompt_tokens), 0) AS input,
          coalesce(sum(usage.prompt_tokens_details.cached_tokens), 0) AS cached,
          coalesce(sum(usage.completion_tokens), 0) AS output, sum(latency_ms) AS duration
        FROM read_json('{path}/*.zst', format = 'newline_delimited', columns = {{
          timestamp: 'VARCHAR', region: 'VARCHAR', model: 'VARCHAR', tenant: 'VARCHAR',
          status: 'INTEGER', latency_ms: 'BIGINT',
          usage: 'STRUCT(prompt_tokens BIGINT, completion_tokens BIGINT,
                         prompt_tokens_details STRUCT(cached_tokens BIGINT))' }})
        GROUP BY ALL""")
    yield
    yield connection.execute("SELECT * FROM cell").fetchall()


def polars_query(path):
    os.environ["POLARS_MAX_THREADS"] = str(THREADS)
    import polars
    number, text = polars.Int64, polars.String
    usage = polars.Struct({
        "prompt_tokens": number, "completion_tokens": number,
        "prompt_tokens_details": polars.Struct({"cached_tokens": number})})
    schema = {"timestamp": text, "region": text, "model": text, "tenant": text, "status": number,
              "latency_ms": number, "usage": usage}
    part = polars.col("usage").struct.field
    yield
    table = polars.scan_ndjson(f"{path}/*.zst", schema=schema).group_by(
        polars.col("timestamp").str.slice(0, 13).alias("hour"), "region", "model", "tenant",
    ).agg(
        polars.len().alias("requests"), (polars.col("status") >= 400).sum().alias("failed"),
        part("prompt_tokens").sum().alias("input"),
        part("prompt_tokens_details").struct.field("cached_tokens").sum().alias("cached"),
        part("completion_tokens").sum().alias("output"),
        polars.col("latency_ms").sum().alias("duration"),
    ).collect(engine="streaming")
    yield
    yield table.rows()


def chdb_query(path):
    import chdb
    whole = "Nullable(Int64)"
    yield
    result = chdb.query(f"""
        SELECT substring(timestamp, 1, 13) AS hour, region, model, tenant, count(), countIf(status >= 400),
          ifNull(sum(usage.1), 0), ifNull(sum(usage.3.1), 0), ifNull(sum(usage.2), 0), sum(latency_ms)
        FROM file('{path}/*.zst', 'JSONEachRow', 'timestamp String, region String, model String,
          tenant String, status Int64, latency_ms Int64, usage Tuple(prompt_tokens {whole},
          completion_tokens {whole}, prompt_tokens_details Tuple(cached_tokens {whole}))')
        GROUP BY 1, 2, 3, 4
        SETTINGS max_threads = {THREADS}, input_format_skip_unknown_fields = 1,
          input_format_json_ignore_unknown_keys_in_named_tuple = 1""", "CSV")
    yield
    yield [line.replace('"', "").split(",") for line in str(result).splitlines()]


def run_rival(name, path, cells=None):
    steps = {"flue": flue_query, "duckdb": duckdb_query, "polars": polars_query, "chdb": chdb_query}[name](path)
    next(steps)
    begin = time.perf_counter()
    next(steps)
    print(json.dumps({"seconds": time.perf_counter() - begin}))
    if cells:
        rows = sorted(",".join(str(value) for value in row) for row in next(steps))
        Path(cells).write_text("\n".join(rows) + "\n")


# ---- what is measured


def middle(values):
    return statistics.median(values)


class Report:
    def __init__(self):
        self.rows = []

    def add(self, measure, value, target=None, detail="", digits=2):
        self.rows.append({"measure": measure, "value": round(value, 4), "target": target, "detail": detail})
        goal = f" (target {target})" if target else ""
        print(f"{measure:64} {value:8.{digits}f}{goal}  {detail}", flush=True)


def check_equal(bench, data, versions):
    # The cells stay in files and other processes: what this one once held would count as memory of each
    # process that it starts.
    bench.ingest(data, data / "grid")
    ours = bench.work / "flue.csv"
    bench.rival("flue", bench.work / "flue.sqlite", ours)
    for name in RIVALS:
        theirs = bench.work / f"{name}.csv"
        bench.rival(name, data / "logs", theirs)
        if not filecmp.cmp(ours, theirs, shallow=False):
            raise SystemExit(f"flue and {name} {versions[name]} differ: compare {ours} and {theirs}")
    with open(ours, "rb") as cells:
        count = sum(1 for _ in cells)
    print(f"all counters of {count} cells are equal in flue, " + ", ".join(RIVALS.values()))


def reference(bench, zstd, gzip, versions, report):
    grid = zstd / "grid"
    check_equal(bench, zstd, versions)
    shapes = [("team", "230,400 cells"), ("cells", "1,152 cells")]
    configs = [(f"{name}{ending}.yaml", f"{cells}, {ids}")
               for name, cells in shapes for ending, ids in [("", "with ids"), ("-without-ids", "without")]]
    results = rounds(
        bench.runs,
        *[lambda config=config: bench.stages([zstd / "logs"], LINES, config=config, grid=grid)
          for config, _ in configs],
        lambda: bench.stages([gzip / "logs"], LINES, config="team-without-ids.yaml", grid=grid),
        lambda: bench.ingest(zstd, grid),
        lambda: bench.ingest(zstd, grid, "team-without-ids.yaml"),
        lambda: bench.queries(zstd, bench.work / "queries.csv"),
        lambda: bench.queries(zstd, bench.work / "queries.csv.zst"),
        *[lambda name=name: bench.rival(name, zstd / "logs") for name in RIVALS])
    stages, (gzipped, whole, without, csv, compressed, *rivals) = results[:4], results[4:]
    with_team = stages[0]

    def ratio(runs, stage):
        return middle([run[stage] / run["inflate"] for run in runs])

    for (_, title), runs, dry, all in zip(
            configs, stages, ["≤ 2.0", "≤ 1.9", None, None], ["≤ 2.8", "≤ 2.5", "≤ 2.2", "≤ 1.9"]):
        report.add(f"dry run ÷ inflate, {title}", ratio(runs, "fold"), dry)
        report.add(f"ingest ÷ inflate, {title}", ratio(runs, "commit"), all)
    report.add("dry run ÷ inflate, gzip, without ids", ratio(gzipped, "fold"), "≤ 1.9")
    report.add("ingest ÷ inflate, gzip, without ids", ratio(gzipped, "commit"))
    report.add("ingest with ids ÷ without", middle([a.seconds / b.seconds for a, b in zip(whole, without)]),
               "≤ 1.1", f"{max(r.peak_mib for r in without):.0f} MiB without")
    for title, runs, target in [(".csv", csv, "≤ 1.5"), (".csv.zst", compressed, "≤ 2.0")]:
        report.add(f"queries to {title} ÷ ingest",
                   middle([a.seconds / b.seconds for a, b in zip(runs, whole)]), target)
    commit = middle([(run["commit"] - run["fold"]) / run["commit"] for run in with_team])
    report.add("share of the time that the commit adds, 230,400 cells", commit, "≤ 0.2")
    seconds = middle([run.seconds for run in whole])
    plain = with_team[0]["plain_bytes"]
    report.add("GB/s of plain text, whole ingest", plain / 1e9 / seconds, detail=f"{seconds:.2f} s")
    for (name, title), runs, target in zip(RIVALS.items(), rivals, ["≥ 3.7", "≥ 9", "≥ 6"]):
        times = middle([theirs / ours.seconds for (theirs, _), ours in zip(runs, whole)])
        report.add(f"{title} {versions[name]}: query ÷ whole flue ingest", times, target,
                   f"{middle([r[0] for r in runs]):.2f} s, {middle([r[1] for r in runs]):.0f} MiB")
    report.add("peak MiB, whole ingest", max(run.peak_mib for run in whole), "≤ 128", digits=0)


def shapes(bench, zstd, plain, other, report):
    single = bench.folder / "single-frame.zst"
    if not single.exists():
        concatenate(logs(plain), bench.work / "single.jsonl")
        subprocess.run(["zstd", "-q", "-3", bench.work / "single.jsonl", "-o", single], check=True)
        (bench.work / "single.jsonl").unlink()
    frames, text = bench.folder / "many-frames.zst", bench.folder / "plain.jsonl"
    if not frames.exists():
        concatenate(logs(zstd), frames)
    if not text.exists():
        concatenate(logs(plain), text)
    one, two, many, flat = rounds(
        bench.runs, lambda: bench.dry_run([single], 1), lambda: bench.dry_run([single]),
        lambda: bench.dry_run([frames]), lambda: bench.dry_run([text]))
    report.add("one single-frame file: one thread ÷ two",
               middle([a.seconds / b.seconds for a, b in zip(one, two)]), "≥ 1.6")
    report.add("cores busy, one file of 24 frames", middle([r.cpu_seconds / r.seconds for r in many]), "2")
    report.add("cores busy, one plain file", middle([r.cpu_seconds / r.seconds for r in flat]), "2")
    few = LINES // HOURS * FEW_HOURS
    table, bedrock, prompts = rounds(
        bench.runs,
        lambda: bench.stages([other / "gateway.csv.zst"], few, dialect=other / "csv.yaml", jobs=1),
        lambda: bench.stages([other / "bedrock.jsonl.zst"], few, dialect="bedrock", jobs=1),
        lambda: bench.stages([other / "prompts.jsonl.zst"], PROMPTS, jobs=1))
    report.add("CSV, one thread: dry run ÷ inflate",
               middle([run["fold"] / run["inflate"] for run in table]), "≤ 2.0")
    report.add("Bedrock, one thread: dry run ÷ inflate",
               middle([run["fold"] / run["inflate"] for run in bedrock]), "≤ 1.6")
    report.add("200 kB prompts: GB/s of plain text a core, after inflating",
               middle([run["plain_bytes"] / 1e9 / (run["fold"] - run["inflate"]) for run in prompts]), "≥ 6")


def conversations(bench, talk, report):
    for name, dialect, target in [("bedrock", "bedrock", "≤ 1.6"), ("litellm", "litellm", "≤ 1.7"),
                                  ("otlp", "otlp-genai", "≤ 1.7")]:
        runs, = rounds(bench.runs, lambda: bench.stages(
            [talk / f"{name}.jsonl.zst"], LINES // HOURS, dialect=dialect, jobs=1))
        report.add(f"{dialect} with prompts of 20 to 200 words, one thread: dry run ÷ inflate",
                   middle([run["fold"] / run["inflate"] for run in runs]), target)


def ledger(bench, zstd, zones, report):
    bench.ingest(zstd, zstd / "grid")
    restated, imported = rounds(
        bench.runs, lambda: bench.restate(zstd), lambda: bench.grid_import(zones / "zones.csv"))
    report.add("restating 230,400 cells, s", middle([run.seconds for run in restated]), "≤ 0.15")
    report.add("grid import of 100 zone-years, rows/s",
               ZONES * ZONE_HOURS / middle([run.seconds for run in imported]), "≥ 400000",
               f"peak {max(run.peak_mib for run in imported):.0f} MiB", digits=0)


def growth(bench, zstd, report):
    """Dry runs of the same 24 files again and again: the same cells, ever more bytes.

    Without ids: those of the second time would all be duplicates, which no night's are.
    """
    folders = []
    files = logs(zstd)
    for times in [1, 2, 9, 35]:
        folder = bench.work / f"{times}-times"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        count = times * len(files)
        for number in range(count):
            os.link(files[number % len(files)], folder / f"{number:04}.zst")
        folders.append((round(times * 1.84), count, folder))
    results = rounds(bench.runs, *[lambda f=folder: bench.dry_run([f], config="team-without-ids.yaml") for _, _, folder in folders])
    base = middle([run.seconds for run in results[0]]) / folders[0][1]
    for (gigabytes, count, folder), runs in zip(folders, results):
        report.add(f"dry run of {gigabytes} GB: seconds a file ÷ those at 2 GB",
                   middle([run.seconds for run in runs]) / count / base, "0.95 – 1.05",
                   f"peak {max(run.peak_mib for run in runs):.0f} MiB")
        shutil.rmtree(folder)


def machine():
    model = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return {"processor": model[0] if model else platform.machine(), "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.release()}", "date": time.strftime("%Y-%m-%d")}


def main():
    if sys.argv[1:2] == ["rival"]:
        return run_rival(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flue", type=Path, required=True, help="the release binary")
    parser.add_argument("--folder", type=Path, required=True, help="where data and results are kept")
    parser.add_argument("--python", type=Path, required=True, help="an interpreter that has the rivals")
    parser.add_argument("--runs", type=int, default=5, help="rounds of everything (default: 5)")
    parser.add_argument("--growth", action="store_true", help="only: the cost from 1 to 64 GB")
    options = parser.parse_args()
    bench = Bench(options.flue.resolve(), options.folder.resolve(), options.python, options.runs)
    zstd = make(bench.folder, "zstd", lambda path: synthesize(bench.flue, path, "zstd"))
    report = Report()
    if options.growth:
        growth(bench, zstd, report)
    else:
        gzip = make(bench.folder, "gzip", lambda path: synthesize(bench.flue, path, "gzip"))
        plain = make(bench.folder, "plain", lambda path: synthesize(bench.flue, path, "plain"))
        other = make(bench.folder, "shapes", lambda path: make_shapes(plain, path))
        versions = json.loads(subprocess.check_output([options.python, "-c", (
            "import json, importlib.metadata as m; "
            f"print(json.dumps({{n: m.version(n) for n in {list(RIVALS)}}}))")]))
        reference(bench, zstd, gzip, versions, report)
        shapes(bench, zstd, plain, other, report)
        talk = make(bench.folder, "conversations", lambda path: make_conversations(plain, path))
        conversations(bench, talk, report)
        ledger(bench, zstd, make(bench.folder, "zone-years", make_zone_years), report)
    version = subprocess.check_output([bench.flue, "--version"], text=True).strip()
    result = {"flue": version, "machine": machine(), "runs": options.runs, "rows": report.rows}
    name = "growth.json" if options.growth else "bench.json"
    (bench.folder / name).write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(f"written to {bench.folder / name}")


if __name__ == "__main__":
    main()
