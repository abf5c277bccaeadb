"""Writes the facts of a ledger as SQL, for a fixture of upgrades: dump.py LEDGER > N.sql

Derived tables keep their definition and lose their rows; long texts and factors of a method are cut, as no upgrade reads
them, with a few digits that tell them apart, and get the digests of what is left.
"""
import hashlib
import sqlite3
import sys

PARTS = ["derivation", "energy_model", "names", "tables", "ladder", "basis"]

DERIVED = [
    "region_zone", "model_entry", "grid_in_force", "grid_fill", "hour_factor", "hour_emission",
    "daily_emission", "monthly_emission", "month_total", "month_coverage", "month_training",
    "pool_hour", "daily_request_histogram", "request_stat", "calendar_hour", "calendar_day",
    "calendar_month", "derived_day",
]

source = sqlite3.connect(sys.argv[1])
copy = sqlite3.connect(":memory:")
source.backup(copy)
copy.execute("PRAGMA foreign_keys = OFF")
for table in DERIVED:
    copy.execute(f"DELETE FROM {table}")
copy.execute("UPDATE derivation SET definition_sha256 = zeroblob(32), method_id = NULL")
copy.execute(
    "UPDATE method_text SET text = substr(text, 1, 40) || ' ' || hex(substr(sha256, 1, 4)) WHERE length(text) > 49")
def digest(text):
    return hashlib.sha256(text.encode()).digest()


texts = dict(copy.execute("SELECT sha256, text FROM method_text"))
for method, in copy.execute("SELECT method_id FROM method").fetchall():
    parts = dict(copy.execute("SELECT part, sha256 FROM method_part WHERE method_id = ?", [method]))
    whole = "\n".join(f"{part}\n{texts[parts[part]]}" for part in PARTS)
    copy.execute("UPDATE method SET sha256 = ? WHERE method_id = ?", [digest(whole), method])
for old, text in texts.items():
    copy.execute("UPDATE method_part SET sha256 = ? WHERE sha256 = ?", [digest(text), old])
    copy.execute("UPDATE method_text SET sha256 = ? WHERE sha256 = ?", [digest(text), old])
copy.execute("DELETE FROM factor WHERE subject NOT IN ('*', 'eu-west-1', 'gpt-4o')")
copy.commit()
print(f"PRAGMA application_id = {source.execute('PRAGMA application_id').fetchone()[0]};")
print(f"PRAGMA user_version = {source.execute('PRAGMA user_version').fetchone()[0]};")
for line in copy.iterdump():
    print(line)
