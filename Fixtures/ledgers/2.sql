PRAGMA application_id = 1718383973;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE calendar_day (
  day INTEGER PRIMARY KEY,                -- whole UTC days since 1970-01-01
  text TEXT NOT NULL UNIQUE,              -- YYYY-MM-DD
  epoch INTEGER NOT NULL UNIQUE,
  month TEXT NOT NULL
) STRICT;
CREATE TABLE calendar_hour (              -- hours that any row is about
  hour INTEGER PRIMARY KEY,               -- whole UTC hours since 1970-01-01
  text TEXT NOT NULL UNIQUE,              -- YYYY-MM-DD HH:00:00
  epoch INTEGER NOT NULL UNIQUE,          -- seconds
  day TEXT NOT NULL,
  month TEXT NOT NULL
) STRICT;
CREATE TABLE calendar_month (
  month INTEGER PRIMARY KEY,              -- year × 12 + month − 1
  text TEXT NOT NULL UNIQUE,              -- YYYY-MM
  start TEXT NOT NULL UNIQUE,             -- YYYY-MM-DD
  epoch INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TABLE charge (
  charge_id INTEGER PRIMARY KEY,
  energy_model TEXT NOT NULL,
  includes_pue INTEGER NOT NULL CHECK (includes_pue IN (0, 1)),
  request_pwh INTEGER NOT NULL,
  input_pwh INTEGER NOT NULL,
  cached_input_pwh INTEGER NOT NULL,
  output_pwh INTEGER NOT NULL,
  item_pwh INTEGER NOT NULL,
  metered_pwh INTEGER NOT NULL,
  UNIQUE (energy_model, includes_pue, request_pwh, input_pwh, cached_input_pwh, output_pwh,
    item_pwh, metered_pwh)
) STRICT;
INSERT INTO "charge" VALUES(1,'flat-bloom',1,3960000000000,0,0,0,0,0);
CREATE TABLE daily_emission (
  day INTEGER NOT NULL REFERENCES calendar_day,
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  dimension_id INTEGER NOT NULL REFERENCES dimension,
  requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, not_run_requests INTEGER NOT NULL, cache_hit_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, cached_input_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, items INTEGER NOT NULL, duration_ms INTEGER NOT NULL, aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, audio_input_tokens INTEGER NOT NULL, energy_requests INTEGER NOT NULL, matched_requests INTEGER NOT NULL, energy_output_tokens INTEGER NOT NULL, matched_output_tokens INTEGER NOT NULL, measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL, filled_energy_uwh INTEGER NOT NULL, unmatched_energy_uwh INTEGER NOT NULL, assumed_energy_uwh INTEGER NOT NULL, assumed_emissions_ug INTEGER NOT NULL, failed_energy_uwh INTEGER NOT NULL, energy_model_down_uwh INTEGER NOT NULL, energy_model_up_uwh INTEGER NOT NULL, energy_pue_down_uwh INTEGER NOT NULL, energy_pue_up_uwh INTEGER NOT NULL, emissions_model_down_ug INTEGER NOT NULL, emissions_model_up_ug INTEGER NOT NULL, emissions_pue_down_ug INTEGER NOT NULL, emissions_pue_up_ug INTEGER NOT NULL, emissions_grid_down_ug INTEGER NOT NULL, emissions_grid_up_ug INTEGER NOT NULL, embodied_model_down_ug INTEGER NOT NULL, embodied_model_up_ug INTEGER NOT NULL, energy_uwh INTEGER, emissions_ug INTEGER, it_energy_uwh INTEGER, market_emissions_ug INTEGER, marginal_emissions_ug INTEGER, td_loss_emissions_ug INTEGER, embodied_ug INTEGER, on_site_water_nl INTEGER, off_site_water_nl INTEGER, energy_uwh_low INTEGER, energy_uwh_high INTEGER, emissions_ug_low INTEGER, emissions_ug_high INTEGER, embodied_ug_low INTEGER, embodied_ug_high INTEGER,
  PRIMARY KEY (day, region_id, model_id, dimension_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE daily_request_histogram (    -- of the facility, by the method; of requests with energy
  day INTEGER NOT NULL REFERENCES calendar_day,
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  dimension_id INTEGER NOT NULL REFERENCES dimension,
  kept INTEGER NOT NULL,
  as_ingested_requests INTEGER NOT NULL,  -- whose energy model no scale leads to that in force
  zero_requests INTEGER NOT NULL,
  energy BLOB NOT NULL,                   -- of pWh per request
  emissions BLOB NOT NULL,                -- of pg CO2e per request, where there is a grid value
  kilotoken_energy BLOB NOT NULL,
  kilotoken_emissions BLOB NOT NULL,
  UNIQUE (day, region_id, model_id, dimension_id, kept)
) STRICT;
CREATE TABLE derivation (                 -- one row: what derived rows rest on
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  definition_sha256 BLOB NOT NULL,        -- of the derived tables and views
  method_id INTEGER REFERENCES method     -- NULL: nothing is derived
) STRICT;
INSERT INTO "derivation" VALUES(1,X'0000000000000000000000000000000000000000000000000000000000000000',NULL);
CREATE TABLE derived_day (                -- when rows of a day were last derived
  subject TEXT NOT NULL CHECK (subject IN ('usage', 'grid')),
  day INTEGER NOT NULL REFERENCES calendar_day,
  run_id INTEGER NOT NULL REFERENCES run,
  stamp BLOB NOT NULL,                    -- another whenever they were derived anew
  PRIMARY KEY (subject, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE dimension (
  dimension_id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,                   -- '' where it is not kept apart
  project TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  UNIQUE (tenant, project, endpoint)
) STRICT;
INSERT INTO "dimension" VALUES(1,'team-2','','/v1/chat/completions');
INSERT INTO "dimension" VALUES(2,'team-3','','/v1/chat/completions');
INSERT INTO "dimension" VALUES(3,'team-1','','/v1/chat/completions');
INSERT INTO "dimension" VALUES(4,'team-2','','');
INSERT INTO "dimension" VALUES(5,'team-3','','');
INSERT INTO "dimension" VALUES(6,'team-1','','');
INSERT INTO "dimension" VALUES(7,'team-189','','/v1/chat/completions');
INSERT INTO "dimension" VALUES(8,'team-2','search','');
INSERT INTO "dimension" VALUES(9,'','','');
INSERT INTO "dimension" VALUES(10,'team-189','','');
INSERT INTO "dimension" VALUES(11,'café','','');
CREATE TABLE energy_histogram (
  hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  dimension_id INTEGER NOT NULL REFERENCES dimension,           -- of what is kept apart
  file_id INTEGER NOT NULL REFERENCES source_file,
  kept INTEGER NOT NULL CHECK (kept BETWEEN 0 AND 7),           -- 1 tenant, 2 project, 4 endpoint
  charge_id INTEGER NOT NULL REFERENCES charge,
  binned_requests INTEGER NOT NULL CHECK (binned_requests >= 0),
  zero_requests INTEGER NOT NULL CHECK (zero_requests >= 0),    -- charged nothing; in no bin
  energy BLOB NOT NULL,                   -- of pWh per request
  kilotoken_energy BLOB NOT NULL,         -- of pWh per 1,000 output tokens
  UNIQUE (hour, region_id, model_id, dimension_id, file_id)
) STRICT;
INSERT INTO "energy_histogram" VALUES(497448,1,1,4,1,1,1,1,0,X'0106B31201',X'0106E31301');
INSERT INTO "energy_histogram" VALUES(497448,2,2,5,1,1,1,1,0,X'0106B31201',X'0106921401');
INSERT INTO "energy_histogram" VALUES(497448,3,2,6,1,1,1,1,0,X'0106B31201',X'0106C21301');
INSERT INTO "energy_histogram" VALUES(497448,4,3,5,1,1,1,1,0,X'0106B31201',X'0106CC1401');
INSERT INTO "energy_histogram" VALUES(497448,4,4,5,1,1,1,1,0,X'0106B31201',X'0106831401');
INSERT INTO "energy_histogram" VALUES(497449,5,2,6,1,1,1,1,0,X'0106B31201',X'0106BC1301');
INSERT INTO "energy_histogram" VALUES(497449,2,5,4,1,1,1,1,0,X'0106B31201',X'0106C81301');
INSERT INTO "energy_histogram" VALUES(497449,6,2,5,1,1,1,1,0,X'0106B31201',X'01068B1401');
INSERT INTO "energy_histogram" VALUES(497449,7,1,6,1,1,1,1,0,X'0106B31201',X'0106FA1301');
INSERT INTO "energy_histogram" VALUES(497450,5,2,4,1,1,1,1,0,X'0106B31201',X'0106B81401');
INSERT INTO "energy_histogram" VALUES(497450,4,2,6,1,1,1,1,0,X'0106B31201',X'0106DA1301');
INSERT INTO "energy_histogram" VALUES(497450,6,6,6,1,1,1,1,0,X'0106B31201',X'0106D41301');
INSERT INTO "energy_histogram" VALUES(497450,4,5,5,1,1,1,1,0,X'0106B31201',X'0106EF1201');
INSERT INTO "energy_histogram" VALUES(497451,7,4,4,1,1,1,1,0,X'0106B31201',X'01069C1401');
INSERT INTO "energy_histogram" VALUES(497451,8,1,5,1,1,1,1,0,X'0106B31201',X'0106F01501');
INSERT INTO "energy_histogram" VALUES(497451,5,5,5,1,1,1,1,0,X'0106B31201',X'0106DB1301');
INSERT INTO "energy_histogram" VALUES(497451,7,6,4,1,1,1,1,0,X'0106B31201',X'0106BE1301');
INSERT INTO "energy_histogram" VALUES(497452,5,5,5,1,1,1,1,0,X'0106B31201',X'0106DA1501');
INSERT INTO "energy_histogram" VALUES(497452,4,3,5,1,1,1,1,0,X'0106B31201',X'0106DC1301');
INSERT INTO "energy_histogram" VALUES(497452,2,5,6,1,1,1,1,0,X'0106B31201',X'0106A11401');
INSERT INTO "energy_histogram" VALUES(497452,3,5,4,1,1,1,1,0,X'0106B31201',X'01068B1301');
INSERT INTO "energy_histogram" VALUES(497453,7,1,6,1,1,1,1,0,X'0106B31201',X'0106CB1301');
INSERT INTO "energy_histogram" VALUES(497453,2,5,4,1,1,1,1,0,X'0106B31201',X'0106981401');
INSERT INTO "energy_histogram" VALUES(497453,2,2,5,1,1,1,1,0,X'0106B31201',X'0106FA1301');
INSERT INTO "energy_histogram" VALUES(497453,6,2,4,1,1,1,1,0,X'0106B31201',X'0106C01401');
INSERT INTO "energy_histogram" VALUES(497454,8,1,4,1,1,1,1,0,X'0106B31201',X'0106C21401');
INSERT INTO "energy_histogram" VALUES(497454,8,5,5,1,1,1,1,0,X'0106B31201',X'0106A21201');
INSERT INTO "energy_histogram" VALUES(497454,3,6,6,1,1,1,1,0,X'0106B31201',X'0106C21401');
INSERT INTO "energy_histogram" VALUES(497454,6,2,6,1,1,1,1,0,X'0106B31201',X'0106C21201');
INSERT INTO "energy_histogram" VALUES(497454,2,2,6,1,1,1,1,0,X'0106B31201',X'0106FC1201');
INSERT INTO "energy_histogram" VALUES(497454,6,5,5,1,1,1,1,0,X'0106B31201',X'0106E71301');
INSERT INTO "energy_histogram" VALUES(497454,3,4,6,1,1,1,1,0,X'0106B31201',X'0106861401');
INSERT INTO "energy_histogram" VALUES(497455,3,2,5,1,1,1,1,0,X'0106B31201',X'0106A71301');
INSERT INTO "energy_histogram" VALUES(497455,4,5,5,1,1,1,1,0,X'0106B31201',X'0106941301');
INSERT INTO "energy_histogram" VALUES(497455,4,1,6,1,1,1,1,0,X'0106B31201',X'01068B1501');
INSERT INTO "energy_histogram" VALUES(497455,6,5,6,1,1,1,1,0,X'0106B31201',X'0106C51201');
INSERT INTO "energy_histogram" VALUES(497455,5,3,6,1,1,1,1,0,X'0106B31201',X'0106DA1501');
INSERT INTO "energy_histogram" VALUES(497455,1,1,5,1,1,1,1,0,X'0106B31201',X'0106FD1201');
INSERT INTO "energy_histogram" VALUES(497455,5,1,6,1,1,1,1,0,X'0106B31201',X'0106D01301');
INSERT INTO "energy_histogram" VALUES(497455,7,1,6,1,1,1,1,0,X'0106B31201',X'01068B1401');
INSERT INTO "energy_histogram" VALUES(497455,8,3,6,1,1,1,1,0,X'0106B31201',X'0106A11401');
INSERT INTO "energy_histogram" VALUES(497455,3,3,6,1,1,1,1,0,X'0106B31201',X'0106C01301');
INSERT INTO "energy_histogram" VALUES(497455,7,3,6,1,1,1,1,0,X'0106B31201',X'0106941301');
INSERT INTO "energy_histogram" VALUES(497456,4,6,6,1,1,1,1,0,X'0106B31201',X'0106C91301');
INSERT INTO "energy_histogram" VALUES(497456,2,6,6,1,1,1,1,0,X'0106B31201',X'0106B81301');
INSERT INTO "energy_histogram" VALUES(497456,6,2,6,1,1,1,1,0,X'0106B31201',X'0106901401');
INSERT INTO "energy_histogram" VALUES(497456,5,6,4,1,1,1,1,0,X'0106B31201',X'01068C1301');
INSERT INTO "energy_histogram" VALUES(497456,2,4,4,1,1,1,1,0,X'0106B31201',X'0106E41401');
INSERT INTO "energy_histogram" VALUES(497456,1,3,6,1,1,1,1,0,X'0106B31201',X'0106C51301');
INSERT INTO "energy_histogram" VALUES(497456,4,1,4,1,1,1,1,0,X'0106B31201',X'0106D61201');
INSERT INTO "energy_histogram" VALUES(497456,4,4,5,1,1,1,1,0,X'0106B31201',X'0106901401');
INSERT INTO "energy_histogram" VALUES(497456,5,4,5,1,1,1,1,0,X'0106B31201',X'0106FC1301');
INSERT INTO "energy_histogram" VALUES(497456,1,2,5,1,1,1,1,0,X'0106B31201',X'0106DE1301');
INSERT INTO "energy_histogram" VALUES(497456,8,2,6,1,1,1,1,0,X'0106B31201',X'01069E1501');
INSERT INTO "energy_histogram" VALUES(497456,2,5,5,1,1,1,1,0,X'0106B31201',X'0106951401');
INSERT INTO "energy_histogram" VALUES(497456,8,4,5,1,1,1,1,0,X'0106B31201',X'0106A41501');
INSERT INTO "energy_histogram" VALUES(497456,3,2,6,1,1,1,1,0,X'0106B31201',X'0106D51301');
INSERT INTO "energy_histogram" VALUES(497457,2,3,6,1,1,1,1,0,X'0106B31201',X'0106E01301');
INSERT INTO "energy_histogram" VALUES(497457,1,6,6,1,1,1,0,0,X'0106',X'0106');
INSERT INTO "energy_histogram" VALUES(497457,1,4,4,1,1,1,1,0,X'0106B31201',X'0106931301');
INSERT INTO "energy_histogram" VALUES(497457,6,4,6,1,1,1,1,0,X'0106B31201',X'0106C91301');
INSERT INTO "energy_histogram" VALUES(497457,7,4,5,1,1,1,1,0,X'0106B31201',X'0106DF1301');
INSERT INTO "energy_histogram" VALUES(497457,6,6,6,1,1,1,1,0,X'0106B31201',X'0106971101');
INSERT INTO "energy_histogram" VALUES(497457,6,4,5,1,1,1,1,0,X'0106B31201',X'0106E51301');
INSERT INTO "energy_histogram" VALUES(497457,2,2,4,1,1,1,2,0,X'0106B31202',X'0106CB1301850101');
INSERT INTO "energy_histogram" VALUES(497457,6,3,4,1,1,1,1,0,X'0106B31201',X'0106841301');
INSERT INTO "energy_histogram" VALUES(497457,7,4,6,1,1,1,1,0,X'0106B31201',X'0106EF1301');
INSERT INTO "energy_histogram" VALUES(497457,4,5,5,1,1,1,1,0,X'0106B31201',X'0106B01501');
INSERT INTO "energy_histogram" VALUES(497457,3,6,5,1,1,1,1,0,X'0106B31201',X'0106C21301');
INSERT INTO "energy_histogram" VALUES(497457,1,1,6,1,1,1,1,0,X'0106B31201',X'0106E61301');
INSERT INTO "energy_histogram" VALUES(497457,7,3,6,1,1,1,1,0,X'0106B31201',X'0106C21101');
INSERT INTO "energy_histogram" VALUES(497457,1,3,6,1,1,1,1,0,X'0106B31201',X'0106BA1301');
INSERT INTO "energy_histogram" VALUES(497457,4,3,4,1,1,1,1,0,X'0106B31201',X'0106D21301');
INSERT INTO "energy_histogram" VALUES(497458,5,4,6,1,1,1,1,0,X'0106B31201',X'01069A1601');
INSERT INTO "energy_histogram" VALUES(497458,5,1,4,1,1,1,1,0,X'0106B31201',X'0106CF1301');
INSERT INTO "energy_histogram" VALUES(497458,1,3,6,1,1,1,1,0,X'0106B31201',X'0106C21101');
INSERT INTO "energy_histogram" VALUES(497458,3,2,6,1,1,1,1,0,X'0106B31201',X'0106821301');
INSERT INTO "energy_histogram" VALUES(497458,5,5,5,1,1,1,1,0,X'0106B31201',X'01069A1601');
INSERT INTO "energy_histogram" VALUES(497458,6,1,4,1,1,1,1,0,X'0106B31201',X'0106881201');
INSERT INTO "energy_histogram" VALUES(497458,6,6,4,1,1,1,1,0,X'0106B31201',X'0106F71301');
INSERT INTO "energy_histogram" VALUES(497458,2,3,4,1,1,1,1,0,X'0106B31201',X'0106D31301');
INSERT INTO "energy_histogram" VALUES(497458,8,3,5,1,1,1,1,0,X'0106B31201',X'0106D31301');
INSERT INTO "energy_histogram" VALUES(497458,4,6,6,1,1,1,1,0,X'0106B31201',X'0106901301');
INSERT INTO "energy_histogram" VALUES(497458,3,1,5,1,1,1,1,0,X'0106B31201',X'0106D81301');
INSERT INTO "energy_histogram" VALUES(497458,8,6,4,1,1,1,1,0,X'0106B31201',X'0106891201');
INSERT INTO "energy_histogram" VALUES(497458,4,3,4,1,1,1,1,0,X'0106B31201',X'0106B81301');
INSERT INTO "energy_histogram" VALUES(497458,1,2,5,1,1,1,1,0,X'0106B31201',X'0106851401');
INSERT INTO "energy_histogram" VALUES(497458,4,4,4,1,1,1,2,0,X'0106B31202',X'0106C61201CC0101');
INSERT INTO "energy_histogram" VALUES(497458,3,6,6,1,1,1,1,0,X'0106B31201',X'0106C21301');
INSERT INTO "energy_histogram" VALUES(497459,5,6,6,1,1,1,1,0,X'0106B31201',X'01068A1201');
INSERT INTO "energy_histogram" VALUES(497459,4,1,5,1,1,1,1,0,X'0106B31201',X'0106931401');
INSERT INTO "energy_histogram" VALUES(497459,4,6,4,1,1,1,1,0,X'0106B31201',X'0106C41101');
INSERT INTO "energy_histogram" VALUES(497459,5,1,4,1,1,1,1,0,X'0106B31201',X'0106C91401');
INSERT INTO "energy_histogram" VALUES(497459,2,1,4,1,1,1,2,0,X'0106B31202',X'0106D11001F70301');
INSERT INTO "energy_histogram" VALUES(497459,5,6,5,1,1,1,1,0,X'0106B31201',X'0106851401');
INSERT INTO "energy_histogram" VALUES(497459,4,2,4,1,1,1,1,0,X'0106B31201',X'0106F71301');
INSERT INTO "energy_histogram" VALUES(497459,8,6,5,1,1,1,1,0,X'0106B31201',X'0106961401');
INSERT INTO "energy_histogram" VALUES(497459,8,3,6,1,1,1,1,0,X'0106B31201',X'0106F91201');
INSERT INTO "energy_histogram" VALUES(497459,7,4,6,1,1,1,1,0,X'0106B31201',X'0106ED1401');
INSERT INTO "energy_histogram" VALUES(497459,2,6,5,1,1,1,1,0,X'0106B31201',X'0106C01301');
INSERT INTO "energy_histogram" VALUES(497459,8,5,5,1,1,1,1,0,X'0106B31201',X'0106FC1301');
INSERT INTO "energy_histogram" VALUES(497459,3,5,5,1,1,1,1,0,X'0106B31201',X'0106C81401');
INSERT INTO "energy_histogram" VALUES(497459,4,3,4,1,1,1,1,0,X'0106B31201',X'0106DB1301');
INSERT INTO "energy_histogram" VALUES(497459,3,5,6,1,1,1,1,0,X'0106B31201',X'0106D21301');
INSERT INTO "energy_histogram" VALUES(497459,1,4,4,1,1,1,1,0,X'0106B31201',X'0106861401');
INSERT INTO "energy_histogram" VALUES(497460,7,2,6,1,1,1,1,0,X'0106B31201',X'0106941401');
INSERT INTO "energy_histogram" VALUES(497460,5,2,6,1,1,1,1,0,X'0106B31201',X'0106931301');
INSERT INTO "energy_histogram" VALUES(497460,4,3,5,1,1,1,1,0,X'0106B31201',X'0106C51501');
INSERT INTO "energy_histogram" VALUES(497460,8,4,6,1,1,1,1,0,X'0106B31201',X'0106C31301');
INSERT INTO "energy_histogram" VALUES(497460,1,4,5,1,1,1,1,0,X'0106B31201',X'0106C51301');
INSERT INTO "energy_histogram" VALUES(497460,3,4,4,1,1,1,1,0,X'0106B31201',X'01069B1301');
INSERT INTO "energy_histogram" VALUES(497460,6,2,5,1,1,1,1,0,X'0106B31201',X'0106921401');
INSERT INTO "energy_histogram" VALUES(497460,4,6,4,1,1,1,1,0,X'0106B31201',X'0106C91301');
INSERT INTO "energy_histogram" VALUES(497460,2,4,6,1,1,1,1,0,X'0106B31201',X'0106C51201');
INSERT INTO "energy_histogram" VALUES(497460,3,3,6,1,1,1,2,0,X'0106B31202',X'0106C313011A01');
INSERT INTO "energy_histogram" VALUES(497460,1,2,4,1,1,1,1,0,X'0106B31201',X'0106C31301');
INSERT INTO "energy_histogram" VALUES(497460,3,2,4,1,1,1,1,0,X'0106B31201',X'0106B51301');
INSERT INTO "energy_histogram" VALUES(497460,1,1,5,1,1,1,1,0,X'0106B31201',X'0106D21301');
INSERT INTO "energy_histogram" VALUES(497460,2,1,4,1,1,1,1,0,X'0106B31201',X'0106921301');
INSERT INTO "energy_histogram" VALUES(497460,4,4,4,1,1,1,1,0,X'0106B31201',X'01068E1501');
INSERT INTO "energy_histogram" VALUES(497460,4,6,6,1,1,1,1,0,X'0106B31201',X'0106B21401');
INSERT INTO "energy_histogram" VALUES(497461,5,6,5,1,1,1,1,0,X'0106B31201',X'0106911501');
INSERT INTO "energy_histogram" VALUES(497461,4,6,6,1,1,1,1,0,X'0106B31201',X'0106C81301');
INSERT INTO "energy_histogram" VALUES(497461,1,2,4,1,1,1,1,0,X'0106B31201',X'0106A51201');
INSERT INTO "energy_histogram" VALUES(497461,6,4,4,1,1,1,1,0,X'0106B31201',X'0106FA1101');
INSERT INTO "energy_histogram" VALUES(497461,3,2,6,1,1,1,1,0,X'0106B31201',X'01069B1401');
INSERT INTO "energy_histogram" VALUES(497461,8,5,5,1,1,1,2,0,X'0106B31202',X'0106FC11014C01');
INSERT INTO "energy_histogram" VALUES(497461,6,1,4,1,1,1,1,0,X'0106B31201',X'0106BA1301');
INSERT INTO "energy_histogram" VALUES(497461,3,5,6,1,1,1,1,0,X'0106B31201',X'0106D71301');
INSERT INTO "energy_histogram" VALUES(497461,1,3,5,1,1,1,1,0,X'0106B31201',X'0106AD1301');
INSERT INTO "energy_histogram" VALUES(497461,2,2,6,1,1,1,2,0,X'0106B31202',X'0106DD1301920301');
INSERT INTO "energy_histogram" VALUES(497461,4,5,5,1,1,1,1,0,X'0106B31201',X'0106B01401');
INSERT INTO "energy_histogram" VALUES(497461,2,4,6,1,1,1,1,0,X'0106B31201',X'0106E91301');
INSERT INTO "energy_histogram" VALUES(497461,1,5,6,1,1,1,1,0,X'0106B31201',X'0106DD1301');
INSERT INTO "energy_histogram" VALUES(497461,6,6,4,1,1,1,1,0,X'0106B31201',X'0106D01301');
INSERT INTO "energy_histogram" VALUES(497461,7,3,6,1,1,1,1,0,X'0106B31201',X'0106C51301');
INSERT INTO "energy_histogram" VALUES(497461,8,4,4,1,1,1,1,0,X'0106B31201',X'0106B81301');
INSERT INTO "energy_histogram" VALUES(497462,6,1,4,1,1,1,1,0,X'0106B31201',X'0106D01301');
INSERT INTO "energy_histogram" VALUES(497462,8,5,4,1,1,1,1,0,X'0106B31201',X'0106FF1301');
INSERT INTO "energy_histogram" VALUES(497462,8,4,5,1,1,1,1,0,X'0106B31201',X'0106E21301');
INSERT INTO "energy_histogram" VALUES(497462,1,4,5,1,1,1,1,0,X'0106B31201',X'0106D61301');
INSERT INTO "energy_histogram" VALUES(497462,6,2,4,1,1,1,1,0,X'0106B31201',X'0106C21301');
INSERT INTO "energy_histogram" VALUES(497462,2,3,5,1,1,1,1,0,X'0106B31201',X'0106C11301');
INSERT INTO "energy_histogram" VALUES(497462,3,6,5,1,1,1,1,0,X'0106B31201',X'0106C31301');
INSERT INTO "energy_histogram" VALUES(497462,5,4,4,1,1,1,1,0,X'0106B31201',X'0106ED1301');
INSERT INTO "energy_histogram" VALUES(497462,8,1,6,1,1,1,1,0,X'0106B31201',X'01069D1301');
INSERT INTO "energy_histogram" VALUES(497462,8,5,6,1,1,1,1,0,X'0106B31201',X'0106E51301');
INSERT INTO "energy_histogram" VALUES(497462,8,3,4,1,1,1,1,0,X'0106B31201',X'0106821401');
INSERT INTO "energy_histogram" VALUES(497462,7,6,5,1,1,1,1,0,X'0106B31201',X'0106B81501');
INSERT INTO "energy_histogram" VALUES(497462,5,6,6,1,1,1,1,0,X'0106B31201',X'0106C91301');
INSERT INTO "energy_histogram" VALUES(497462,5,5,4,1,1,1,1,0,X'0106B31201',X'0106BB1301');
INSERT INTO "energy_histogram" VALUES(497462,6,2,6,1,1,1,1,0,X'0106B31201',X'0106B81101');
INSERT INTO "energy_histogram" VALUES(497462,7,4,5,1,1,1,1,0,X'0106B31201',X'0106D51301');
INSERT INTO "energy_histogram" VALUES(497462,2,1,6,1,1,1,1,0,X'0106B31201',X'01068D1301');
INSERT INTO "energy_histogram" VALUES(497462,4,3,6,1,1,1,1,0,X'0106B31201',X'0106931201');
INSERT INTO "energy_histogram" VALUES(497462,8,1,5,1,1,1,1,0,X'0106B31201',X'0106C01301');
INSERT INTO "energy_histogram" VALUES(497463,4,1,5,1,1,1,1,0,X'0106B31201',X'0106E51201');
INSERT INTO "energy_histogram" VALUES(497463,6,5,4,1,1,1,1,0,X'0106B31201',X'0106B91301');
INSERT INTO "energy_histogram" VALUES(497463,1,4,6,1,1,1,1,0,X'0106B31201',X'0106DD1301');
INSERT INTO "energy_histogram" VALUES(497463,6,1,4,1,1,1,1,0,X'0106B31201',X'0106C81301');
INSERT INTO "energy_histogram" VALUES(497463,2,4,5,1,1,1,1,0,X'0106B31201',X'0106D41301');
INSERT INTO "energy_histogram" VALUES(497463,8,1,6,1,1,1,1,0,X'0106B31201',X'0106CF1301');
INSERT INTO "energy_histogram" VALUES(497463,6,2,5,1,1,1,1,0,X'0106B31201',X'0106ED1401');
INSERT INTO "energy_histogram" VALUES(497463,1,5,6,1,1,1,0,0,X'0106',X'0106');
INSERT INTO "energy_histogram" VALUES(497463,6,6,5,1,1,1,1,0,X'0106B31201',X'0106B21401');
INSERT INTO "energy_histogram" VALUES(497463,7,5,5,1,1,1,1,0,X'0106B31201',X'0106CF1301');
INSERT INTO "energy_histogram" VALUES(497463,7,5,6,1,1,1,1,0,X'0106B31201',X'0106D01301');
INSERT INTO "energy_histogram" VALUES(497463,1,2,6,1,1,1,1,0,X'0106B31201',X'0106BA1301');
INSERT INTO "energy_histogram" VALUES(497463,5,6,5,1,1,1,1,0,X'0106B31201',X'0106C71301');
INSERT INTO "energy_histogram" VALUES(497463,5,1,6,1,1,1,1,0,X'0106B31201',X'0106B91301');
INSERT INTO "energy_histogram" VALUES(497463,8,3,5,1,1,1,1,0,X'0106B31201',X'0106C21301');
INSERT INTO "energy_histogram" VALUES(497463,2,4,6,1,1,1,1,0,X'0106B31201',X'0106881401');
INSERT INTO "energy_histogram" VALUES(497463,3,5,4,1,1,1,1,0,X'0106B31201',X'0106AB1401');
INSERT INTO "energy_histogram" VALUES(497463,4,6,4,1,1,1,1,0,X'0106B31201',X'0106C01401');
INSERT INTO "energy_histogram" VALUES(497463,7,1,5,1,1,1,1,0,X'0106B31201',X'0106CC1401');
INSERT INTO "energy_histogram" VALUES(497463,5,3,5,1,1,1,1,0,X'0106B31201',X'0106821401');
INSERT INTO "energy_histogram" VALUES(497464,7,5,4,1,1,1,1,0,X'0106B31201',X'0106C81301');
INSERT INTO "energy_histogram" VALUES(497464,4,3,4,1,1,1,1,0,X'0106B31201',X'0106901401');
INSERT INTO "energy_histogram" VALUES(497464,7,3,6,1,1,1,1,0,X'0106B31201',X'0106CA1301');
INSERT INTO "energy_histogram" VALUES(497464,8,3,5,1,1,1,1,0,X'0106B31201',X'0106C01301');
INSERT INTO "energy_histogram" VALUES(497464,6,6,4,1,1,1,1,0,X'0106B31201',X'01068A1301');
INSERT INTO "energy_histogram" VALUES(497464,5,1,6,1,1,1,1,0,X'0106B31201',X'0106D21301');
INSERT INTO "energy_histogram" VALUES(497464,3,4,6,1,1,1,1,0,X'0106B31201',X'0106CB1301');
INSERT INTO "energy_histogram" VALUES(497464,4,6,6,1,1,1,1,0,X'0106B31201',X'0106FF1301');
INSERT INTO "energy_histogram" VALUES(497464,4,5,4,1,1,1,1,0,X'0106B31201',X'0106841301');
INSERT INTO "energy_histogram" VALUES(497464,2,2,4,1,1,1,1,0,X'0106B31201',X'0106C21301');
INSERT INTO "energy_histogram" VALUES(497464,1,5,6,1,1,1,1,0,X'0106B31201',X'0106CC1301');
INSERT INTO "energy_histogram" VALUES(497464,7,6,4,1,1,1,1,0,X'0106B31201',X'0106C51301');
INSERT INTO "energy_histogram" VALUES(497464,5,6,5,1,1,1,1,0,X'0106B31201',X'0106C41301');
INSERT INTO "energy_histogram" VALUES(497464,5,5,4,1,1,1,1,0,X'0106B31201',X'0106BA1401');
INSERT INTO "energy_histogram" VALUES(497464,1,5,4,1,1,1,1,0,X'0106B31201',X'0106811401');
INSERT INTO "energy_histogram" VALUES(497464,8,6,5,1,1,1,1,0,X'0106B31201',X'0106B11301');
INSERT INTO "energy_histogram" VALUES(497464,3,2,4,1,1,1,1,0,X'0106B31201',X'0106DF1301');
INSERT INTO "energy_histogram" VALUES(497464,5,5,6,1,1,1,1,0,X'0106B31201',X'0106CD1301');
INSERT INTO "energy_histogram" VALUES(497465,2,5,4,1,1,1,1,0,X'0106B31201',X'0106C31301');
INSERT INTO "energy_histogram" VALUES(497465,4,5,6,1,1,1,1,0,X'0106B31201',X'0106C11301');
INSERT INTO "energy_histogram" VALUES(497465,2,5,6,1,1,1,1,0,X'0106B31201',X'0106801401');
INSERT INTO "energy_histogram" VALUES(497465,6,5,5,1,1,1,1,0,X'0106B31201',X'0106891401');
INSERT INTO "energy_histogram" VALUES(497465,2,2,4,1,1,1,1,0,X'0106B31201',X'0106CA1301');
INSERT INTO "energy_histogram" VALUES(497465,2,4,4,1,1,1,1,0,X'0106B31201',X'0106C21301');
INSERT INTO "energy_histogram" VALUES(497465,7,6,5,1,1,1,2,0,X'0106B31202',X'0106DE12012D01');
INSERT INTO "energy_histogram" VALUES(497465,4,2,4,1,1,1,1,0,X'0106B31201',X'0106CF1301');
INSERT INTO "energy_histogram" VALUES(497465,6,6,5,1,1,1,1,0,X'0106B31201',X'0106F01401');
INSERT INTO "energy_histogram" VALUES(497465,4,1,4,1,1,1,1,0,X'0106B31201',X'0106971301');
INSERT INTO "energy_histogram" VALUES(497465,4,1,5,1,1,1,1,0,X'0106B31201',X'0106E41301');
INSERT INTO "energy_histogram" VALUES(497465,2,1,6,1,1,1,1,0,X'0106B31201',X'0106F81301');
INSERT INTO "energy_histogram" VALUES(497465,5,4,5,1,1,1,1,0,X'0106B31201',X'0106B81301');
INSERT INTO "energy_histogram" VALUES(497465,4,2,6,1,1,1,1,0,X'0106B31201',X'0106E41501');
INSERT INTO "energy_histogram" VALUES(497465,6,4,4,1,1,1,1,0,X'0106B31201',X'0106E31301');
INSERT INTO "energy_histogram" VALUES(497465,8,2,4,1,1,1,1,0,X'0106B31201',X'0106821401');
INSERT INTO "energy_histogram" VALUES(497465,7,6,4,1,1,1,0,0,X'0106',X'0106');
INSERT INTO "energy_histogram" VALUES(497466,2,1,5,1,1,1,1,0,X'0106B31201',X'01068C1301');
INSERT INTO "energy_histogram" VALUES(497466,4,5,6,1,1,1,1,0,X'0106B31201',X'0106D11401');
INSERT INTO "energy_histogram" VALUES(497466,4,3,5,1,1,1,1,0,X'0106B31201',X'0106871401');
INSERT INTO "energy_histogram" VALUES(497466,7,4,6,1,1,1,1,0,X'0106B31201',X'0106951401');
INSERT INTO "energy_histogram" VALUES(497466,6,5,6,1,1,1,1,0,X'0106B31201',X'0106E81301');
INSERT INTO "energy_histogram" VALUES(497466,7,6,6,1,1,1,1,0,X'0106B31201',X'0106981401');
INSERT INTO "energy_histogram" VALUES(497466,7,1,5,1,1,1,1,0,X'0106B31201',X'0106D71401');
INSERT INTO "energy_histogram" VALUES(497466,1,5,4,1,1,1,2,0,X'0106B31202',X'0106E412017101');
INSERT INTO "energy_histogram" VALUES(497466,5,3,6,1,1,1,1,0,X'0106B31201',X'0106C41201');
INSERT INTO "energy_histogram" VALUES(497466,4,3,6,1,1,1,1,0,X'0106B31201',X'0106881101');
INSERT INTO "energy_histogram" VALUES(497466,3,5,6,1,1,1,2,0,X'0106B31202',X'0106DB13014201');
INSERT INTO "energy_histogram" VALUES(497466,6,5,5,1,1,1,1,0,X'0106B31201',X'0106D91301');
INSERT INTO "energy_histogram" VALUES(497466,1,6,4,1,1,1,1,0,X'0106B31201',X'0106CC1301');
INSERT INTO "energy_histogram" VALUES(497466,6,4,4,1,1,1,1,0,X'0106B31201',X'0106BD1301');
INSERT INTO "energy_histogram" VALUES(497467,8,3,5,1,1,1,1,0,X'0106B31201',X'0106801501');
INSERT INTO "energy_histogram" VALUES(497467,4,1,6,1,1,1,1,0,X'0106B31201',X'0106D61301');
INSERT INTO "energy_histogram" VALUES(497467,8,3,6,1,1,1,1,0,X'0106B31201',X'0106DE1401');
INSERT INTO "energy_histogram" VALUES(497467,4,2,5,1,1,1,1,0,X'0106B31201',X'0106D21301');
INSERT INTO "energy_histogram" VALUES(497467,7,3,6,1,1,1,1,0,X'0106B31201',X'0106FB1201');
INSERT INTO "energy_histogram" VALUES(497467,1,2,6,1,1,1,1,0,X'0106B31201',X'0106CE1401');
INSERT INTO "energy_histogram" VALUES(497467,4,4,4,1,1,1,1,0,X'0106B31201',X'0106D11301');
INSERT INTO "energy_histogram" VALUES(497467,8,1,4,1,1,1,1,0,X'0106B31201',X'0106831401');
INSERT INTO "energy_histogram" VALUES(497467,8,1,5,1,1,1,1,0,X'0106B31201',X'0106D01401');
INSERT INTO "energy_histogram" VALUES(497467,4,5,5,1,1,1,1,0,X'0106B31201',X'0106F91301');
INSERT INTO "energy_histogram" VALUES(497467,5,6,4,1,1,1,1,0,X'0106B31201',X'0106BA1301');
INSERT INTO "energy_histogram" VALUES(497467,4,3,6,1,1,1,1,0,X'0106B31201',X'01069E1401');
INSERT INTO "energy_histogram" VALUES(497467,4,4,6,1,1,1,1,0,X'0106B31201',X'0106CF1301');
INSERT INTO "energy_histogram" VALUES(497467,8,2,5,1,1,1,1,0,X'0106B31201',X'0106CD1301');
INSERT INTO "energy_histogram" VALUES(497468,7,5,5,1,1,1,1,0,X'0106B31201',X'0106B01701');
INSERT INTO "energy_histogram" VALUES(497468,3,6,4,1,1,1,1,0,X'0106B31201',X'0106D11301');
INSERT INTO "energy_histogram" VALUES(497468,2,4,5,1,1,1,2,0,X'0106B31202',X'0106881301E70101');
INSERT INTO "energy_histogram" VALUES(497468,6,1,4,1,1,1,1,0,X'0106B31201',X'0106F91201');
INSERT INTO "energy_histogram" VALUES(497468,4,5,5,1,1,1,1,0,X'0106B31201',X'0106881401');
INSERT INTO "energy_histogram" VALUES(497468,3,4,6,1,1,1,1,0,X'0106B31201',X'0106F11301');
INSERT INTO "energy_histogram" VALUES(497468,8,3,5,1,1,1,1,0,X'0106B31201',X'0106881401');
INSERT INTO "energy_histogram" VALUES(497468,7,5,6,1,1,1,1,0,X'0106B31201',X'0106C31301');
INSERT INTO "energy_histogram" VALUES(497468,2,2,5,1,1,1,1,0,X'0106B31201',X'0106C11401');
INSERT INTO "energy_histogram" VALUES(497468,7,1,5,1,1,1,1,0,X'0106B31201',X'0106CD1301');
INSERT INTO "energy_histogram" VALUES(497468,4,5,6,1,1,1,1,0,X'0106B31201',X'0106891101');
INSERT INTO "energy_histogram" VALUES(497468,5,2,6,1,1,1,1,0,X'0106B31201',X'0106C61301');
INSERT INTO "energy_histogram" VALUES(497469,4,1,6,1,1,1,1,0,X'0106B31201',X'0106D71401');
INSERT INTO "energy_histogram" VALUES(497469,3,4,4,1,1,1,1,0,X'0106B31201',X'0106C51401');
INSERT INTO "energy_histogram" VALUES(497469,6,2,6,1,1,1,2,0,X'0106B31202',X'0106DA13013F01');
INSERT INTO "energy_histogram" VALUES(497469,2,3,4,1,1,1,1,0,X'0106B31201',X'0106DB1301');
INSERT INTO "energy_histogram" VALUES(497469,5,2,4,1,1,1,1,0,X'0106B31201',X'01068F1401');
INSERT INTO "energy_histogram" VALUES(497469,2,5,5,1,1,1,1,0,X'0106B31201',X'0106971301');
INSERT INTO "energy_histogram" VALUES(497469,4,5,4,1,1,1,1,0,X'0106B31201',X'0106981401');
INSERT INTO "energy_histogram" VALUES(497469,6,3,5,1,1,1,1,0,X'0106B31201',X'0106F91301');
INSERT INTO "energy_histogram" VALUES(497469,5,5,4,1,1,1,1,0,X'0106B31201',X'0106B81501');
INSERT INTO "energy_histogram" VALUES(497469,7,1,4,1,1,1,1,0,X'0106B31201',X'0106CB1301');
INSERT INTO "energy_histogram" VALUES(497470,3,4,5,1,1,1,1,0,X'0106B31201',X'0106DA1301');
INSERT INTO "energy_histogram" VALUES(497470,7,1,5,1,1,1,1,0,X'0106B31201',X'0106801401');
INSERT INTO "energy_histogram" VALUES(497470,8,4,4,1,1,1,1,0,X'0106B31201',X'0106C91301');
INSERT INTO "energy_histogram" VALUES(497470,4,5,6,1,1,1,1,0,X'0106B31201',X'0106C31101');
INSERT INTO "energy_histogram" VALUES(497470,4,2,5,1,1,1,1,0,X'0106B31201',X'0106DA1401');
INSERT INTO "energy_histogram" VALUES(497470,4,5,5,1,1,1,1,0,X'0106B31201',X'01068B1401');
INSERT INTO "energy_histogram" VALUES(497470,6,4,4,1,1,1,1,0,X'0106B31201',X'0106851401');
INSERT INTO "energy_histogram" VALUES(497470,3,5,4,1,1,1,1,0,X'0106B31201',X'0106931401');
INSERT INTO "energy_histogram" VALUES(497471,7,2,6,1,1,1,1,0,X'0106B31201',X'0106BA1301');
INSERT INTO "energy_histogram" VALUES(497471,5,2,4,1,1,1,1,0,X'0106B31201',X'0106DE1301');
INSERT INTO "energy_histogram" VALUES(497471,3,4,5,1,1,1,1,0,X'0106B31201',X'0106D71301');
INSERT INTO "energy_histogram" VALUES(497471,6,2,5,1,1,1,1,0,X'0106B31201',X'0106811401');
INSERT INTO "energy_histogram" VALUES(497471,1,1,4,1,1,1,1,0,X'0106B31201',X'0106811301');
INSERT INTO "energy_histogram" VALUES(497471,6,2,6,1,1,1,1,0,X'0106B31201',X'0106851401');
INSERT INTO "energy_histogram" VALUES(497448,3,3,10,2,1,1,1,0,X'0106B31201',X'0106D61301');
INSERT INTO "energy_histogram" VALUES(497448,2,6,4,2,1,1,1,0,X'0106B31201',X'0106A01301');
INSERT INTO "energy_histogram" VALUES(497449,2,4,9,2,1,1,0,0,X'0106',X'0106');
INSERT INTO "energy_histogram" VALUES(497448,3,3,10,3,1,1,1,0,X'0106B31201',X'0106D61301');
INSERT INTO "energy_histogram" VALUES(497448,2,6,4,3,1,1,1,0,X'0106B31201',X'0106A01301');
INSERT INTO "energy_histogram" VALUES(497449,2,4,9,3,1,1,0,0,X'0106',X'0106');
INSERT INTO "energy_histogram" VALUES(497450,4,4,9,3,1,1,1,0,X'0106B31201',X'01069A1601');
INSERT INTO "energy_histogram" VALUES(497451,4,4,11,3,1,1,1,0,X'0106B31201',X'0106B81401');
INSERT INTO "energy_histogram" VALUES(497448,3,3,10,4,1,1,1,0,X'0106B31201',X'0106D61301');
INSERT INTO "energy_histogram" VALUES(497448,2,6,4,4,1,1,1,0,X'0106B31201',X'0106A01301');
INSERT INTO "energy_histogram" VALUES(497449,2,4,9,4,1,1,0,0,X'0106',X'0106');
INSERT INTO "energy_histogram" VALUES(497453,4,4,9,5,0,1,1,0,X'020680E092932080E0929320B31201',X'02068080A6F59D0A8080A6F59D0A9A1601');
CREATE TABLE evidence (evidence_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "evidence" VALUES(1,'measured');
INSERT INTO "evidence" VALUES(2,'estimated');
INSERT INTO "evidence" VALUES(3,'interpolated');
INSERT INTO "evidence" VALUES(4,'profile');
INSERT INTO "evidence" VALUES(5,'annual');
INSERT INTO "evidence" VALUES(6,'missing');
CREATE TABLE factor (                     -- every number that is not from a log or a grid file
  method_id INTEGER NOT NULL REFERENCES method,
  kind TEXT NOT NULL CHECK (kind IN
    ('energy', 'embodied', 'pue', 'water', 'market', 'training', 'pool', 'grid', 'td_loss')),
  subject TEXT NOT NULL,                  -- model, region, zone or country, with the year that it is for; '*' for all others
  unit TEXT NOT NULL,
  low_pico INTEGER NOT NULL CHECK (low_pico >= 0),              -- 10^-12 of the unit
  central_pico INTEGER NOT NULL CHECK (central_pico >= low_pico),
  high_pico INTEGER NOT NULL CHECK (high_pico >= central_pico),
  includes_pue INTEGER NOT NULL CHECK (includes_pue IN (0, 1)),
  boundary TEXT NOT NULL,                 -- of energy: it or facility; of the grid: consumption, production or unstated
  evidence TEXT NOT NULL,
  released TEXT NOT NULL,                 -- or the year that it is for
  source TEXT NOT NULL,
  PRIMARY KEY (method_id, kind, subject, unit)
) STRICT, WITHOUT ROWID;
INSERT INTO "factor" VALUES(1,'energy','*','Wh/request',3960000000000,3960000000000,3960000000000,1,'facility','published','2023','Luccioni, Viguier, Ligozat, "Estimating the Carbon Footprint of BLOOM, a 176B Parameter Language Model", JMLR 24(253), 2023, arXiv:2211.02001: 914 kWh for 230,768 requests on 16 A100 over about 18 days at low load, idle time included. Used here for whatever model the log names, and read as facility energy, as later estimates of ChatGPT''s footprint do.');
INSERT INTO "factor" VALUES(1,'pue','*','facility energy / IT energy',1090000000000,1560000000000,1580000000000,1,'','published','','Uptime Institute, Global Data Center Survey 2024, industry average; low: Google fleet 2024; high: Uptime survey of 2023');
INSERT INTO "factor" VALUES(1,'water','eu-west-1','L/kWh of IT energy',30000000000,30000000000,30000000000,0,'','published','','GSF Real Time Cloud; water: AWS 2024');
INSERT INTO "factor" VALUES(2,'energy','gpt-4o','Wh/cached input token',220000000,220000000,220000000,0,'it','published','2025-02','Epoch AI, "How much energy does ChatGPT use?", February 2025: 0.3 Wh for 500 output tokens on H100 servers, deliberately high, gives 0.6 mWh per output token; about 2.5 Wh with 10,000 input tokens gives (2.5 - 0.3) Wh / 10,000 = 0.22 mWh per input token. Cached input is charged as fresh input, because the estimate says nothing of caches.');
INSERT INTO "factor" VALUES(2,'energy','gpt-4o','Wh/input token',220000000,220000000,220000000,0,'it','published','2025-02','Epoch AI, "How much energy does ChatGPT use?", February 2025: 0.3 Wh for 500 output tokens on H100 servers, deliberately high, gives 0.6 mWh per output token; about 2.5 Wh with 10,000 input tokens gives (2.5 - 0.3) Wh / 10,000 = 0.22 mWh per input token. Cached input is charged as fresh input, because the estimate says nothing of caches.');
INSERT INTO "factor" VALUES(2,'energy','gpt-4o','Wh/output token',600000000,600000000,600000000,0,'it','published','2025-02','Epoch AI, "How much energy does ChatGPT use?", February 2025: 0.3 Wh for 500 output tokens on H100 servers, deliberately high, gives 0.6 mWh per output token; about 2.5 Wh with 10,000 input tokens gives (2.5 - 0.3) Wh / 10,000 = 0.22 mWh per input token. Cached input is charged as fresh input, because the estimate says nothing of caches.');
INSERT INTO "factor" VALUES(2,'pue','*','facility energy / IT energy',1090000000000,1560000000000,1580000000000,1,'','published','','Uptime Institute, Global Data Center Survey 2024, industry average; low: Google fleet 2024; high: Uptime survey of 2023');
INSERT INTO "factor" VALUES(2,'water','eu-west-1','L/kWh of IT energy',30000000000,30000000000,30000000000,0,'','published','','GSF Real Time Cloud; water: AWS 2024');
INSERT INTO "factor" VALUES(3,'energy','*','Wh/request',3960000000000,3960000000000,3960000000000,1,'facility','published','2023','Luccioni, Viguier, Ligozat, "Estimating the Carbon Footprint of BLOOM, a 176B Parameter Language Model", JMLR 24(253), 2023, arXiv:2211.02001: 914 kWh for 230,768 requests on 16 A100 over about 18 days at low load, idle time included. Used here for whatever model the log names, and read as facility energy, as later estimates of ChatGPT''s footprint do.');
CREATE TABLE former_total (               -- what a month was before all was derived by another method
  month INTEGER NOT NULL,                 -- year × 12 + month − 1
  run_id INTEGER NOT NULL REFERENCES run, -- that derived it anew
  method_id INTEGER NOT NULL REFERENCES method,                 -- that it rested on
  requests INTEGER NOT NULL,
  unmatched_requests INTEGER NOT NULL,    -- without energy
  energy_uwh INTEGER,
  energy_uwh_low INTEGER,
  energy_uwh_high INTEGER,
  unmatched_energy_uwh INTEGER NOT NULL,  -- without a grid value
  emissions_ug INTEGER,
  emissions_ug_low INTEGER,
  emissions_ug_high INTEGER,
  PRIMARY KEY (month, run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former_total" VALUES(24321,11,1,295,0,1148400000,1148400000,1148400000,0,309161937,309161937,309161937);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 baseline');
INSERT INTO "grdb_migrations" VALUES('2 audio input tokens');
CREATE TABLE grid_fill (                  -- what the values of hours without one were made of
  hour INTEGER NOT NULL REFERENCES calendar_hour,
  zone TEXT NOT NULL,
  release_id INTEGER NOT NULL,            -- of values; 0: none
  factor TEXT NOT NULL,                   -- subject of a published factor of the grid; '': none
  PRIMARY KEY (hour, zone, release_id, factor)
) STRICT, WITHOUT ROWID;
CREATE TABLE grid_in_force (
  series_id INTEGER NOT NULL REFERENCES grid_series,
  hour INTEGER NOT NULL REFERENCES calendar_hour,
  release_id INTEGER NOT NULL REFERENCES grid_release,
  intensity_mg_per_kwh INTEGER NOT NULL,
  evidence_id INTEGER NOT NULL REFERENCES evidence,
  is_partial INTEGER NOT NULL,
  revised_ms INTEGER,
  PRIMARY KEY (series_id, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE grid_judgement (             -- how a value stands since a later run; of several, the latest run's holds
  series_id INTEGER NOT NULL REFERENCES grid_series,
  hour INTEGER NOT NULL,
  release_id INTEGER NOT NULL REFERENCES grid_release,
  run_id INTEGER NOT NULL REFERENCES run,
  flags INTEGER NOT NULL CHECK (flags BETWEEN 0 AND 31),
  revised_ms INTEGER,
  rank INTEGER NOT NULL,
  PRIMARY KEY (series_id, hour, release_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE grid_mean (                  -- of a day, a month or a year; a later release is the one in force
  series_id INTEGER NOT NULL REFERENCES grid_series,
  first_hour INTEGER NOT NULL,            -- whole UTC hours since 1970-01-01
  end_hour INTEGER NOT NULL CHECK (end_hour > first_hour),
  release_id INTEGER NOT NULL REFERENCES grid_release,
  intensity_mg_per_kwh INTEGER NOT NULL CHECK (intensity_mg_per_kwh BETWEEN 0 AND 10000000),
  PRIMARY KEY (series_id, first_hour, end_hour, release_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE grid_release (
  release_id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  label TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  boundary TEXT NOT NULL                  -- whether of what is made in the zone, or used there
    CHECK (boundary IN ('consumption', 'production', 'unstated')),
  fuel_factors TEXT NOT NULL,             -- where factors of fuels are from; empty where the source states intensities
  losses_inside INTEGER NOT NULL CHECK (losses_inside IN (0, 1)),   -- whether values count electricity lost on its way
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;
INSERT INTO "grid_release" VALUES(1,'hourly','synthetic-hourly.csv','/logs/s/grid/synthetic-hourly.csv',X'F6F343C9E6077EBC50D030EB16BB511DE9AE836D0701D19EF89523EE50F954F7','unstated','',0,1);
INSERT INTO "grid_release" VALUES(2,'hourly','later.csv','/logs/later.csv',X'3E70621A7074E2EE934430A7CF2C65C29E63748899DAA5EFD694943934029533','unstated','',0,2);
INSERT INTO "grid_release" VALUES(3,'electricity-maps','em.csv','/logs/em.csv',X'17EC47FD81602F9A3A2EC0F16DF78E9FB859BCDDD0CA76CD1C86DCDB34DC899C','consumption','',0,3);
CREATE TABLE grid_series (
  series_id INTEGER PRIMARY KEY,
  zone TEXT NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('direct', 'lifecycle')),
  signal TEXT NOT NULL CHECK (signal IN ('average', 'marginal')),
  UNIQUE (zone, basis, signal)
) STRICT;
INSERT INTO "grid_series" VALUES(1,'AU-NSW','direct','average');
INSERT INTO "grid_series" VALUES(2,'AU-NSW','lifecycle','average');
INSERT INTO "grid_series" VALUES(3,'BR-CS','direct','average');
INSERT INTO "grid_series" VALUES(4,'BR-CS','lifecycle','average');
INSERT INTO "grid_series" VALUES(5,'CA-QC','direct','average');
INSERT INTO "grid_series" VALUES(6,'CA-QC','lifecycle','average');
INSERT INTO "grid_series" VALUES(7,'DE','direct','average');
INSERT INTO "grid_series" VALUES(8,'DE','lifecycle','average');
INSERT INTO "grid_series" VALUES(9,'IE','direct','average');
INSERT INTO "grid_series" VALUES(10,'IE','lifecycle','average');
INSERT INTO "grid_series" VALUES(11,'JP-TK','direct','average');
INSERT INTO "grid_series" VALUES(12,'JP-TK','lifecycle','average');
INSERT INTO "grid_series" VALUES(13,'US-MIDA-PJM','direct','average');
INSERT INTO "grid_series" VALUES(14,'US-MIDA-PJM','lifecycle','average');
INSERT INTO "grid_series" VALUES(15,'US-NW-BPAT','direct','average');
INSERT INTO "grid_series" VALUES(16,'US-NW-BPAT','lifecycle','average');
INSERT INTO "grid_series" VALUES(17,'XX-ONE','direct','average');
INSERT INTO "grid_series" VALUES(18,'XX-ONE','lifecycle','average');
CREATE TABLE grid_value (
  series_id INTEGER NOT NULL REFERENCES grid_series,
  hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
  release_id INTEGER NOT NULL REFERENCES grid_release,
  intensity_mg_per_kwh INTEGER NOT NULL CHECK (intensity_mg_per_kwh BETWEEN 0 AND 10000000),
  evidence_id INTEGER NOT NULL REFERENCES evidence,
  flags INTEGER NOT NULL CHECK (flags BETWEEN 0 AND 31),        -- 1 partial; suspect: 2 false zero, 4 false low, 8 negative, 16 spike
  revised_ms INTEGER,                     -- when its source last changed it, since 1970 UTC; NULL where it does not say
  rank INTEGER NOT NULL,                  -- of the sound values of an hour the highest is in force
  PRIMARY KEY (series_id, hour, release_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "grid_value" VALUES(1,497448,1,569850,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497449,1,552040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497450,1,489210,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497451,1,493920,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497452,1,515200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497453,1,554280,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497454,1,611400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497455,1,562460,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497456,1,531210,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497457,1,484280,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497458,1,446880,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497459,1,445530,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497460,1,399000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497461,1,446880,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497462,1,412160,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497463,1,473080,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497464,1,559770,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497465,1,597520,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497466,1,732480,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497467,1,645790,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497468,1,611520,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497469,1,575840,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497470,1,575790,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(1,497471,1,593600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497448,1,664320,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497449,1,643840,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497450,1,571590,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497451,1,577000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497452,1,601480,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497453,1,646420,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497454,1,712110,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497455,1,655820,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497456,1,619890,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497457,1,565920,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497458,1,522910,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497459,1,521350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497460,1,467850,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497461,1,522910,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497462,1,482980,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497463,1,553040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497464,1,652730,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497465,1,696140,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497466,1,851350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497467,1,751650,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497468,1,712240,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497469,1,671210,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497470,1,671150,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(2,497471,1,691640,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497448,1,80350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497449,1,87040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497450,1,79440,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497451,1,86670,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497452,1,80310,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497453,1,80260,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497454,1,96350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497455,1,91360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497456,1,93630,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497457,1,74520,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497458,1,81640,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497459,1,63180,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497460,1,60750,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497461,1,63610,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497462,1,77040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497463,1,85530,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497464,1,90840,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497465,1,103950,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497466,1,108000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497467,1,117180,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497468,1,112320,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497469,1,107800,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497470,1,98260,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(3,497471,1,86400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497448,1,101400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497449,1,109090,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497450,1,100350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497451,1,108670,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497452,1,101350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497453,1,101290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497454,1,119800,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497455,1,114060,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497456,1,116670,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497457,1,94690,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497458,1,102880,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497459,1,81650,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497460,1,78860,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497461,1,82150,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497462,1,97590,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497463,1,107350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497464,1,113460,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497465,1,128540,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497466,1,133200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497467,1,143750,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497468,1,138160,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497469,1,132970,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497470,1,121990,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(4,497471,1,108360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497448,1,8060,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497449,1,7210,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497450,1,7860,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497451,1,7480,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497452,1,8020,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497453,1,8540,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497454,1,7630,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497455,1,8290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497456,1,8400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497457,1,6620,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497458,1,6780,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497459,1,6610,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497460,1,6120,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497461,1,6560,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497462,1,6080,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497463,1,7040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497464,1,7680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497465,1,9680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497466,1,9120,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497467,1,9820,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497468,1,10170,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497469,1,8760,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497470,1,8980,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(5,497471,1,8000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497448,1,18260,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497449,1,17290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497450,1,18030,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497451,1,17600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497452,1,18220,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497453,1,18820,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497454,1,17770,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497455,1,18530,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497456,1,18660,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497457,1,16610,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497458,1,16790,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497459,1,16600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497460,1,16030,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497461,1,16540,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497462,1,15990,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497463,1,17090,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497464,1,17830,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497465,1,20130,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497466,1,19480,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497467,1,20290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497468,1,20690,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497469,1,19070,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497470,1,19320,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(6,497471,1,18200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497448,1,342720,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497449,1,325680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497450,1,312490,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497451,1,318240,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497452,1,306540,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497453,1,316540,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497454,1,324360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497455,1,337820,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497456,1,322520,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497457,1,306540,2,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497458,1,288450,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497459,1,251940,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497460,1,272850,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497461,1,279070,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497462,1,255680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497463,1,311160,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497464,1,329860,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497465,1,385220,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497466,1,444720,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497467,1,417380,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497468,1,420240,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497469,1,418770,2,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497470,1,371210,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(7,497471,1,353600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497448,1,403120,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497449,1,383530,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497450,1,368360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497451,1,374970,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497452,1,361520,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497453,1,373020,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497454,1,382010,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497455,1,397490,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497456,1,379890,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497457,1,361520,2,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497458,1,340710,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497459,1,298730,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497460,1,322770,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497461,1,329930,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497462,1,303030,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497463,1,366830,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497464,1,388330,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497465,1,452000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497466,1,520420,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497467,1,488980,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497468,1,492270,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497469,1,490580,2,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497470,1,435890,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(8,497471,1,415640,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497448,1,276480,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497449,1,276210,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497450,1,278460,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497451,1,288900,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497452,1,248400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497453,1,264600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497454,1,302100,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497455,1,301320,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497456,1,324360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497457,1,276000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497458,1,267120,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497459,1,217620,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497460,1,245250,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497461,1,221160,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497462,1,254400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497463,1,277200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497464,1,323400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497465,1,300300,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497466,1,381600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497467,1,390600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497468,1,331200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497469,1,308490,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497470,1,305280,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(9,497471,1,288000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497448,1,326950,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497449,1,326640,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497450,1,329220,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497451,1,341230,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497452,1,294660,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497453,1,313290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497454,1,356410,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497455,1,355510,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497456,1,382010,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497457,1,326400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497458,1,316180,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497459,1,259260,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497460,1,291030,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497461,1,263330,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497462,1,301560,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497463,1,327780,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497464,1,380910,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497465,1,354340,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497466,1,447840,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497467,1,458190,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497468,1,389880,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497469,1,363760,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497470,1,360070,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(10,497471,1,340200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497448,1,476920,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497449,1,389290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497450,1,389290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497451,1,376740,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497452,1,385110,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497453,1,446290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497454,1,531480,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497455,1,541510,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497456,1,441040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497457,1,465520,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497458,1,386400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497459,1,326500,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497460,1,345000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497461,1,346100,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497462,1,386400,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497463,1,400750,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497464,1,432760,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497465,1,490820,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497466,1,496800,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497467,1,587510,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497468,1,563040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497469,1,499000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497470,1,472970,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(11,497471,1,473800,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497448,1,557450,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497449,1,456680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497450,1,456680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497451,1,442250,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497452,1,451870,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497453,1,522230,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497454,1,620200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497455,1,631730,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497456,1,516190,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497457,1,544340,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497458,1,453360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497459,1,384470,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497460,1,405750,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497461,1,407010,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497462,1,453360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497463,1,469860,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497464,1,506670,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497465,1,573440,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497466,1,580320,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497467,1,684630,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497468,1,656490,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497469,1,582850,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497470,1,552910,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(12,497471,1,553870,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497448,1,390330,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497448,2,390933,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497449,1,360460,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497449,2,360946,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497450,1,376920,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497450,2,376992,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497451,1,369360,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497451,2,369936,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497452,1,377560,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497452,2,377956,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497453,1,398460,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497453,2,398946,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497454,1,439050,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497454,2,439905,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497455,1,406290,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497455,2,406929,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497456,1,387600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497456,2,387960,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497457,1,321630,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497457,2,321963,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497458,1,306430,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497458,2,306943,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497459,1,269720,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497459,2,269972,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497460,1,287850,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497460,2,287985,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497461,1,283020,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497461,2,283902,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497462,1,300960,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497462,2,300996,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497463,1,314330,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497463,2,314933,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497464,1,357500,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497464,2,357950,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497465,1,443080,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497465,2,443908,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497466,1,474240,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497466,2,474924,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497467,1,428790,2,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497467,2,428979,2,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497468,1,478800,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497468,2,478980,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497469,1,433690,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497469,2,433969,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497470,1,435020,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497470,2,435902,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(13,497471,1,406600,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(13,497471,2,406960,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(14,497448,1,457870,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497449,1,423520,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497450,1,442450,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497451,1,433760,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497452,1,443190,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497453,1,467220,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497454,1,513900,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497455,1,476230,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497456,1,454740,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497457,1,378870,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497458,1,361390,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497459,1,319170,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497460,1,340020,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497461,1,334470,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497462,1,355100,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497463,1,370470,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497464,1,420120,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497465,1,518540,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497466,1,554370,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497467,1,502100,2,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497468,1,559620,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497469,1,507740,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497470,1,509270,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(14,497471,1,476590,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497448,1,106650,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497448,2,106965,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497449,1,104340,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497449,2,104934,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497450,1,105100,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497450,2,105910,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497451,1,106920,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497451,2,106992,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497452,1,92090,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497452,2,92909,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497453,1,112110,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497453,2,112911,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497454,1,115430,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497454,2,115943,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497455,1,130680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497455,2,130968,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497456,1,116680,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497456,2,116968,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497457,1,99170,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497457,2,99917,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497458,1,97020,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497458,2,97902,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497459,1,88370,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497459,2,88937,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497460,1,77550,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497460,2,77955,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497461,1,87780,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497461,2,87978,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497462,1,88000,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497462,2,88900,1,0,NULL,2);
INSERT INTO "grid_value" VALUES(15,497463,1,87120,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497464,1,104560,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497465,1,133100,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497466,1,124080,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497467,1,148670,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497468,1,135960,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497469,1,129270,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497470,1,114260,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(15,497471,1,107800,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497448,1,131640,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497449,1,128990,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497450,1,129860,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497451,1,131950,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497452,1,114900,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497453,1,137920,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497454,1,141740,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497455,1,159280,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497456,1,143180,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497457,1,123040,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497458,1,120570,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497459,1,110620,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497460,1,98180,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497461,1,109940,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497462,1,110200,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497463,1,109180,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497464,1,129240,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497465,1,162060,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497466,1,151690,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497467,1,179970,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497468,1,165350,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497469,1,157660,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497470,1,140390,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(16,497471,1,132970,1,0,NULL,1);
INSERT INTO "grid_value" VALUES(17,492322,3,100000,1,0,NULL,3);
INSERT INTO "grid_value" VALUES(17,492323,3,200250,2,0,NULL,3);
INSERT INTO "grid_value" VALUES(17,492324,3,0,1,0,NULL,3);
INSERT INTO "grid_value" VALUES(18,492322,3,150500,1,0,NULL,3);
INSERT INTO "grid_value" VALUES(18,492323,3,251000,2,0,NULL,3);
INSERT INTO "grid_value" VALUES(18,492324,3,12300,1,4,NULL,3);
INSERT INTO "grid_value" VALUES(18,492325,3,260000,1,0,NULL,3);
CREATE TABLE hour_emission (
  hour INTEGER NOT NULL REFERENCES calendar_hour,
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, not_run_requests INTEGER NOT NULL, cache_hit_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, cached_input_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, items INTEGER NOT NULL, duration_ms INTEGER NOT NULL, aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, audio_input_tokens INTEGER NOT NULL, energy_requests INTEGER NOT NULL, matched_requests INTEGER NOT NULL, energy_output_tokens INTEGER NOT NULL, matched_output_tokens INTEGER NOT NULL, measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL, filled_energy_uwh INTEGER NOT NULL, unmatched_energy_uwh INTEGER NOT NULL, assumed_energy_uwh INTEGER NOT NULL, assumed_emissions_ug INTEGER NOT NULL, failed_energy_uwh INTEGER NOT NULL, energy_model_down_uwh INTEGER NOT NULL, energy_model_up_uwh INTEGER NOT NULL, energy_pue_down_uwh INTEGER NOT NULL, energy_pue_up_uwh INTEGER NOT NULL, emissions_model_down_ug INTEGER NOT NULL, emissions_model_up_ug INTEGER NOT NULL, emissions_pue_down_ug INTEGER NOT NULL, emissions_pue_up_ug INTEGER NOT NULL, emissions_grid_down_ug INTEGER NOT NULL, emissions_grid_up_ug INTEGER NOT NULL, embodied_model_down_ug INTEGER NOT NULL, embodied_model_up_ug INTEGER NOT NULL, energy_uwh INTEGER, emissions_ug INTEGER, it_energy_uwh INTEGER, market_emissions_ug INTEGER, marginal_emissions_ug INTEGER, td_loss_emissions_ug INTEGER, embodied_ug INTEGER, on_site_water_nl INTEGER, off_site_water_nl INTEGER, energy_uwh_low INTEGER, energy_uwh_high INTEGER, emissions_ug_low INTEGER, emissions_ug_high INTEGER, embodied_ug_low INTEGER, embodied_ug_high INTEGER,
  PRIMARY KEY (hour, region_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE hour_factor (                -- what turns the cells of an hour, region and model into energy and emissions
  hour INTEGER NOT NULL REFERENCES calendar_hour,
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  pool TEXT,                              -- whose energy its cells share
  evidence_id INTEGER NOT NULL REFERENCES evidence,
  grid_step TEXT NOT NULL,                -- of the ladder; empty for a value that was imported
  requests INTEGER NOT NULL CHECK (requests >= 0),              -- of all its cells
  requestless_tokens INTEGER NOT NULL CHECK (requestless_tokens >= 0),   -- that no request is known of
  energy_uwh INTEGER,                     -- of all its cells, facility
  assumed_energy_uwh INTEGER NOT NULL,    -- of requests whose usage is not known
  energy_evidence TEXT,                   -- NULL, like the coefficients: the model is unmatched
  batch_milli INTEGER,                    -- mean requests at once in 1/1000, where it counts
  intensity_mg_per_kwh INTEGER,           -- NULL: missing
  intensity_mg_per_kwh_low INTEGER,
  intensity_mg_per_kwh_high INTEGER,
  market_mg_per_kwh INTEGER,
  marginal_mg_per_kwh INTEGER,
  td_loss_ppm INTEGER,                    -- lost on the way ÷ arrived
  pue_ppm INTEGER,                        -- NULL: the coefficients include PUE
  pue_ppm_low INTEGER,
  pue_ppm_high INTEGER,
  on_site_water_ul_per_kwh INTEGER,       -- of IT energy
  off_site_water_ul_per_kwh INTEGER,      -- of facility energy
  request_pwh INTEGER, input_pwh INTEGER, cached_input_pwh INTEGER, output_pwh INTEGER, item_pwh INTEGER, metered_pwh INTEGER, unknown_request_pwh INTEGER, unknown_input_pwh INTEGER, unknown_output_pwh INTEGER, request_pwh_low INTEGER, input_pwh_low INTEGER, cached_input_pwh_low INTEGER, output_pwh_low INTEGER, item_pwh_low INTEGER, metered_pwh_low INTEGER, unknown_request_pwh_low INTEGER, unknown_input_pwh_low INTEGER, unknown_output_pwh_low INTEGER, request_pwh_high INTEGER, input_pwh_high INTEGER, cached_input_pwh_high INTEGER, output_pwh_high INTEGER, item_pwh_high INTEGER, metered_pwh_high INTEGER, unknown_request_pwh_high INTEGER, unknown_input_pwh_high INTEGER, unknown_output_pwh_high INTEGER, request_embodied_pg INTEGER, input_embodied_pg INTEGER, cached_input_embodied_pg INTEGER, output_embodied_pg INTEGER, item_embodied_pg INTEGER, metered_embodied_pg INTEGER, unknown_request_embodied_pg INTEGER, unknown_input_embodied_pg INTEGER, unknown_output_embodied_pg INTEGER, request_embodied_pg_low INTEGER, input_embodied_pg_low INTEGER, cached_input_embodied_pg_low INTEGER, output_embodied_pg_low INTEGER, item_embodied_pg_low INTEGER, metered_embodied_pg_low INTEGER, unknown_request_embodied_pg_low INTEGER, unknown_input_embodied_pg_low INTEGER, unknown_output_embodied_pg_low INTEGER, request_embodied_pg_high INTEGER, input_embodied_pg_high INTEGER, cached_input_embodied_pg_high INTEGER, output_embodied_pg_high INTEGER, item_embodied_pg_high INTEGER, metered_embodied_pg_high INTEGER, unknown_request_embodied_pg_high INTEGER, unknown_input_embodied_pg_high INTEGER, unknown_output_embodied_pg_high INTEGER,
  PRIMARY KEY (hour, region_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_total (                 -- of months whose rows wait to be derived by another program; empty otherwise
  month INTEGER PRIMARY KEY,
  method_id INTEGER NOT NULL REFERENCES method,
  requests INTEGER NOT NULL,
  unmatched_requests INTEGER NOT NULL,
  energy_uwh INTEGER,
  energy_uwh_low INTEGER,
  energy_uwh_high INTEGER,
  unmatched_energy_uwh INTEGER NOT NULL,
  emissions_ug INTEGER,
  emissions_ug_low INTEGER,
  emissions_ug_high INTEGER
) STRICT;
CREATE TABLE meter_reading (
  pool TEXT NOT NULL,
  hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
  release_id INTEGER NOT NULL REFERENCES meter_release,
  energy_uwh INTEGER NOT NULL CHECK (energy_uwh >= 0),
  PRIMARY KEY (pool, hour, release_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "meter_reading" VALUES('rack',497453,1,3000000000);
INSERT INTO "meter_reading" VALUES('rack',497453,2,4000000000);
CREATE TABLE meter_release (              -- a later release of an hour is the one in force
  release_id INTEGER PRIMARY KEY,
  label TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;
INSERT INTO "meter_release" VALUES(1,'m.csv','/logs/m.csv',X'9AC6728A9318D3C802FA3BB11800A47F370B7C5D4A66555AB63F2CC2CD34C5A9',8);
INSERT INTO "meter_release" VALUES(2,'m2.csv','/logs/m2.csv',X'80DEAB54D0F8E264BB148AEA9EC1B49B15096AAB417F97D123DF379949A7FEB6',9);
CREATE TABLE method (                     -- the choices that derived rows rested on
  method_id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  energy_model TEXT NOT NULL,
  energy_model_summary TEXT NOT NULL,
  energy_boundary TEXT NOT NULL CHECK (energy_boundary IN ('it', 'facility')),
  basis TEXT NOT NULL CHECK (basis IN ('direct', 'lifecycle')),
  signal TEXT NOT NULL CHECK (signal IN ('average', 'marginal'))
) STRICT;
INSERT INTO "method" VALUES(1,X'C728AF24D52EA5DCE390C31A8E5A8CD4142FACD0AFBC19C388D440A547B8BCBB','flat-bloom','3.96 Wh per request, measured on the public BLOOM-176B service of 2022','facility','direct','average');
INSERT INTO "method" VALUES(2,X'1F8D50C5B0D5690A02E742151057FE9AC6BE734BC74BFE3DB0A9BC64A92C681C','per-token-epoch','0.6 mWh per output token and 0.22 mWh per input token, an estimate for GPT-4o','it','direct','average');
INSERT INTO "method" VALUES(3,X'9D2ADF80AF64E9B80BC26CB523AD7B847C05134E4F2365053300017BB3A56C55','flat-bloom','3.96 Wh per request, measured on the public BLOOM-176B service of 2022','facility','direct','average');
CREATE TABLE method_part (
  method_id INTEGER NOT NULL REFERENCES method,
  part TEXT NOT NULL,                     -- derivation, energy_model, names, tables, ladder or basis
  sha256 BLOB NOT NULL REFERENCES method_text,
  PRIMARY KEY (method_id, part)
) STRICT, WITHOUT ROWID;
INSERT INTO "method_part" VALUES(1,'basis',X'3DB9B72485483C14EB068438BCD83DE78934B901D9EDBDB5BD2CDB2FE649B756');
INSERT INTO "method_part" VALUES(1,'derivation',X'26430B19ED86D5125349DA724E54C48F90238D60745C56525026ACD133837923');
INSERT INTO "method_part" VALUES(1,'energy_model',X'4D4F994175A9AB83C83F9216EC248E06189C3D72BF95800DFC8EA1F6801974DD');
INSERT INTO "method_part" VALUES(1,'ladder',X'F7E0801525535C6E084E9A26CDA3DDFA3A42618E8E5B51417D65FC4F037CA6F7');
INSERT INTO "method_part" VALUES(1,'names',X'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855');
INSERT INTO "method_part" VALUES(1,'tables',X'E5177A91D682BDBB7C9C3C8436379A4E3ABE77ABED50F71CCCBB468409AAA24C');
INSERT INTO "method_part" VALUES(2,'basis',X'3DB9B72485483C14EB068438BCD83DE78934B901D9EDBDB5BD2CDB2FE649B756');
INSERT INTO "method_part" VALUES(2,'derivation',X'26430B19ED86D5125349DA724E54C48F90238D60745C56525026ACD133837923');
INSERT INTO "method_part" VALUES(2,'energy_model',X'B6EF0DB01D42425C1BF16C8603C1661C6A5D40AE5084249D2D09DB2226C87E4F');
INSERT INTO "method_part" VALUES(2,'ladder',X'F7E0801525535C6E084E9A26CDA3DDFA3A42618E8E5B51417D65FC4F037CA6F7');
INSERT INTO "method_part" VALUES(2,'names',X'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855');
INSERT INTO "method_part" VALUES(2,'tables',X'E5177A91D682BDBB7C9C3C8436379A4E3ABE77ABED50F71CCCBB468409AAA24C');
INSERT INTO "method_part" VALUES(3,'basis',X'3DB9B72485483C14EB068438BCD83DE78934B901D9EDBDB5BD2CDB2FE649B756');
INSERT INTO "method_part" VALUES(3,'derivation',X'26430B19ED86D5125349DA724E54C48F90238D60745C56525026ACD133837923');
INSERT INTO "method_part" VALUES(3,'energy_model',X'33F35750C9FCC0CECAAD0D069CB67F821CD091208E778FE7F9129A5316042326');
INSERT INTO "method_part" VALUES(3,'ladder',X'1C06928554C390B50A3EE2F29B5A230B40B01E516C2DA26AD13D328FB46899D2');
INSERT INTO "method_part" VALUES(3,'names',X'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855');
INSERT INTO "method_part" VALUES(3,'tables',X'26AB08FFB045C7CBD9BC2804882D99FAF377F1DFE29604D5D7F6B443C163FAD9');
CREATE TABLE method_text (                -- canonical text of a part, once for all methods that share it
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "method_text" VALUES(X'1C06928554C390B50A3EE2F29B5A230B40B01E516C2DA26AD13D328FB46899D2','ladder * 168 6 24 seasonal_linear linear 2D336BBA');
INSERT INTO "method_text" VALUES(X'26430B19ED86D5125349DA724E54C48F90238D60745C56525026ACD133837923','derivation 7');
INSERT INTO "method_text" VALUES(X'26AB08FFB045C7CBD9BC2804882D99FAF377F1DFE29604D5D7F6B443C163FAD9','default-pue 1090000 1560000 1580000 Upti 3811C88B');
INSERT INTO "method_text" VALUES(X'33F35750C9FCC0CECAAD0D069CB67F821CD091208E778FE7F9129A5316042326','energy-model {name: flat-bloom
about: 3. 5E0C9181');
INSERT INTO "method_text" VALUES(X'3DB9B72485483C14EB068438BCD83DE78934B901D9EDBDB5BD2CDB2FE649B756','basis direct');
INSERT INTO "method_text" VALUES(X'4D4F994175A9AB83C83F9216EC248E06189C3D72BF95800DFC8EA1F6801974DD','energy-model {name: flat-bloom
about: 3.');
INSERT INTO "method_text" VALUES(X'B6EF0DB01D42425C1BF16C8603C1661C6A5D40AE5084249D2D09DB2226C87E4F','energy-model {name: per-token-epoch
abou');
INSERT INTO "method_text" VALUES(X'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855','');
INSERT INTO "method_text" VALUES(X'E5177A91D682BDBB7C9C3C8436379A4E3ABE77ABED50F71CCCBB468409AAA24C','default-pue 1090000 1560000 1580000 Upti');
INSERT INTO "method_text" VALUES(X'F7E0801525535C6E084E9A26CDA3DDFA3A42618E8E5B51417D65FC4F037CA6F7','ladder * 168 6 24 seasonal_linear linear');
CREATE TABLE model (model_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "model" VALUES(1,'mistral-large-2411');
INSERT INTO "model" VALUES(2,'llama-3.1-70b-instruct');
INSERT INTO "model" VALUES(3,'gpt-4o-mini');
INSERT INTO "model" VALUES(4,'gpt-4o');
INSERT INTO "model" VALUES(5,'claude-sonnet-4-5');
INSERT INTO "model" VALUES(6,'gpt-5-mini');
CREATE TABLE model_entry (                -- models without a row are unmatched
  model_id INTEGER PRIMARY KEY REFERENCES model,
  entry TEXT NOT NULL                     -- of the energy model
) STRICT;
CREATE TABLE month_coverage (
  month INTEGER NOT NULL REFERENCES calendar_month,
  region_id INTEGER NOT NULL,             -- 0: rejected lines, which name none
  measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL, interpolated_energy_uwh INTEGER NOT NULL, profile_energy_uwh INTEGER NOT NULL, annual_energy_uwh INTEGER NOT NULL, missing_energy_uwh INTEGER NOT NULL, energy_metered_uwh INTEGER NOT NULL, energy_measured_uwh INTEGER NOT NULL, energy_modelled_uwh INTEGER NOT NULL, energy_published_uwh INTEGER NOT NULL, energy_assumed_uwh INTEGER NOT NULL, requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, unmatched_model_requests INTEGER NOT NULL, rejected_lines INTEGER NOT NULL,
  PRIMARY KEY (month, region_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE month_total (                -- ranges joined by the rule of reports
  month INTEGER PRIMARY KEY REFERENCES calendar_month,
  requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, not_run_requests INTEGER NOT NULL, cache_hit_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, cached_input_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, items INTEGER NOT NULL, duration_ms INTEGER NOT NULL, aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, audio_input_tokens INTEGER NOT NULL, energy_requests INTEGER NOT NULL, matched_requests INTEGER NOT NULL, energy_output_tokens INTEGER NOT NULL, matched_output_tokens INTEGER NOT NULL, measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL, filled_energy_uwh INTEGER NOT NULL, unmatched_energy_uwh INTEGER NOT NULL, assumed_energy_uwh INTEGER NOT NULL, assumed_emissions_ug INTEGER NOT NULL, failed_energy_uwh INTEGER NOT NULL, energy_model_down_uwh INTEGER NOT NULL, energy_model_up_uwh INTEGER NOT NULL, energy_pue_down_uwh INTEGER NOT NULL, energy_pue_up_uwh INTEGER NOT NULL, emissions_model_down_ug INTEGER NOT NULL, emissions_model_up_ug INTEGER NOT NULL, emissions_pue_down_ug INTEGER NOT NULL, emissions_pue_up_ug INTEGER NOT NULL, emissions_grid_down_ug INTEGER NOT NULL, emissions_grid_up_ug INTEGER NOT NULL, embodied_model_down_ug INTEGER NOT NULL, embodied_model_up_ug INTEGER NOT NULL, energy_uwh INTEGER, emissions_ug INTEGER, it_energy_uwh INTEGER, market_emissions_ug INTEGER, marginal_emissions_ug INTEGER, td_loss_emissions_ug INTEGER, embodied_ug INTEGER, on_site_water_nl INTEGER, off_site_water_nl INTEGER, energy_uwh_low INTEGER, energy_uwh_high INTEGER, emissions_ug_low INTEGER, emissions_ug_high INTEGER, embodied_ug_low INTEGER, embodied_ug_high INTEGER
) STRICT;
CREATE TABLE month_training (             -- a model's share of its training; in no other figure
  month INTEGER NOT NULL REFERENCES calendar_month,
  model_id INTEGER NOT NULL REFERENCES model,
  subject TEXT NOT NULL,                  -- that the method knows it by
  unit TEXT NOT NULL,
  source TEXT NOT NULL,
  requests INTEGER NOT NULL,
  training_ug INTEGER,                    -- NULL: nobody counted the requests
  PRIMARY KEY (month, model_id, subject, unit)
) STRICT, WITHOUT ROWID;
CREATE TABLE monthly_emission (
  month INTEGER NOT NULL REFERENCES calendar_month,
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  dimension_id INTEGER NOT NULL REFERENCES dimension,
  requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, not_run_requests INTEGER NOT NULL, cache_hit_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, cached_input_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, items INTEGER NOT NULL, duration_ms INTEGER NOT NULL, aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, audio_input_tokens INTEGER NOT NULL, energy_requests INTEGER NOT NULL, matched_requests INTEGER NOT NULL, energy_output_tokens INTEGER NOT NULL, matched_output_tokens INTEGER NOT NULL, measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL, filled_energy_uwh INTEGER NOT NULL, unmatched_energy_uwh INTEGER NOT NULL, assumed_energy_uwh INTEGER NOT NULL, assumed_emissions_ug INTEGER NOT NULL, failed_energy_uwh INTEGER NOT NULL, energy_model_down_uwh INTEGER NOT NULL, energy_model_up_uwh INTEGER NOT NULL, energy_pue_down_uwh INTEGER NOT NULL, energy_pue_up_uwh INTEGER NOT NULL, emissions_model_down_ug INTEGER NOT NULL, emissions_model_up_ug INTEGER NOT NULL, emissions_pue_down_ug INTEGER NOT NULL, emissions_pue_up_ug INTEGER NOT NULL, emissions_grid_down_ug INTEGER NOT NULL, emissions_grid_up_ug INTEGER NOT NULL, embodied_model_down_ug INTEGER NOT NULL, embodied_model_up_ug INTEGER NOT NULL, energy_uwh INTEGER, emissions_ug INTEGER, it_energy_uwh INTEGER, market_emissions_ug INTEGER, marginal_emissions_ug INTEGER, td_loss_emissions_ug INTEGER, embodied_ug INTEGER, on_site_water_nl INTEGER, off_site_water_nl INTEGER, energy_uwh_low INTEGER, energy_uwh_high INTEGER, emissions_ug_low INTEGER, emissions_ug_high INTEGER, embodied_ug_low INTEGER, embodied_ug_high INTEGER,
  PRIMARY KEY (month, region_id, model_id, dimension_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE moved_file (                 -- whether its bytes were met under other names only, when its own held others
  file_id INTEGER NOT NULL REFERENCES source_file,
  run_id INTEGER NOT NULL REFERENCES run, -- the latest run that met it holds
  is_moved INTEGER NOT NULL CHECK (is_moved IN (0, 1)),
  PRIMARY KEY (file_id, run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "moved_file" VALUES(3,7,1);
CREATE TABLE pool_hour (                  -- what a pool drew, and who it is charged to
  hour INTEGER NOT NULL REFERENCES calendar_hour,
  pool TEXT NOT NULL,
  supply TEXT NOT NULL CHECK (supply IN ('meter', 'hardware')),
  supplied_uwh INTEGER NOT NULL,
  modelled_uwh INTEGER NOT NULL,          -- what the energy model gives the same requests
  allocated_uwh INTEGER NOT NULL CHECK (allocated_uwh >= 0),    -- to requests
  unmatched_uwh INTEGER NOT NULL CHECK (unmatched_uwh >= 0),    -- to models that are not known
  idle_uwh INTEGER NOT NULL CHECK (idle_uwh >= 0),
  idle_energy_uwh INTEGER NOT NULL,       -- facility
  zone TEXT,
  evidence_id INTEGER NOT NULL REFERENCES evidence,
  grid_step TEXT NOT NULL,                -- of the ladder; empty for a value that was imported
  intensity_mg_per_kwh INTEGER,           -- NULL: missing
  idle_emissions_ug INTEGER,
  PRIMARY KEY (hour, pool),
  CONSTRAINT supply_is_spent CHECK (supplied_uwh = allocated_uwh + unmatched_uwh + idle_uwh)
) STRICT, WITHOUT ROWID;
CREATE TABLE rare_usage (                 -- of cells of which any of these is not 0
  hour INTEGER NOT NULL,
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  dimension_id INTEGER NOT NULL REFERENCES dimension,
  file_id INTEGER NOT NULL REFERENCES source_file,
  not_run_requests INTEGER NOT NULL DEFAULT 0 CHECK (not_run_requests >= 0),
  cache_hit_requests INTEGER NOT NULL DEFAULT 0 CHECK (cache_hit_requests >= 0),
  cache_write_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cache_write_tokens >= 0),
  metered_uwh INTEGER NOT NULL DEFAULT 0 CHECK (metered_uwh >= 0),
  metered_requests INTEGER NOT NULL DEFAULT 0 CHECK (metered_requests >= 0),
  unknown_input_requests INTEGER NOT NULL DEFAULT 0 CHECK (unknown_input_requests >= 0),
  unknown_output_requests INTEGER NOT NULL DEFAULT 0 CHECK (unknown_output_requests >= 0),
  failed_input_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_input_tokens >= 0),
  failed_cached_input_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_cached_input_tokens >= 0),
  failed_output_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_output_tokens >= 0),
  aggregated_requests INTEGER NOT NULL DEFAULT 0 CHECK (aggregated_requests >= 0),
  uncounted_tokens INTEGER NOT NULL DEFAULT 0 CHECK (uncounted_tokens >= 0), audio_input_tokens INTEGER NOT NULL DEFAULT 0
  CHECK (audio_input_tokens >= 0),
  PRIMARY KEY (hour, region_id, model_id, dimension_id, file_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "rare_usage" VALUES(497449,2,4,9,3,0,0,0,0,0,1,1,0,0,0,0,0,0);
INSERT INTO "rare_usage" VALUES(497453,4,4,9,5,0,0,0,0,0,0,0,0,0,0,0,0,60);
CREATE TABLE refused_file (               -- of which a run took nothing
  name TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  problem TEXT NOT NULL,                  -- what was wrong, and what to do
  PRIMARY KEY (name, run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "refused_file" VALUES('/logs/c.jsonl',10,9,'no dialect knows its first records; see: flue inspect; or describe them in a mapping file and give it with --dialect; nothing was counted');
CREATE TABLE region (region_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "region" VALUES(1,'ap-southeast-2');
INSERT INTO "region" VALUES(2,'us-east-1');
INSERT INTO "region" VALUES(3,'ca-central-1');
INSERT INTO "region" VALUES(4,'eu-west-1');
INSERT INTO "region" VALUES(5,'ap-northeast-1');
INSERT INTO "region" VALUES(6,'eu-central-1');
INSERT INTO "region" VALUES(7,'us-west-2');
INSERT INTO "region" VALUES(8,'sa-east-1');
CREATE TABLE region_zone (                -- regions without a row are unknown
  region_id INTEGER PRIMARY KEY REFERENCES region,
  zone TEXT NOT NULL,
  water_basis TEXT NOT NULL CHECK (water_basis IN ('withdrawal', 'consumption', 'unstated')),
  pue_subject TEXT NOT NULL               -- whose PUE it uses: its own, or '*' for the default
) STRICT;
CREATE TABLE reject (                     -- where and why, never what the line says; a line may hold several records
  file_id INTEGER NOT NULL REFERENCES source_file,
  line INTEGER NOT NULL CHECK (line > 0),
  byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),        -- in the plain text
  reason TEXT NOT NULL,
  field TEXT NOT NULL,
  PRIMARY KEY (file_id, line, byte_offset)
) STRICT, WITHOUT ROWID;
INSERT INTO "reject" VALUES(1,26,9636,'json_syntax','');
INSERT INTO "reject" VALUES(1,84,31460,'json_syntax','');
INSERT INTO "reject" VALUES(1,104,38796,'json_syntax','');
INSERT INTO "reject" VALUES(1,190,71338,'json_syntax','');
CREATE TABLE reject_count (               -- all rejected lines, also those beyond the first 10,000
  file_id INTEGER NOT NULL REFERENCES source_file,
  reason TEXT NOT NULL,
  field TEXT NOT NULL,
  lines INTEGER NOT NULL CHECK (lines > 0),
  PRIMARY KEY (file_id, reason, field)
) STRICT, WITHOUT ROWID;
INSERT INTO "reject_count" VALUES(1,'json_syntax','',4);
CREATE TABLE request_id (                 -- of requests that may be delivered again; they expire
  hour INTEGER NOT NULL,                  -- in which they began, whole UTC hours since 1970-01-01
  file_id INTEGER NOT NULL REFERENCES source_file,
  ids BLOB NOT NULL CHECK (length(ids) % 16 = 0),               -- 128-bit digests
  PRIMARY KEY (hour, file_id)
) STRICT;
INSERT INTO "request_id" VALUES(497448,1,X'B480BC2A0E703CFC1490CA6F2F74703CEE33FB7B75330B388F1E8FBB0C8B80F3DFABEF559A5FA7387851F40F54A74C5882C3FCBCF699DAB32B65D3D7147054BE978B000AF9B336F5133A2A19A3881207');
INSERT INTO "request_id" VALUES(497449,1,X'61B31AC5C87E0E1FE509DE13EA46971B3CA4B07A0F9F10405F522CB7821F043029EF9DF0DE2FEDCF1608BF587F1D20E9BAB8BD15C5B6B8DA767487B68894232F');
INSERT INTO "request_id" VALUES(497450,1,X'4C5F532C0E45920A6136695E702A2882BAD4E78400777F284B0797CEBAAD24C2B35D1B261E1AE6FC4AC22E64878B03231393AF5E8BB4C709BE6558C7D1DB895F');
INSERT INTO "request_id" VALUES(497451,1,X'90E4598AC22DA7D833A40617D9530578B14A448B79083BD11349B7F77BAF642B68AB9D84F4602BD2253B535BE4A76CA46D84659D4D9C387A2EAE1F93EA466C4E');
INSERT INTO "request_id" VALUES(497452,1,X'092D59C81306B6E383C9A361F5D5223727C49F76FEFFEE7E1BAD4A10C414CF2946CC40E003162D0808F8AF4A4F751A867F6A5E777B2BCDA3A1DED80D736C18F5');
INSERT INTO "request_id" VALUES(497453,1,X'B28DF1E4A60A50F4331CBA8E62BF247FA3A78E4A01698975DA74D98E6AFD4CEC3B20F2E23E88FEFE8C23E3896093BF9B7A791D2360CE36E86240D0C611636163');
INSERT INTO "request_id" VALUES(497454,1,X'EE8D075212EFFF87BAD718B3CA22621EFC50F1FBD83823F6AE7EFD012C97C8EA7D659FD66D61D32FF60B6D37DB4118FC4695920A01ED838E7A697DB130EB07B9FB993689CF6C0FF191289C95BFEF42E67EB510061B9BA59B98D5D6CCBB14FD8CD5C2F93EEC773CC1F999B1C457A86E7F');
INSERT INTO "request_id" VALUES(497455,1,X'5E289E837923675F23ED0A25AB4E5380D1C6D573D4067CCF85D532B480D8B1F606EF95109F8FB3A756BEBF3DEDD3150659ACF3298E41304C9A14945E3FC9AFB5304F90D397C9B99B29F11BA60CFDA341B91B046C168B292E5C84E418080F2BDA82D711461194FEA2BD29A48664B2C96ADE359517C6D96B9CC472C06F42163E46CF4E8D548A028C6D25E0AF21475E2EC04480FDE6F30A79C0F4134206FF1DF1D154BA74EC73013BAC5C9D1DE2FD4FC0C6');
INSERT INTO "request_id" VALUES(497456,1,X'656500599879FD38EAF08377E4474358DE653934C53FC9703E158DD7231616FFC633DBC543B79F4371B40458E7D7B2AE8B76B71E57B4B46CCF37345A5F37B038F9E11B542790E1A90309D6D185895A6407DCDBF1E0C5CD3845B9110A5E05C34154F41FA135D1A7AC8193166A13ACD77D76280A718499B463F04018AE2367C250D6E416CDC956C0A547BAFA51FC2B44E10B65A7868D5671056FCA695F81F10E8AF29F59186E084C840BCBD7C9806329B01625133AB80AB746086D391430328600265AF3C91C4DF0261AB6D7E096B5BF4313FF2EE7F6EBB85C9CE979DB00C8B318');
INSERT INTO "request_id" VALUES(497457,1,X'4D64BF5D4DDE3D35E66DD725B7A5F39019DC544B643FD0B8352D792BF4374441A13CE710E6AD956C35953F5B18FF097B811F2048041C1FE5380208349C2A1A012B591BE7E13D165972F2CF06E297D409AB8ADD14BFB9B906B0C271F85D09F04F1CEEB4AC8064900070B570B3AE82C790ABB6E2BBAC860054EE13382997428921D9DFEA18D75BA236A1C108100E3C503A1BB97C6A566DA936176EC7E301A88C7AD2FD4F515497B18D3B8B9B8A077E6CF478CC9F181B002C4A6A21E5C9FAD99A6B759A38A3416E44BBCDDC8B5AA4133713C8B96D2AFA38B7A8D041C34E736124E44B89849759ED120E2D7A03D8A268D1C1618843CA744610D1E989AB24D4D5D551E14ED75DC1A153166471B97EA2C53CE9');
INSERT INTO "request_id" VALUES(497458,1,X'602A13E1C388822D21AF449E492F24C209DD498D7F9E85F5D6EDF370035E9B59142D773C3F64113BD84C3BB7F3A969A6162676169B2B7562202470FD62AA82832F2C4AAB6DC730E9AF928EAD5B0AD59FF78DAB8ADBC7E0FFC73E25EAC5B4988063312E7B9D6C5243E591209414E1BE9C2A83DB9ECD65CCF7CAA63D5D6B5504A24B9F03696CF8F0957FEFCD5DD4BC7086C0F346A712BA7518FED49D07E73A07A3EF5C6FD6FB0118F501D3B1A1EE6B5D8FF6DCFA5610B9A94BA91B1455A7CB0AA1C51CA381C10A016FD482550597424C74472795428622897A4FA9A3D3875A14BC42F16D6C12251E110A3DA6696F88337E402DFA50F3D5B8A9F3284DF98D28C9E5F9C3E64E406F8C41549FE5EA996CC039');
INSERT INTO "request_id" VALUES(497459,1,X'98E0D131EEBE37B9A610E0775E980462845F64076B156DFDCF7E46D549A6F0EDF2425DBA4F848A58ED0F3466CE4E5ABE6DCD53F64EB74309CB17B591449A80F896AED73512CA0FF40027F22DB6B63FAA7AD7B3A2DF59277288BAB06362306017520ABE20B2A81C29CE3987E4F061E233D51BBB9481FBA84F360036100169AF5CEDD3A6AE30D2A4373E70091A421532CCB05442AFEFCC64B8E23C418A3063301C87545643AF732FD6C638AE45D2DEB6CC435F76EC6488AB0D4DE47F3F3FA47104AA342FF8FEC3ACB17866DD5BA4FC2AA5190AC7DEF14595CF304937E49B4BEB84AF75A5508F7DCEA5E80F055F3153FBA67DCE312678AF9A14CA2F3780F8793F2CFC0E8BCB8E9711BD65C28457532DF602');
INSERT INTO "request_id" VALUES(497460,1,X'43BD355DB009E4C18BD37E874ACEABE0E364C385C42ED13E952BE283FDA468FF8E9BFA20CD20DB5BC5670FD279A88D1F297B9BAFEA30090DAF69E82BF7EE4C37DB5686BFA843383C177C5106040DB8B9A470DCBC4311B3EE195D22437D10EC06294C2B829C9E1125F29372B20DA264533A5CCBF3488BF78EEA041FAAB48732D57ABA04839DE9D08B89B44686D9B913B4BA80020DDBAAE70DF8F11A1802BEE21257EE7C11632779AD82BE798D0BD2024F28209E1514B19F14C7FD64C3B7BC1477F49522C419D05C2F11BD9FB53EF803CEB4788D9CFD815699024FB61D9D4E0B6BACBC67758D34E84A14A155ECD06D21D94C18939249B618C56F8E2F6D0D9FADB260BA0AC6E355DF3E52AD55EB22FD1C5A');
INSERT INTO "request_id" VALUES(497461,1,X'136BD3C0C5BE6EDC9F72E0D04456F9E5FECD068A7A303069EF027D20EDC80648F6056FB7B1B49E55D3ED68D435D8A60CFA0F4D41EB1A49BFAEEE81ACA0D3A1119418114C6D88F15BD86F6019369EE34612FA870AC786043F9413B1154D098B1CE3D0E43A9D39146CAD48B3CBB326FAEADFCFE7A2360AD3283FF7D2C3539DB4AF242251AE791A135A08DDF3B7ECC45CFC393C6EEF5C997C1556E83D06DE368B851A9230EB2EE381AF35B4B2E84BD135EE454534891D6E78B5C615714D3333122D7F4D5F62CA9C8D5B2CD46609867C0AFB4772039502AB1A7483A7700BD69D7882972CF3F238E9E88095EB1361DCA45ED112DCB235149130DF9EFB664B4B3D7BEBE4AA55BF88322801CEA20821A237A71662CFE5A48AD1DB97125DF4FF70339CB5');
INSERT INTO "request_id" VALUES(497462,1,X'3BCF77266436EB6167F9E905343D85C209B74709922949FBF27D225F0E48ED3D3BB85463A7A513563DEC1436F24D3040DC5BDF97CE03216841F3854011E37B52F5112B96B659207D9A25939693F3C485759B8D6E2CB0F069CF06BC6DFB3D8819B38CC627FED7A9E6FA2F177FCDCD3BBE1BB42CB9E6434F1DECD07B2FB02C3E86FCCDFF1168B19EE8BF7618166FD847540912CA55B8F34436E1278D78CBA3A8790BF378DF2C09687F6FC5AEA88EE8A6999768607CD5E4D06DB7EF31A3B703D142998F919FAB24058B78154291BF2A4ECD594D91455E92EE35F669159EBB5992A0F2E6BEE0920CA88D9CA5C4EDF1FA4023A819B98653DF7FE79FDE063834766211EB077820DD26B7070F7BCBB188C897ECB88776572AE7EB1485A7A9F8075CA3B01A5668121D18E71B5D304A11D6FA85C8');
INSERT INTO "request_id" VALUES(497463,1,X'071376B7B1D55990458F42E4D9628CAD246CCB9DD74F9D3B57FDD484478A63FD7E1DF097F6E4D98F51D8CA250527DB597AECC39743DAC54678FBFF45A70F40023BCE8960AE9B3036B7EAEB8208F8DF8979B24C97EDFD60955B7907501656312CDF936F12DED1C14B933D69AF3CCB72BC5B5C2BDB0E9D46B01C48235CCE52F6646E7F4B742F26E4E18F742F6140B706EEA4480DD0C92D5BCEF71CC8E577B6C8E01DED241318173B708D20353AB0DDF2192B05D60A182FEDA7D3D429D8EEEF1A390BB165439EB275815CF436E1BEA48E025007BC3E6A67983677AB88C759F1D601C2831BB026AD20E4285F7A41DF3E55FA5FBD14152E1CA6443F4C7DA2256C449ABCA08BEC96C64ECE5ECA2D56DC53646D40F91C7F16693A8022D4439651952347AEFEC83F60F0EA07E081D3176C1C9DCA9D5BDA43BDE6ECACC9D6003AE6881066');
INSERT INTO "request_id" VALUES(497464,1,X'01CF8237C3A9323DF09195979601A60DE51B063490C7074C3951D97CED7661BADAE3BC3B36D0D5DD83012F539D40774159348261B33F58DDCFA5168CD85D836F527F34B2B125C3E9FDEE1B3778AAC9F7DAD53301960C15AAECAE5A4700CF14CDD56530CFA8BD1F7A062D55EA4725EBD5D1A40EAD57D77E9DBC4FD528B652E5B231C686FF442960463794238C7E510A4E40FD5D34C117E40B0B023170BC3216B89C3394D52351E2DF11D83897F030E765FC5DEAC6F0FBD7885593C6AD890FD5415C7D624C42C53BB47E4EB3F38E38737368413BCEB7904EBB9B1E78E749E2833A66EBF91EFFFDB2A88D06611437ABF01C972285A2088377A35FAA01FB68622F6181A11D415D409276B01E558072FF8D701664E7C24D6012A8FB44E2A691CF7269');
INSERT INTO "request_id" VALUES(497465,1,X'706FCF90A0905BD7BFA239BA076615630B3CFBAECCC7533311E49100879041FDA6C2397EDA53405CAD2643914C4F777ED5743C9BD9577F4325C01234DDDF7D03EDA397ED2FBCBB5CE91404BE7A19A0763E7AAFA722DD61BF8376F45DA9389931A8CFBD5D104747595E4446E20A11F698FA3BCD082320E82AB6F8E2792017CD2D30F9052D1FD4CD180722A7AABC61968A56B7F5C5524EB3185DF47AFCCB7D49680182DF8CAE2DE2A2778EFBCA53C5AAEBC7DC1B08AE8F834C0AE274B9262AC2032FBA9F8EBD111F0425ACD8E5BA9A6AAC3C0197EE20EC742E6EB788210EEBB1AD4ABFCF76B602FBA40A15CA55346128523CF8D5CF4DE3032EC7362ADD2C28E0CF4D3CB0BDE19567DD5DEDB43AD45CA79333094B784E390AEEF5611EA9E6F968BF');
INSERT INTO "request_id" VALUES(497466,1,X'2913892D2639D95BC06FC0EDC99E4DB5D7FCE4B00D7F518B8DC3D5A827A92FBA8E23C93224BE36772E107F4BA783DE412E09FA18A7ECDDFDC4A4B1AF0FEEF1E496EBFC4C08349443BFB93FDF691E976FD8FE6D411A9E59FBB051C80E25CB1FCD57A4537C84DA74C701471C77AB0A1E86D017F92997CF1CE56F5F0A7793579DF0911C3DF05B01584D16FD0D6F118867DC5DF5192F0D18DB1033EA31E8436A2FEE92387C96215550E3DB71F4746AE72B687029694963CA9888CDBF0DA7D0CA8F938F0EFF9A87E68C8097A679519E7ACC135BA79582A80F0F77AE9C106D422F0A536F22D5ABCDFB8A0515FE4EEFA97D55B9B87C390723401B5481A9A9EFFE7C3D5D');
INSERT INTO "request_id" VALUES(497467,1,X'52498E0F88A0F8F8446D25BDAC3BDD6B7480F89EAA457F7C97A920B48B148200185D0D1CE2AF9B6C8660AE06CF9A6077295A4F345A64CB1158DE8B272309003207B5B70940769EFB0452F4881973EC6D905FCE65E5469DA9DECB496289433216B2AADCCF4270641F6A4221EE4739B8EB47516D217B9D97CDFA66F81DD592C36FB5800D2093C201D1EE30F09C4A6D5C9145BD87900EF818CEF912996DCD79F6FEAFA3820248C2E1A9F2F8A3ACEEDAF2CB8278B18BF4F82CA8F867655EFC6BB7B22E1712F6168EF8411591EA4A42376E4B82615104AB01894339FDF780F89540CF');
INSERT INTO "request_id" VALUES(497468,1,X'7E4AE2D40C360A82AF6C462609BAA7CAEDC69F206AB3C437B9F3F64E8997C1C74B2301BC50112B3A0FA6E0ECD05E68C23E7C842E1315B4580D7AD32362B642F2E4407E165735FEB6B63E1BED1B16E8DA119BF33F628F98CF1483D45C846B2E58B1483E954CBF462B15F7EF93837BA411254F3A53EBFC78D07946595E76F004A4700C8BEFDC1B3533516AFFB40DAAF0F62576A991EC3312C6B34BB6DC9D7BE36122BB86939300D657B2F65DAFCCFBB601A346F535160D93AA913A4A7528290EEA9D017BFFF1B20D2A127E7B8EE7628BCB');
INSERT INTO "request_id" VALUES(497469,1,X'D97698C76488D106F70F70DBF3B6E4FB37B8849E992E1A36C1C8E4E47C422057350FDD0199B2C6252C6BA812C185C79E7D130439ECA664EBD6DE59A5C015018331A41BB5231998D073EB89BE233BFDA6D65153E1194E3B68FF195614D0044AE16C9EAD69DA57AB9AF8DED388F596ACC7F7D2C2554DBAA6EAEDB50A1A1F79CFD3BF0B3976D1481683762F734C4C91D5AA88697096738D45644B5C0564558363726FEF900E8CD5C185233EC1758288345C');
INSERT INTO "request_id" VALUES(497470,1,X'77F28BF90E67F007A42CDB11D6191509C86001DA92CAC955C3A9B87D5EA17608954406F5FBD235D73B30B898F20D20880D22AE7EEB8CAC82DA81A0C944A2D473C4700FD3479E6E294B059801E25D0163D8365AA0F46DDCF017A148EE7B817055715340FE55B35E68F4A14E736C2269D0C9C8DA60A50E17253CBB383E70B0EC73');
INSERT INTO "request_id" VALUES(497471,1,X'D72B41891F4B22730C79CB83E07FBB39C7BBC7B6987FEFBC1E9CF8AF9DDAA3868346F8909778182CF271C0BCCEDA0E7EEB47E7842422E68A3CB34F3D041544F079B38D7B2E3206DC753938E65D4C250BA2096F9A7867581D08B5D87773D2E571');
INSERT INTO "request_id" VALUES(497448,2,X'CA929378D224340246267F174F8D59F8');
INSERT INTO "request_id" VALUES(497448,3,X'CA929378D224340246267F174F8D59F8');
INSERT INTO "request_id" VALUES(497453,5,X'77BF60A8167061DFD4DB0E05D626AA3D');
CREATE TABLE request_stat (
  span TEXT NOT NULL CHECK (span IN ('day', 'month')),
  period INTEGER NOT NULL,                -- days since 1970-01-01, or year × 12 + month − 1
  grouping TEXT NOT NULL,
  region_id INTEGER REFERENCES region,    -- NULL, as below: all of them
  model_id INTEGER REFERENCES model,
  tenant TEXT,
  project TEXT,
  endpoint TEXT,
  requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, not_run_requests INTEGER NOT NULL, cache_hit_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, zero_requests INTEGER NOT NULL, binned_requests INTEGER NOT NULL, as_ingested_requests INTEGER NOT NULL, energy_requests INTEGER NOT NULL, matched_requests INTEGER NOT NULL, energy_output_tokens INTEGER NOT NULL, matched_output_tokens INTEGER NOT NULL, unmatched_energy_uwh INTEGER NOT NULL, assumed_energy_uwh INTEGER NOT NULL, assumed_emissions_ug INTEGER NOT NULL, energy_model_down_uwh INTEGER NOT NULL, energy_model_up_uwh INTEGER NOT NULL, emissions_model_down_ug INTEGER NOT NULL, emissions_model_up_ug INTEGER NOT NULL,
  energy_uwh INTEGER, emissions_ug INTEGER, energy_p50_pwh INTEGER, energy_p90_rise_pwh INTEGER, energy_p95_rise_pwh INTEGER, energy_p99_rise_pwh INTEGER, energy_p100_rise_pwh INTEGER, energy_p50_pwh_low INTEGER, energy_p90_rise_pwh_low INTEGER, energy_p95_rise_pwh_low INTEGER, energy_p99_rise_pwh_low INTEGER, energy_p100_rise_pwh_low INTEGER, energy_p50_pwh_high INTEGER, energy_p90_rise_pwh_high INTEGER, energy_p95_rise_pwh_high INTEGER, energy_p99_rise_pwh_high INTEGER, energy_p100_rise_pwh_high INTEGER, emissions_p50_pg INTEGER, emissions_p90_rise_pg INTEGER, emissions_p95_rise_pg INTEGER, emissions_p99_rise_pg INTEGER, emissions_p100_rise_pg INTEGER, emissions_p50_pg_low INTEGER, emissions_p90_rise_pg_low INTEGER, emissions_p95_rise_pg_low INTEGER, emissions_p99_rise_pg_low INTEGER, emissions_p100_rise_pg_low INTEGER, emissions_p50_pg_high INTEGER, emissions_p90_rise_pg_high INTEGER, emissions_p95_rise_pg_high INTEGER, emissions_p99_rise_pg_high INTEGER, emissions_p100_rise_pg_high INTEGER, kilotoken_energy_p50_pwh INTEGER, kilotoken_energy_p90_rise_pwh INTEGER, kilotoken_energy_p95_rise_pwh INTEGER, kilotoken_energy_p99_rise_pwh INTEGER, kilotoken_energy_p100_rise_pwh INTEGER, kilotoken_energy_p50_pwh_low INTEGER, kilotoken_energy_p90_rise_pwh_low INTEGER, kilotoken_energy_p95_rise_pwh_low INTEGER, kilotoken_energy_p99_rise_pwh_low INTEGER, kilotoken_energy_p100_rise_pwh_low INTEGER, kilotoken_energy_p50_pwh_high INTEGER, kilotoken_energy_p90_rise_pwh_high INTEGER, kilotoken_energy_p95_rise_pwh_high INTEGER, kilotoken_energy_p99_rise_pwh_high INTEGER, kilotoken_energy_p100_rise_pwh_high INTEGER, kilotoken_emissions_p50_pg INTEGER, kilotoken_emissions_p90_rise_pg INTEGER, kilotoken_emissions_p95_rise_pg INTEGER, kilotoken_emissions_p99_rise_pg INTEGER, kilotoken_emissions_p100_rise_pg INTEGER, kilotoken_emissions_p50_pg_low INTEGER, kilotoken_emissions_p90_rise_pg_low INTEGER, kilotoken_emissions_p95_rise_pg_low INTEGER, kilotoken_emissions_p99_rise_pg_low INTEGER, kilotoken_emissions_p100_rise_pg_low INTEGER, kilotoken_emissions_p50_pg_high INTEGER, kilotoken_emissions_p90_rise_pg_high INTEGER, kilotoken_emissions_p95_rise_pg_high INTEGER, kilotoken_emissions_p99_rise_pg_high INTEGER, kilotoken_emissions_p100_rise_pg_high INTEGER
) STRICT;
CREATE TABLE run (
  run_id INTEGER PRIMARY KEY,
  run_uuid TEXT NOT NULL UNIQUE,
  command TEXT NOT NULL,
  version TEXT NOT NULL,                  -- of the program
  committed_at TEXT NOT NULL,             -- UTC
  method_id INTEGER NOT NULL REFERENCES method
) STRICT;
INSERT INTO "run" VALUES(1,'493f9b09-0530-4226-add9-eef347081f38','grid import','0.1.0','2026-11-26 12:59:36',1);
INSERT INTO "run" VALUES(2,'90ba43ba-c0f8-460e-a382-b5862540b431','grid import','0.1.0','2026-11-26 12:59:36',1);
INSERT INTO "run" VALUES(3,'982058fe-7fde-4d6d-af81-dc38e54fabb3','grid import','0.1.0','2026-11-26 12:59:37',1);
INSERT INTO "run" VALUES(4,'6ca3f073-1269-4a9f-904d-f5d7a8d25b78','ingest','0.1.0','2026-11-26 12:59:37',1);
INSERT INTO "run" VALUES(5,'1419a8b6-b1be-4a81-bc6f-09e2a11d0b11','ingest','0.1.0','2026-11-26 12:59:37',1);
INSERT INTO "run" VALUES(6,'a8b03165-4f43-4793-ae13-1b73c7a2aee3','ingest','0.1.0','2026-11-26 12:59:38',1);
INSERT INTO "run" VALUES(7,'c8e62de0-ef10-43b4-8e3e-ca0ae22e0223','ingest','0.1.0','2026-11-26 12:59:38',1);
INSERT INTO "run" VALUES(8,'65335e55-689d-4780-8a2c-37269e432159','meter import','0.1.0','2026-11-26 12:59:38',1);
INSERT INTO "run" VALUES(9,'8c8f7033-9777-43ca-9696-a0d36fc1d8fc','meter import','0.1.0','2026-11-26 12:59:38',1);
INSERT INTO "run" VALUES(10,'a870df0d-f440-4827-96d5-28d4c5e59369','ingest','0.1.0','2026-11-26 12:59:39',1);
INSERT INTO "run" VALUES(11,'1fb3e41e-2623-424e-8352-243d5a3772dc','ingest','0.1.0','2026-11-26 12:59:39',2);
INSERT INTO "run" VALUES(12,'5c7f9f86-8e5c-49c5-a05e-b4649513792a','ingest','0.1.0','2026-11-27 06:18:56',3);
CREATE TABLE seen_file (                  -- known bytes, as they stood when they were last read: a cache
  name TEXT PRIMARY KEY,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  bytes INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL,            -- since 1970-01-01, as the system keeps it
  inode INTEGER NOT NULL,
  device INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE skip_count (                 -- all records that a dialect leaves out
  file_id INTEGER NOT NULL REFERENCES source_file,
  reason TEXT NOT NULL,
  lines INTEGER NOT NULL CHECK (lines > 0),
  PRIMARY KEY (file_id, reason)
) STRICT, WITHOUT ROWID;
INSERT INTO "skip_count" VALUES(2,'blank line',1);
INSERT INTO "skip_count" VALUES(3,'blank line',1);
CREATE TABLE source_alias (               -- other names and other compressions of a file
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  head_sha256 BLOB,
  file_id INTEGER NOT NULL REFERENCES source_file,
  reason TEXT NOT NULL CHECK (reason IN ('renamed', 'recompressed')),
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (sha256, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "source_alias" VALUES(X'A7E51CA642ACAEC5029C3F911022BED7C8C2FC8FF985A255E1A605E2702776FF','/logs/a.log.1',1427,X'FCF33310B985C765475382A4325819DB717EA27746A8D0C4A30472876CDC7495',3,'renamed',7);
CREATE TABLE source_file (
  file_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),             -- of the bytes as delivered
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  head_sha256 BLOB,                       -- of the first 512 bytes; NULL for a shorter file
  compression TEXT NOT NULL,
  plain_bytes INTEGER NOT NULL CHECK (plain_bytes >= 0),
  content_digest INTEGER NOT NULL,        -- sum of line digests; equal for recompressed copies
  digest_version INTEGER NOT NULL,        -- how lines were digested
  dialect TEXT NOT NULL,
  dialect_sha256 TEXT NOT NULL,
  options TEXT NOT NULL,                  -- defaults and dimensions
  charged_by TEXT NOT NULL,               -- digest of the method of its histograms, and what they keep apart
  records TEXT NOT NULL CHECK (records IN ('requests', 'sums')),
  scope TEXT NOT NULL,                    -- whose traffic it is about: sums are never added to requests of it
  lines INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  requests INTEGER NOT NULL,              -- that its counted records stand for
  unseen_parents INTEGER NOT NULL CHECK (unseen_parents >= 0),  -- counted requests below a span that it does not hold
  first_time_ms INTEGER,                  -- of requests, since 1970-01-01 UTC
  last_time_ms INTEGER,
  run_id INTEGER NOT NULL REFERENCES run,
  CONSTRAINT books_balance CHECK (lines = counted + rejected + duplicate + skipped)
) STRICT;
INSERT INTO "source_file" VALUES(1,'/logs/s/logs/gateway-2026-10-01.jsonl.zst',X'F0744BC5EFA936BF53F18E3979741AE3F70ACE85D592CD45D225BF029D3DE3B8',13275,X'47F0C2EAD8C81A498557D519AB703046B57FF72C74F10E66BD07437741A28D2F','zstd',109707,810827677096632974,2,'gateway','147c82b2bfb14982485ca512fb773705ae1c97846fad5e524f390dffaf98ecce','region= model= dimensions=tenant+project+endpoint','3284069c98296e787ba7103afa0f5d45d6bdfd45e21bda02d9f31fc503ea1c46 1','requests','',290,286,4,0,0,286,0,1790813207924,1790898927431,4);
INSERT INTO "source_file" VALUES(2,'/logs/a.log',X'EA1BD8235DA26DA4DF93A2CA9AB3CCFDB5D8E6D9710F60637538577AAD359003',833,X'FCF33310B985C765475382A4325819DB717EA27746A8D0C4A30472876CDC7495','plain',833,-5612918946848589698,2,'gateway','147c82b2bfb14982485ca512fb773705ae1c97846fad5e524f390dffaf98ecce','region= model= dimensions=tenant+project+endpoint','3284069c98296e787ba7103afa0f5d45d6bdfd45e21bda02d9f31fc503ea1c46 1','requests','',4,3,0,0,1,3,0,1790812800018,1790816400000,5);
INSERT INTO "source_file" VALUES(3,'/logs/a.log',X'A7E51CA642ACAEC5029C3F911022BED7C8C2FC8FF985A255E1A605E2702776FF',1427,X'FCF33310B985C765475382A4325819DB717EA27746A8D0C4A30472876CDC7495','plain',1427,2095121805838567797,2,'gateway','147c82b2bfb14982485ca512fb773705ae1c97846fad5e524f390dffaf98ecce','region= model= dimensions=tenant+project+endpoint','3284069c98296e787ba7103afa0f5d45d6bdfd45e21bda02d9f31fc503ea1c46 1','requests','',7,6,0,0,1,6,0,1790812800018,1790823600000,6);
INSERT INTO "source_file" VALUES(4,'/logs/a.log',X'80991B2C42A78FFE7B8AF3F3EF1223DF035F81129C2E12C39E482D5FBC345E45',834,X'7FDD60282379E748EB61C53743D6245B99F9BE38F2FE8E59C304CA75CE7D1121','plain',834,-654933832937699517,2,'gateway','147c82b2bfb14982485ca512fb773705ae1c97846fad5e524f390dffaf98ecce','region= model= dimensions=tenant+project+endpoint','3284069c98296e787ba7103afa0f5d45d6bdfd45e21bda02d9f31fc503ea1c46 1','requests','',3,3,0,0,0,3,0,1790812800018,1790816400000,7);
INSERT INTO "source_file" VALUES(5,'/logs/audio.jsonl',X'192E53409CF771845D0C4E63FB459C6437196978199925CF002FD125E9549B0D',189,NULL,'plain',189,4947699485674858560,3,'gateway','5602c6d303d494475f0c1a47743e3a5cde5751804b1f21dae06b3a8dee9311a9','region= model= dimensions=tenant+project+endpoint','cdf0f9ddfbe90158f391ab05f4370acbd785f343224927a550e45cb378375e5d 0','requests','',1,1,0,0,0,1,0,1790830800000,1790830800000,12);
CREATE TABLE superseded_file (            -- counts no longer: it has grown into another, or was replaced by it
  file_id INTEGER PRIMARY KEY REFERENCES source_file,
  superseded_by INTEGER NOT NULL REFERENCES source_file,
  how TEXT NOT NULL CHECK (how IN ('grown', 'replaced')),
  run_id INTEGER NOT NULL REFERENCES run
) STRICT;
INSERT INTO "superseded_file" VALUES(2,3,'grown',6);
CREATE TABLE usage (
  hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
  region_id INTEGER NOT NULL REFERENCES region,
  model_id INTEGER NOT NULL REFERENCES model,
  dimension_id INTEGER NOT NULL REFERENCES dimension,
  file_id INTEGER NOT NULL REFERENCES source_file,
  requests INTEGER NOT NULL CHECK (requests >= 0),
  failed_requests INTEGER NOT NULL CHECK (failed_requests >= 0),
  unknown_usage_requests INTEGER NOT NULL CHECK (unknown_usage_requests >= 0),
  input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),      -- cached input included
  cached_input_tokens INTEGER NOT NULL CHECK (cached_input_tokens >= 0),
  output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),    -- reasoning included
  reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
  items INTEGER NOT NULL CHECK (items >= 0),
  duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
  PRIMARY KEY (hour, region_id, model_id, dimension_id, file_id),
  -- A sum of an hour may be of no whole request.
  CONSTRAINT cell_holds_something CHECK (requests > 0 OR input_tokens + output_tokens + items > 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "usage" VALUES(497448,1,1,1,1,1,0,0,550,0,145,0,0,2152);
INSERT INTO "usage" VALUES(497448,2,2,2,1,1,0,0,436,0,87,0,0,1261);
INSERT INTO "usage" VALUES(497448,2,6,8,2,1,0,0,2006,1920,300,192,0,100);
INSERT INTO "usage" VALUES(497448,2,6,8,3,1,0,0,2006,1920,300,192,0,100);
INSERT INTO "usage" VALUES(497448,2,6,8,4,1,0,0,2006,1920,300,192,0,100);
INSERT INTO "usage" VALUES(497448,3,2,3,1,1,0,0,923,0,218,0,0,3078);
INSERT INTO "usage" VALUES(497448,3,3,7,2,1,0,0,728,0,167,0,0,2258);
INSERT INTO "usage" VALUES(497448,3,3,7,3,1,0,0,728,0,167,0,0,2258);
INSERT INTO "usage" VALUES(497448,3,3,7,4,1,0,0,728,0,167,0,0,2258);
INSERT INTO "usage" VALUES(497448,4,3,2,1,1,0,0,8065,0,47,0,0,1147);
INSERT INTO "usage" VALUES(497448,4,4,2,1,1,0,0,748,0,106,0,0,1748);
INSERT INTO "usage" VALUES(497449,2,4,9,2,1,1,0,0,0,0,0,0,31);
INSERT INTO "usage" VALUES(497449,2,4,9,3,2,1,1,0,0,0,0,0,38);
INSERT INTO "usage" VALUES(497449,2,4,9,4,1,1,0,0,0,0,0,0,31);
INSERT INTO "usage" VALUES(497449,2,5,1,1,1,0,0,350,0,198,0,0,2769);
INSERT INTO "usage" VALUES(497449,5,2,3,1,1,0,0,971,0,231,0,0,3042);
INSERT INTO "usage" VALUES(497449,6,2,2,1,1,0,0,768,0,96,0,0,1541);
INSERT INTO "usage" VALUES(497449,7,1,3,1,1,0,0,517,0,118,0,0,1647);
INSERT INTO "usage" VALUES(497450,4,2,3,1,1,0,0,462,231,160,0,0,2429);
INSERT INTO "usage" VALUES(497450,4,4,9,3,1,0,0,10,0,5,0,0,0);
INSERT INTO "usage" VALUES(497450,4,5,2,1,1,0,0,68,0,515,0,0,6541);
INSERT INTO "usage" VALUES(497450,5,2,1,1,1,0,0,367,0,60,0,0,1252);
INSERT INTO "usage" VALUES(497450,6,6,3,1,1,0,0,967,483,171,0,0,2621);
INSERT INTO "usage" VALUES(497451,4,4,11,3,1,0,0,40,0,60,0,0,1500);
INSERT INTO "usage" VALUES(497451,5,5,2,1,1,0,0,983,491,158,0,0,2281);
INSERT INTO "usage" VALUES(497451,7,4,1,1,1,0,0,822,0,78,0,0,1197);
INSERT INTO "usage" VALUES(497451,7,6,1,1,1,0,0,1301,0,228,0,0,3123);
INSERT INTO "usage" VALUES(497451,8,1,2,1,1,0,0,403,201,8,0,0,529);
INSERT INTO "usage" VALUES(497452,2,5,3,1,1,0,0,1566,0,74,0,0,1239);
INSERT INTO "usage" VALUES(497452,3,5,1,1,1,0,0,106,0,380,0,0,5050);
INSERT INTO "usage" VALUES(497452,4,3,2,1,1,0,0,385,0,155,0,0,2086);
INSERT INTO "usage" VALUES(497452,5,5,2,1,1,0,0,715,357,10,0,0,425);
INSERT INTO "usage" VALUES(497453,2,2,2,1,1,0,0,542,0,118,0,0,1799);
INSERT INTO "usage" VALUES(497453,2,5,1,1,1,0,0,754,377,81,0,0,1218);
INSERT INTO "usage" VALUES(497453,4,4,9,5,1,0,0,100,0,5,0,0,0);
INSERT INTO "usage" VALUES(497453,6,2,1,1,1,0,0,915,457,56,0,0,924);
INSERT INTO "usage" VALUES(497453,7,1,3,1,1,0,0,524,0,191,0,0,2772);
INSERT INTO "usage" VALUES(497454,2,2,3,1,1,0,0,1014,0,464,0,0,6080);
INSERT INTO "usage" VALUES(497454,3,4,3,1,1,0,0,237,118,102,0,0,1721);
INSERT INTO "usage" VALUES(497454,3,6,3,1,1,0,0,299,149,54,0,0,1189);
INSERT INTO "usage" VALUES(497454,6,2,3,1,1,0,0,243,0,863,0,0,10736);
INSERT INTO "usage" VALUES(497454,6,5,2,1,1,0,0,366,0,139,0,0,1928);
INSERT INTO "usage" VALUES(497454,8,1,1,1,1,0,0,475,0,54,0,0,1152);
INSERT INTO "usage" VALUES(497454,8,5,2,1,1,0,0,560,280,1175,0,0,14306);
INSERT INTO "usage" VALUES(497455,1,1,2,1,1,0,0,3066,0,460,0,0,5737);
INSERT INTO "usage" VALUES(497455,3,2,2,1,1,0,0,482,0,278,0,0,3686);
INSERT INTO "usage" VALUES(497455,3,3,3,1,1,0,0,788,0,223,0,0,3022);
INSERT INTO "usage" VALUES(497455,4,1,3,1,1,0,0,409,0,24,0,0,786);
INSERT INTO "usage" VALUES(497455,4,5,2,1,1,0,0,866,0,340,0,0,4464);
INSERT INTO "usage" VALUES(497455,5,1,3,1,1,0,0,225,0,179,0,0,2735);
INSERT INTO "usage" VALUES(497455,5,3,3,1,1,0,0,715,357,10,0,0,481);
INSERT INTO "usage" VALUES(497455,6,5,3,1,1,0,0,379,189,831,0,0,10384);
INSERT INTO "usage" VALUES(497455,7,1,3,1,1,0,0,5364,0,96,0,0,1723);
INSERT INTO "usage" VALUES(497455,7,3,3,1,1,0,0,871,0,339,0,0,4328);
INSERT INTO "usage" VALUES(497455,8,3,3,1,1,0,0,512,256,74,0,0,1346);
INSERT INTO "usage" VALUES(497456,1,2,2,1,1,0,0,310,0,153,0,0,2230);
INSERT INTO "usage" VALUES(497456,1,3,3,1,1,0,0,22,0,206,0,0,2728);
INSERT INTO "usage" VALUES(497456,2,4,1,1,1,0,0,876,0,36,0,0,788);
INSERT INTO "usage" VALUES(497456,2,5,2,1,1,0,0,724,0,84,0,0,1339);
INSERT INTO "usage" VALUES(497456,2,6,3,1,1,0,0,13,0,239,0,0,3433);
INSERT INTO "usage" VALUES(497456,3,2,3,1,1,0,0,376,188,169,0,0,2541);
INSERT INTO "usage" VALUES(497456,4,1,1,1,1,0,0,4036,0,668,0,0,8528);
INSERT INTO "usage" VALUES(497456,4,4,2,1,1,0,0,107,0,90,0,0,1303);
INSERT INTO "usage" VALUES(497456,4,6,3,1,1,0,0,917,0,196,0,0,2772);
INSERT INTO "usage" VALUES(497456,5,4,2,1,1,0,0,611,0,116,0,0,1696);
INSERT INTO "usage" VALUES(497456,5,6,1,1,1,0,0,103,0,376,0,0,4865);
INSERT INTO "usage" VALUES(497456,6,2,3,1,1,0,0,1545,772,90,0,0,1378);
INSERT INTO "usage" VALUES(497456,8,2,3,1,1,0,0,932,466,19,0,0,690);
INSERT INTO "usage" VALUES(497456,8,4,2,1,1,0,0,772,386,18,0,0,435);
INSERT INTO "usage" VALUES(497457,1,1,3,1,1,0,0,421,0,141,0,0,2054);
INSERT INTO "usage" VALUES(497457,1,3,3,1,1,0,0,545,0,235,0,0,3296);
INSERT INTO "usage" VALUES(497457,1,4,1,1,1,0,0,34151,0,346,0,0,4539);
INSERT INTO "usage" VALUES(497457,1,6,3,1,1,1,0,0,0,0,0,0,101);
INSERT INTO "usage" VALUES(497457,2,2,1,1,2,0,0,2734,0,236,0,0,3912);
INSERT INTO "usage" VALUES(497457,2,3,3,1,1,0,0,458,0,149,0,0,2175);
INSERT INTO "usage" VALUES(497457,3,6,2,1,1,0,0,714,357,216,0,0,2800);
INSERT INTO "usage" VALUES(497457,4,3,1,1,1,0,0,445,0,174,0,0,2481);
INSERT INTO "usage" VALUES(497457,4,5,2,1,1,0,0,89,44,16,0,0,455);
INSERT INTO "usage" VALUES(497457,6,3,1,1,1,0,0,1848,0,421,0,0,5359);
INSERT INTO "usage" VALUES(497457,6,4,2,1,1,0,0,395,197,142,0,0,2230);
INSERT INTO "usage" VALUES(497457,6,4,3,1,1,0,0,323,0,195,0,0,2729);
INSERT INTO "usage" VALUES(497457,6,6,3,1,1,0,0,1595,797,5293,0,0,63876);
INSERT INTO "usage" VALUES(497457,7,3,3,1,1,0,0,790,0,3468,0,0,42127);
INSERT INTO "usage" VALUES(497457,7,4,2,1,1,0,0,615,307,151,0,0,2086);
INSERT INTO "usage" VALUES(497457,7,4,3,1,1,0,0,11856,0,129,0,0,1786);
INSERT INTO "usage" VALUES(497458,1,2,2,1,1,0,0,954,0,103,0,0,1477);
INSERT INTO "usage" VALUES(497458,1,3,3,1,1,0,0,987,0,3441,0,0,41808);
INSERT INTO "usage" VALUES(497458,2,3,1,1,1,0,0,578,0,172,0,0,2617);
INSERT INTO "usage" VALUES(497458,3,1,2,1,1,0,0,932,0,163,0,0,2436);
INSERT INTO "usage" VALUES(497458,3,2,3,1,1,0,0,649,0,434,0,0,5674);
INSERT INTO "usage" VALUES(497458,3,6,3,1,1,0,0,451,0,216,0,0,2996);
INSERT INTO "usage" VALUES(497458,4,3,1,1,1,0,0,957,478,240,0,0,3167);
INSERT INTO "usage" VALUES(497458,4,4,1,1,2,0,0,572,68,898,0,0,11662);
INSERT INTO "usage" VALUES(497458,4,6,3,1,1,0,0,1500,750,357,0,0,4692);
INSERT INTO "usage" VALUES(497458,5,1,1,1,1,0,0,141,0,182,0,0,2478);
INSERT INTO "usage" VALUES(497458,5,4,3,1,1,0,0,7765,0,5,0,0,336);
INSERT INTO "usage" VALUES(497458,5,5,2,1,1,0,0,475,237,5,0,0,627);
INSERT INTO "usage" VALUES(497458,6,1,1,1,1,0,0,390,0,1599,0,0,19714);
INSERT INTO "usage" VALUES(497458,6,6,1,1,1,0,0,998,0,121,0,0,1848);
INSERT INTO "usage" VALUES(497458,8,3,2,1,1,0,0,5974,2987,172,0,0,2402);
INSERT INTO "usage" VALUES(497458,8,6,1,1,1,0,0,12580,0,1567,0,0,19219);
INSERT INTO "usage" VALUES(497459,1,4,1,1,1,0,0,1639,819,102,0,0,1683);
INSERT INTO "usage" VALUES(497459,2,1,1,1,2,0,0,931,208,11335,0,0,136928);
INSERT INTO "usage" VALUES(497459,2,6,2,1,1,0,0,1956,0,224,0,0,3097);
INSERT INTO "usage" VALUES(497459,3,5,2,1,1,0,0,2006,0,50,0,0,904);
INSERT INTO "usage" VALUES(497459,3,5,3,1,1,0,0,1526,763,174,0,0,2288);
INSERT INTO "usage" VALUES(497459,4,1,2,1,1,0,0,777,0,86,0,0,1392);
INSERT INTO "usage" VALUES(497459,4,2,1,1,1,0,0,25,0,121,0,0,1927);
INSERT INTO "usage" VALUES(497459,4,3,1,1,1,0,0,369,184,158,0,0,2232);
INSERT INTO "usage" VALUES(497459,4,6,1,1,1,0,0,512,0,3370,0,0,41015);
INSERT INTO "usage" VALUES(497459,5,1,1,1,1,0,0,822,0,49,0,0,820);
INSERT INTO "usage" VALUES(497459,5,6,2,1,1,0,0,1044,0,103,0,0,1790);
INSERT INTO "usage" VALUES(497459,5,6,3,1,1,0,0,423,0,1544,0,0,18790);
INSERT INTO "usage" VALUES(497459,7,4,3,1,1,0,0,486,243,33,0,0,608);
INSERT INTO "usage" VALUES(497459,8,3,3,1,1,0,0,995,0,475,0,0,6048);
INSERT INTO "usage" VALUES(497459,8,5,2,1,1,0,0,1040,520,116,0,0,1861);
INSERT INTO "usage" VALUES(497459,8,6,2,1,1,0,0,582,0,83,0,0,1274);
INSERT INTO "usage" VALUES(497460,1,1,2,1,1,0,0,563,0,175,0,0,2412);
INSERT INTO "usage" VALUES(497460,1,2,1,1,1,0,0,1505,0,213,0,0,3139);
INSERT INTO "usage" VALUES(497460,1,4,2,1,1,0,0,567,0,206,0,0,2889);
INSERT INTO "usage" VALUES(497460,2,1,1,1,1,0,0,710,0,348,0,0,4757);
INSERT INTO "usage" VALUES(497460,2,4,3,1,1,0,0,1092,0,824,0,0,10405);
INSERT INTO "usage" VALUES(497460,3,2,1,1,1,0,0,663,0,245,0,0,3423);
INSERT INTO "usage" VALUES(497460,3,3,3,1,2,0,0,4060,0,365,0,0,5281);
INSERT INTO "usage" VALUES(497460,3,4,1,1,1,0,0,679,0,315,0,0,4142);
INSERT INTO "usage" VALUES(497460,4,3,2,1,1,0,0,1002,0,13,0,0,500);
INSERT INTO "usage" VALUES(497460,4,4,1,1,1,0,0,212,106,23,0,0,547);
INSERT INTO "usage" VALUES(497460,4,6,1,1,1,0,0,2951,1475,197,0,0,2659);
INSERT INTO "usage" VALUES(497460,4,6,3,1,1,0,0,979,489,63,0,0,1081);
INSERT INTO "usage" VALUES(497460,5,2,3,1,1,0,0,557,0,344,0,0,4360);
INSERT INTO "usage" VALUES(497460,6,2,2,1,1,0,0,775,0,87,0,0,1450);
INSERT INTO "usage" VALUES(497460,7,2,3,1,1,0,0,1566,0,85,0,0,1476);
INSERT INTO "usage" VALUES(497460,8,4,3,1,1,0,0,60,30,215,0,0,3143);
INSERT INTO "usage" VALUES(497461,1,2,1,1,1,0,0,433,0,1132,0,0,14120);
INSERT INTO "usage" VALUES(497461,1,3,2,1,1,0,0,1796,0,264,0,0,3464);
INSERT INTO "usage" VALUES(497461,1,5,3,1,1,0,0,261,0,154,0,0,2123);
INSERT INTO "usage" VALUES(497461,2,2,3,1,2,0,0,1798,387,156,0,0,2559);
INSERT INTO "usage" VALUES(497461,2,4,3,1,1,0,0,360,0,136,0,0,2189);
INSERT INTO "usage" VALUES(497461,3,2,3,1,1,0,0,568,284,79,0,0,1177);
INSERT INTO "usage" VALUES(497461,3,5,3,1,1,0,0,521,0,164,0,0,2363);
INSERT INTO "usage" VALUES(497461,4,5,2,1,1,0,0,764,0,64,0,0,1111);
INSERT INTO "usage" VALUES(497461,4,6,3,1,1,0,0,1048,0,198,0,0,2681);
INSERT INTO "usage" VALUES(497461,5,6,2,1,1,0,0,879,0,22,0,0,755);
INSERT INTO "usage" VALUES(497461,6,1,1,1,1,0,0,899,0,235,0,0,3395);
INSERT INTO "usage" VALUES(497461,6,4,1,1,1,0,0,1038,0,1884,0,0,23067);
INSERT INTO "usage" VALUES(497461,6,6,1,1,1,0,0,497,0,178,0,0,2505);
INSERT INTO "usage" VALUES(497461,7,3,3,1,1,0,0,1423,0,208,0,0,2833);
INSERT INTO "usage" VALUES(497461,8,4,1,1,1,0,0,357,0,239,0,0,3107);
INSERT INTO "usage" VALUES(497461,8,5,2,1,2,0,0,908,0,2633,0,0,32247);
INSERT INTO "usage" VALUES(497462,1,4,2,1,1,0,0,1559,0,167,0,0,2428);
INSERT INTO "usage" VALUES(497462,2,1,3,1,1,0,0,738,369,373,0,0,4701);
INSERT INTO "usage" VALUES(497462,2,3,2,1,1,0,0,600,0,219,0,0,3103);
INSERT INTO "usage" VALUES(497462,3,6,2,1,1,0,0,394,197,213,0,0,2924);
INSERT INTO "usage" VALUES(497462,4,3,3,1,1,0,0,710,0,1385,0,0,17046);
INSERT INTO "usage" VALUES(497462,5,4,1,1,1,0,0,1724,0,132,0,0,2096);
INSERT INTO "usage" VALUES(497462,5,5,1,1,1,0,0,473,0,234,0,0,3080);
INSERT INTO "usage" VALUES(497462,5,6,3,1,1,0,0,1012,506,196,0,0,2918);
INSERT INTO "usage" VALUES(497462,6,1,1,1,1,0,0,519,0,179,0,0,2564);
INSERT INTO "usage" VALUES(497462,6,2,1,1,1,0,0,2097,0,218,0,0,2908);
INSERT INTO "usage" VALUES(497462,6,2,3,1,1,0,0,496,0,3817,0,0,46081);
INSERT INTO "usage" VALUES(497462,7,4,2,1,1,0,0,796,0,169,0,0,2619);
INSERT INTO "usage" VALUES(497462,7,6,2,1,1,0,0,2072,0,15,0,0,428);
INSERT INTO "usage" VALUES(497462,8,1,2,1,1,0,0,201,100,225,0,0,3099);
INSERT INTO "usage" VALUES(497462,8,1,3,1,1,0,0,604,0,309,0,0,4222);
INSERT INTO "usage" VALUES(497462,8,3,1,1,1,0,0,5836,0,109,0,0,1684);
INSERT INTO "usage" VALUES(497462,8,4,2,1,1,0,0,919,0,146,0,0,2161);
INSERT INTO "usage" VALUES(497462,8,5,1,1,1,0,0,333,166,113,0,0,1569);
INSERT INTO "usage" VALUES(497462,8,5,3,1,1,0,0,1934,0,142,0,0,2127);
INSERT INTO "usage" VALUES(497463,1,2,3,1,1,0,0,444,0,236,0,0,3413);
INSERT INTO "usage" VALUES(497463,1,4,3,1,1,0,0,711,0,154,0,0,2122);
INSERT INTO "usage" VALUES(497463,1,5,3,1,1,1,0,0,0,0,0,0,442);
INSERT INTO "usage" VALUES(497463,2,4,2,1,1,0,0,957,0,171,0,0,2592);
INSERT INTO "usage" VALUES(497463,2,4,3,1,1,0,0,552,0,100,0,0,1701);
INSERT INTO "usage" VALUES(497463,3,5,1,1,1,0,0,599,0,67,0,0,1326);
INSERT INTO "usage" VALUES(497463,4,1,2,1,1,0,0,3198,0,565,0,0,7056);
INSERT INTO "usage" VALUES(497463,4,6,1,1,1,0,0,874,0,56,0,0,918);
INSERT INTO "usage" VALUES(497463,5,1,3,1,1,0,0,792,0,238,0,0,3165);
INSERT INTO "usage" VALUES(497463,5,3,2,1,1,0,0,818,0,109,0,0,1891);
INSERT INTO "usage" VALUES(497463,5,6,2,1,1,0,0,223,0,201,0,0,2626);
INSERT INTO "usage" VALUES(497463,6,1,1,1,1,0,0,366,183,198,0,0,2643);
INSERT INTO "usage" VALUES(497463,6,2,2,1,1,0,0,43,21,33,0,0,854);
INSERT INTO "usage" VALUES(497463,6,5,1,1,1,0,0,397,198,237,0,0,3144);
INSERT INTO "usage" VALUES(497463,6,6,2,1,1,0,0,792,0,63,0,0,1340);
INSERT INTO "usage" VALUES(497463,7,1,2,1,1,0,0,974,0,47,0,0,848);
INSERT INTO "usage" VALUES(497463,7,5,2,1,1,0,0,22982,0,182,0,0,2456);
INSERT INTO "usage" VALUES(497463,7,5,3,1,1,0,0,512,0,178,0,0,2492);
INSERT INTO "usage" VALUES(497463,8,1,3,1,1,0,0,870,0,181,0,0,2409);
INSERT INTO "usage" VALUES(497463,8,3,2,1,1,0,0,414,0,218,0,0,2928);
INSERT INTO "usage" VALUES(497464,1,5,1,1,1,0,0,404,202,110,0,0,1619);
INSERT INTO "usage" VALUES(497464,1,5,3,1,1,0,0,348,0,189,0,0,2493);
INSERT INTO "usage" VALUES(497464,2,2,1,1,1,0,0,841,0,216,0,0,2867);
INSERT INTO "usage" VALUES(497464,3,2,1,1,1,0,0,552,276,151,0,0,2221);
INSERT INTO "usage" VALUES(497464,3,4,3,1,1,0,0,390,195,192,0,0,2612);
INSERT INTO "usage" VALUES(497464,4,3,1,1,1,0,0,926,463,90,0,0,1375);
INSERT INTO "usage" VALUES(497464,4,5,1,1,1,0,0,445,0,423,0,0,5490);
INSERT INTO "usage" VALUES(497464,4,6,3,1,1,0,0,384,0,113,0,0,1682);
INSERT INTO "usage" VALUES(497464,5,1,3,1,1,0,0,876,438,174,0,0,2565);
INSERT INTO "usage" VALUES(497464,5,5,1,1,1,0,0,274,0,59,0,0,1286);
INSERT INTO "usage" VALUES(497464,5,5,3,1,1,0,0,751,375,186,0,0,2599);
INSERT INTO "usage" VALUES(497464,5,6,2,1,1,0,0,716,0,211,0,0,3121);
INSERT INTO "usage" VALUES(497464,6,6,1,1,1,0,0,949,0,389,0,0,5050);
INSERT INTO "usage" VALUES(497464,7,3,3,1,1,0,0,372,0,193,0,0,2783);
INSERT INTO "usage" VALUES(497464,7,5,1,1,1,0,0,222,0,198,0,0,2938);
INSERT INTO "usage" VALUES(497464,7,6,1,1,1,0,0,633,0,207,0,0,2733);
INSERT INTO "usage" VALUES(497464,8,3,2,1,1,0,0,38,0,224,0,0,3220);
INSERT INTO "usage" VALUES(497464,8,6,2,1,1,0,0,1798,899,254,0,0,3568);
INSERT INTO "usage" VALUES(497465,2,1,3,1,1,0,0,112,0,120,0,0,1857);
INSERT INTO "usage" VALUES(497465,2,2,1,1,1,0,0,995,497,194,0,0,2851);
INSERT INTO "usage" VALUES(497465,2,4,1,1,1,0,0,930,0,217,0,0,3084);
INSERT INTO "usage" VALUES(497465,2,5,1,1,1,0,0,525,0,215,0,0,2814);
INSERT INTO "usage" VALUES(497465,2,5,3,1,1,0,0,935,0,111,0,0,1557);
INSERT INTO "usage" VALUES(497465,4,1,1,1,1,0,0,439,0,330,0,0,4318);
INSERT INTO "usage" VALUES(497465,4,1,2,1,1,0,0,976,488,144,0,0,1991);
INSERT INTO "usage" VALUES(497465,4,2,1,1,1,0,0,713,0,182,0,0,2493);
INSERT INTO "usage" VALUES(497465,4,2,3,1,1,0,0,416,208,9,0,0,331);
INSERT INTO "usage" VALUES(497465,4,5,3,1,1,0,0,183,91,221,0,0,2979);
INSERT INTO "usage" VALUES(497465,5,4,2,1,1,0,0,54322,0,240,0,0,3424);
INSERT INTO "usage" VALUES(497465,6,4,1,1,1,0,0,502,0,145,0,0,2088);
INSERT INTO "usage" VALUES(497465,6,5,2,1,1,0,0,908,454,98,0,0,1419);
INSERT INTO "usage" VALUES(497465,6,6,2,1,1,0,0,685,0,32,0,0,674);
INSERT INTO "usage" VALUES(497465,7,6,1,1,1,1,0,0,0,0,0,0,453);
INSERT INTO "usage" VALUES(497465,7,6,2,1,2,0,0,1166,583,984,0,0,12547);
INSERT INTO "usage" VALUES(497465,8,2,1,1,1,0,0,357,0,108,0,0,1523);
INSERT INTO "usage" VALUES(497466,1,5,1,1,2,0,0,587,0,741,0,0,9619);
INSERT INTO "usage" VALUES(497466,1,6,1,1,1,0,0,201,0,189,0,0,2735);
INSERT INTO "usage" VALUES(497466,2,1,2,1,1,0,0,382,0,376,0,0,4733);
INSERT INTO "usage" VALUES(497466,3,5,3,1,2,0,0,1073,0,234,0,0,3826);
INSERT INTO "usage" VALUES(497466,4,3,2,1,1,0,0,312,0,101,0,0,1663);
INSERT INTO "usage" VALUES(497466,4,3,3,1,1,0,0,1007,0,6357,0,0,76544);
INSERT INTO "usage" VALUES(497466,4,5,3,1,1,0,0,335,167,44,0,0,799);
INSERT INTO "usage" VALUES(497466,5,3,3,1,1,0,0,1043,521,838,0,0,10263);
INSERT INTO "usage" VALUES(497466,6,4,1,1,1,0,0,875,0,229,0,0,3251);
INSERT INTO "usage" VALUES(497466,6,5,2,1,1,0,0,179,89,161,0,0,2311);
INSERT INTO "usage" VALUES(497466,6,5,3,1,1,0,0,747,0,138,0,0,1987);
INSERT INTO "usage" VALUES(497466,7,1,2,1,1,0,0,244,0,41,0,0,726);
INSERT INTO "usage" VALUES(497466,7,4,3,1,1,0,0,920,0,84,0,0,1480);
INSERT INTO "usage" VALUES(497466,7,6,3,1,1,0,0,15035,0,81,0,0,1412);
INSERT INTO "usage" VALUES(497467,1,2,3,1,1,0,0,596,0,46,0,0,933);
INSERT INTO "usage" VALUES(497467,4,1,3,1,1,0,0,7688,3844,166,0,0,2206);
INSERT INTO "usage" VALUES(497467,4,2,2,1,1,0,0,917,458,175,0,0,2469);
INSERT INTO "usage" VALUES(497467,4,3,3,1,1,0,0,824,412,76,0,0,1181);
INSERT INTO "usage" VALUES(497467,4,4,1,1,1,0,0,731,0,176,0,0,2610);
INSERT INTO "usage" VALUES(497467,4,4,3,1,1,0,0,2406,0,181,0,0,2457);
INSERT INTO "usage" VALUES(497467,4,5,2,1,1,0,0,506,253,119,0,0,1860);
INSERT INTO "usage" VALUES(497467,5,6,1,1,1,0,0,448,224,235,0,0,3350);
INSERT INTO "usage" VALUES(497467,7,3,3,1,1,0,0,1673,836,468,0,0,6087);
INSERT INTO "usage" VALUES(497467,8,1,1,1,1,0,0,470,235,107,0,0,1551);
INSERT INTO "usage" VALUES(497467,8,1,2,1,1,0,0,197,0,45,0,0,801);
INSERT INTO "usage" VALUES(497467,8,2,2,1,1,0,0,445,222,187,0,0,2599);
INSERT INTO "usage" VALUES(497467,8,3,2,1,1,0,0,1764,0,28,0,0,672);
INSERT INTO "usage" VALUES(497467,8,3,3,1,1,0,0,282,141,38,0,0,850);
INSERT INTO "usage" VALUES(497468,2,2,2,1,1,0,0,959,0,55,0,0,1006);
INSERT INTO "usage" VALUES(497468,2,4,2,1,2,0,0,1448,460,431,0,0,6037);
INSERT INTO "usage" VALUES(497468,3,4,3,1,1,0,0,1855,0,127,0,0,1994);
INSERT INTO "usage" VALUES(497468,3,6,1,1,1,0,0,645,0,177,0,0,2441);
INSERT INTO "usage" VALUES(497468,4,5,2,1,1,0,0,232,0,99,0,0,1390);
INSERT INTO "usage" VALUES(497468,4,5,3,1,1,0,0,826,0,6270,0,0,75648);
INSERT INTO "usage" VALUES(497468,5,2,3,1,1,0,0,997,0,203,0,0,3005);
INSERT INTO "usage" VALUES(497468,6,1,1,1,1,0,0,612,0,473,0,0,5970);
INSERT INTO "usage" VALUES(497468,7,1,2,1,1,0,0,926,0,187,0,0,2669);
INSERT INTO "usage" VALUES(497468,7,5,2,1,1,0,0,572,0,1,0,0,234);
INSERT INTO "usage" VALUES(497468,7,5,3,1,1,0,0,588,294,214,0,0,2896);
INSERT INTO "usage" VALUES(497468,8,3,2,1,1,0,0,63789,0,99,0,0,1590);
INSERT INTO "usage" VALUES(497469,2,3,1,1,1,0,0,1762,0,157,0,0,2473);
INSERT INTO "usage" VALUES(497469,2,5,2,1,1,0,0,131,0,328,0,0,4471);
INSERT INTO "usage" VALUES(497469,3,4,1,1,1,0,0,1265,0,52,0,0,1072);
INSERT INTO "usage" VALUES(497469,4,1,3,1,1,0,0,951,475,41,0,0,814);
INSERT INTO "usage" VALUES(497469,4,5,1,1,1,0,0,373,0,81,0,0,1384);
INSERT INTO "usage" VALUES(497469,5,2,1,1,1,0,0,4112,0,91,0,0,1645);
INSERT INTO "usage" VALUES(497469,5,5,1,1,1,0,0,672,0,15,0,0,477);
INSERT INTO "usage" VALUES(497469,6,2,3,1,2,0,0,735,367,240,0,0,3632);
INSERT INTO "usage" VALUES(497469,6,3,2,1,1,0,0,512,0,119,0,0,1882);
INSERT INTO "usage" VALUES(497469,7,1,1,1,1,0,0,846,423,192,0,0,2900);
INSERT INTO "usage" VALUES(497470,3,4,2,1,1,0,0,769,0,160,0,0,2148);
INSERT INTO "usage" VALUES(497470,3,5,1,1,1,0,0,487,0,86,0,0,1335);
INSERT INTO "usage" VALUES(497470,4,2,2,1,1,0,0,702,0,40,0,0,1029);
INSERT INTO "usage" VALUES(497470,4,5,2,1,1,0,0,879,0,96,0,0,1691);
INSERT INTO "usage" VALUES(497470,4,5,3,1,1,0,0,1041,0,3398,0,0,41044);
INSERT INTO "usage" VALUES(497470,6,4,1,1,1,0,0,770,0,104,0,0,1596);
INSERT INTO "usage" VALUES(497470,7,1,2,1,1,0,0,25,0,111,0,0,1659);
INSERT INTO "usage" VALUES(497470,8,4,1,1,1,0,0,564,0,197,0,0,2623);
INSERT INTO "usage" VALUES(497471,1,1,1,1,1,0,0,857,0,440,0,0,5672);
INSERT INTO "usage" VALUES(497471,3,4,2,1,1,0,0,805,0,165,0,0,2352);
INSERT INTO "usage" VALUES(497471,5,2,1,1,1,0,0,453,0,153,0,0,2115);
INSERT INTO "usage" VALUES(497471,6,2,2,1,1,0,0,893,0,110,0,0,1725);
INSERT INTO "usage" VALUES(497471,6,2,3,1,1,0,0,1045,0,103,0,0,1494);
INSERT INTO "usage" VALUES(497471,7,2,3,1,1,0,0,1028,0,236,0,0,3042);
CREATE INDEX source_file_name ON source_file (name);
CREATE INDEX source_file_sha256 ON source_file (sha256);
CREATE INDEX source_file_head ON source_file (head_sha256);
CREATE INDEX source_file_bytes ON source_file (bytes);
CREATE INDEX source_file_content ON source_file (content_digest);
CREATE INDEX source_file_sums ON source_file (scope) WHERE records = 'sums';
CREATE VIEW live_file AS
SELECT * FROM source_file WHERE file_id NOT IN (SELECT file_id FROM superseded_file);
CREATE INDEX source_alias_name ON source_alias (name);
CREATE INDEX source_alias_head ON source_alias (head_sha256);
CREATE INDEX source_alias_bytes ON source_alias (bytes);
CREATE INDEX request_id_file ON request_id (file_id);
CREATE INDEX request_stat_period ON request_stat (span, period);
CREATE INDEX calendar_hour_day ON calendar_hour (day);
CREATE INDEX calendar_hour_month ON calendar_hour (month);
CREATE INDEX calendar_day_month ON calendar_day (month);
CREATE VIEW hourly_emissions AS
SELECT c.text AS hour,
  c.epoch AS hour_epoch,
  c.day AS day,
  c.month AS month,
  r.name AS region,
  z.zone AS zone,
  m.name AS model,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.input_tokens AS input_tokens,
  e.cached_input_tokens AS cached_input_tokens,
  e.cache_write_tokens AS cache_write_tokens,
  e.output_tokens AS output_tokens,
  e.reasoning_tokens AS reasoning_tokens,
  e.items AS items,
  e.duration_ms AS duration_ms,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.audio_input_tokens AS audio_input_tokens,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.measured_energy_uwh / 1000000000.0 AS measured_energy_kwh,
  e.estimated_energy_uwh / 1000000000.0 AS estimated_energy_kwh,
  e.filled_energy_uwh / 1000000000.0 AS filled_energy_kwh,
  e.unmatched_energy_uwh / 1000000000.0 AS unmatched_energy_kwh,
  e.assumed_energy_uwh / 1000000000.0 AS assumed_energy_kwh,
  e.assumed_emissions_ug / 1000000000.0 AS assumed_emissions_kgco2e,
  e.failed_energy_uwh / 1000000000.0 AS failed_energy_kwh,
  e.energy_uwh / 1000000000.0 AS energy_kwh,
  e.energy_uwh_low / 1000000000.0 AS energy_kwh_low,
  e.energy_uwh_high / 1000000000.0 AS energy_kwh_high,
  e.emissions_ug / 1000000000.0 AS emissions_kgco2e,
  e.emissions_ug_low / 1000000000.0 AS emissions_kgco2e_low,
  e.emissions_ug_high / 1000000000.0 AS emissions_kgco2e_high,
  e.it_energy_uwh / 1000000000.0 AS it_energy_kwh,
  e.market_emissions_ug / 1000000000.0 AS market_emissions_kgco2e,
  e.marginal_emissions_ug / 1000000000.0 AS marginal_emissions_kgco2e,
  e.td_loss_emissions_ug / 1000000000.0 AS td_loss_emissions_kgco2e,
  e.embodied_ug / 1000000000.0 AS embodied_kgco2e,
  e.embodied_ug_low / 1000000000.0 AS embodied_kgco2e_low,
  e.embodied_ug_high / 1000000000.0 AS embodied_kgco2e_high,
  e.on_site_water_nl / 1000000000.0 AS on_site_water_l,
  e.off_site_water_nl / 1000000000.0 AS off_site_water_l,
  e.energy_uwh / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request,
  e.emissions_ug / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request,
  iif(e.on_site_water_nl IS NULL, NULL, z.water_basis) AS on_site_water_basis,
  iif(z.water_basis = 'consumption', (e.on_site_water_nl + e.off_site_water_nl) / 1e9, NULL) AS water_l,
  f.intensity_mg_per_kwh / 1e3 AS intensity_g_per_kwh,
  v.name AS grid_evidence,
  f.grid_step AS grid_step,
  f.energy_evidence AS energy_evidence,
  f.batch_milli / 1e3 AS batch_size
FROM hour_emission AS e
JOIN calendar_hour AS c USING (hour)
JOIN hour_factor AS f USING (hour, region_id, model_id)
JOIN evidence AS v USING (evidence_id)
JOIN region AS r USING (region_id)
JOIN model AS m USING (model_id)
LEFT JOIN region_zone AS z USING (region_id);
CREATE VIEW daily_emissions AS
SELECT c.text AS day,
  c.epoch AS day_epoch,
  c.month AS month,
  r.name AS region,
  z.zone AS zone,
  m.name AS model,
  d.tenant AS tenant,
  d.project AS project,
  d.endpoint AS endpoint,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.input_tokens AS input_tokens,
  e.cached_input_tokens AS cached_input_tokens,
  e.cache_write_tokens AS cache_write_tokens,
  e.output_tokens AS output_tokens,
  e.reasoning_tokens AS reasoning_tokens,
  e.items AS items,
  e.duration_ms AS duration_ms,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.audio_input_tokens AS audio_input_tokens,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.measured_energy_uwh / 1000000000.0 AS measured_energy_kwh,
  e.estimated_energy_uwh / 1000000000.0 AS estimated_energy_kwh,
  e.filled_energy_uwh / 1000000000.0 AS filled_energy_kwh,
  e.unmatched_energy_uwh / 1000000000.0 AS unmatched_energy_kwh,
  e.assumed_energy_uwh / 1000000000.0 AS assumed_energy_kwh,
  e.assumed_emissions_ug / 1000000000.0 AS assumed_emissions_kgco2e,
  e.failed_energy_uwh / 1000000000.0 AS failed_energy_kwh,
  e.energy_uwh / 1000000000.0 AS energy_kwh,
  e.energy_uwh_low / 1000000000.0 AS energy_kwh_low,
  e.energy_uwh_high / 1000000000.0 AS energy_kwh_high,
  e.emissions_ug / 1000000000.0 AS emissions_kgco2e,
  e.emissions_ug_low / 1000000000.0 AS emissions_kgco2e_low,
  e.emissions_ug_high / 1000000000.0 AS emissions_kgco2e_high,
  e.it_energy_uwh / 1000000000.0 AS it_energy_kwh,
  e.market_emissions_ug / 1000000000.0 AS market_emissions_kgco2e,
  e.marginal_emissions_ug / 1000000000.0 AS marginal_emissions_kgco2e,
  e.td_loss_emissions_ug / 1000000000.0 AS td_loss_emissions_kgco2e,
  e.embodied_ug / 1000000000.0 AS embodied_kgco2e,
  e.embodied_ug_low / 1000000000.0 AS embodied_kgco2e_low,
  e.embodied_ug_high / 1000000000.0 AS embodied_kgco2e_high,
  e.on_site_water_nl / 1000000000.0 AS on_site_water_l,
  e.off_site_water_nl / 1000000000.0 AS off_site_water_l,
  e.energy_uwh / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request,
  e.emissions_ug / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request,
  iif(e.on_site_water_nl IS NULL, NULL, z.water_basis) AS on_site_water_basis,
  iif(z.water_basis = 'consumption', (e.on_site_water_nl + e.off_site_water_nl) / 1e9, NULL) AS water_l,
  CAST(e.measured_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS measured_share,
  CAST(e.estimated_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS estimated_share,
  CAST(e.filled_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS filled_share
FROM daily_emission AS e
JOIN calendar_day AS c USING (day)
JOIN region AS r USING (region_id)
JOIN model AS m USING (model_id)
LEFT JOIN region_zone AS z USING (region_id)
JOIN dimension AS d USING (dimension_id);
CREATE VIEW monthly_emissions AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  r.name AS region,
  z.zone AS zone,
  m.name AS model,
  d.tenant AS tenant,
  d.project AS project,
  d.endpoint AS endpoint,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.input_tokens AS input_tokens,
  e.cached_input_tokens AS cached_input_tokens,
  e.cache_write_tokens AS cache_write_tokens,
  e.output_tokens AS output_tokens,
  e.reasoning_tokens AS reasoning_tokens,
  e.items AS items,
  e.duration_ms AS duration_ms,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.audio_input_tokens AS audio_input_tokens,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.measured_energy_uwh / 1000000000.0 AS measured_energy_kwh,
  e.estimated_energy_uwh / 1000000000.0 AS estimated_energy_kwh,
  e.filled_energy_uwh / 1000000000.0 AS filled_energy_kwh,
  e.unmatched_energy_uwh / 1000000000.0 AS unmatched_energy_kwh,
  e.assumed_energy_uwh / 1000000000.0 AS assumed_energy_kwh,
  e.assumed_emissions_ug / 1000000000.0 AS assumed_emissions_kgco2e,
  e.failed_energy_uwh / 1000000000.0 AS failed_energy_kwh,
  e.energy_uwh / 1000000000.0 AS energy_kwh,
  e.energy_uwh_low / 1000000000.0 AS energy_kwh_low,
  e.energy_uwh_high / 1000000000.0 AS energy_kwh_high,
  e.emissions_ug / 1000000000.0 AS emissions_kgco2e,
  e.emissions_ug_low / 1000000000.0 AS emissions_kgco2e_low,
  e.emissions_ug_high / 1000000000.0 AS emissions_kgco2e_high,
  e.it_energy_uwh / 1000000000.0 AS it_energy_kwh,
  e.market_emissions_ug / 1000000000.0 AS market_emissions_kgco2e,
  e.marginal_emissions_ug / 1000000000.0 AS marginal_emissions_kgco2e,
  e.td_loss_emissions_ug / 1000000000.0 AS td_loss_emissions_kgco2e,
  e.embodied_ug / 1000000000.0 AS embodied_kgco2e,
  e.embodied_ug_low / 1000000000.0 AS embodied_kgco2e_low,
  e.embodied_ug_high / 1000000000.0 AS embodied_kgco2e_high,
  e.on_site_water_nl / 1000000000.0 AS on_site_water_l,
  e.off_site_water_nl / 1000000000.0 AS off_site_water_l,
  e.energy_uwh / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request,
  e.emissions_ug / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request,
  iif(e.on_site_water_nl IS NULL, NULL, z.water_basis) AS on_site_water_basis,
  iif(z.water_basis = 'consumption', (e.on_site_water_nl + e.off_site_water_nl) / 1e9, NULL) AS water_l,
  CAST(e.measured_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS measured_share,
  CAST(e.estimated_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS estimated_share,
  CAST(e.filled_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS filled_share
FROM monthly_emission AS e
JOIN calendar_month AS c USING (month)
JOIN region AS r USING (region_id)
JOIN model AS m USING (model_id)
LEFT JOIN region_zone AS z USING (region_id)
JOIN dimension AS d USING (dimension_id);
CREATE VIEW monthly_totals AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.input_tokens AS input_tokens,
  e.cached_input_tokens AS cached_input_tokens,
  e.cache_write_tokens AS cache_write_tokens,
  e.output_tokens AS output_tokens,
  e.reasoning_tokens AS reasoning_tokens,
  e.items AS items,
  e.duration_ms AS duration_ms,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.audio_input_tokens AS audio_input_tokens,
  e.requests - e.energy_requests AS unmatched_requests,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.measured_energy_uwh / 1000000000.0 AS measured_energy_kwh,
  e.estimated_energy_uwh / 1000000000.0 AS estimated_energy_kwh,
  e.filled_energy_uwh / 1000000000.0 AS filled_energy_kwh,
  e.unmatched_energy_uwh / 1000000000.0 AS unmatched_energy_kwh,
  e.assumed_energy_uwh / 1000000000.0 AS assumed_energy_kwh,
  e.assumed_emissions_ug / 1000000000.0 AS assumed_emissions_kgco2e,
  e.failed_energy_uwh / 1000000000.0 AS failed_energy_kwh,
  e.energy_uwh / 1000000000.0 AS energy_kwh,
  e.energy_uwh_low / 1000000000.0 AS energy_kwh_low,
  e.energy_uwh_high / 1000000000.0 AS energy_kwh_high,
  e.emissions_ug / 1000000000.0 AS emissions_kgco2e,
  e.emissions_ug_low / 1000000000.0 AS emissions_kgco2e_low,
  e.emissions_ug_high / 1000000000.0 AS emissions_kgco2e_high,
  e.it_energy_uwh / 1000000000.0 AS it_energy_kwh,
  e.market_emissions_ug / 1000000000.0 AS market_emissions_kgco2e,
  e.marginal_emissions_ug / 1000000000.0 AS marginal_emissions_kgco2e,
  e.td_loss_emissions_ug / 1000000000.0 AS td_loss_emissions_kgco2e,
  e.embodied_ug / 1000000000.0 AS embodied_kgco2e,
  e.embodied_ug_low / 1000000000.0 AS embodied_kgco2e_low,
  e.embodied_ug_high / 1000000000.0 AS embodied_kgco2e_high,
  e.on_site_water_nl / 1000000000.0 AS on_site_water_l,
  e.off_site_water_nl / 1000000000.0 AS off_site_water_l,
  e.energy_uwh / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request,
  e.emissions_ug / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request,
  CAST(e.measured_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS measured_share,
  CAST(e.estimated_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS estimated_share,
  CAST(e.filled_energy_uwh AS REAL) / nullif(e.energy_uwh, 0) AS filled_share
FROM month_total AS e JOIN calendar_month AS c USING (month);
CREATE VIEW daily_request_stats AS
SELECT c.text AS day,
  c.epoch AS day_epoch,
  c.month AS month,
  e.grouping AS grouping,
  r.name AS region,
  m.name AS model,
  e.tenant AS tenant,
  e.project AS project,
  e.endpoint AS endpoint,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.zero_requests AS zero_requests,
  e.binned_requests AS binned_requests,
  e.energy_uwh * 1 / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request_mean,
  (e.energy_uwh - e.energy_model_down_uwh) * 1 / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request_mean_low,
  (e.energy_uwh + e.energy_model_up_uwh) * 1 / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request_mean_high,
  (e.energy_p50_pwh) / 1e12 AS wh_per_request_p50,
  (e.energy_p50_pwh_low) / 1e12 AS wh_per_request_p50_low,
  (e.energy_p50_pwh_high) / 1e12 AS wh_per_request_p50_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh) / 1e12 AS wh_per_request_p90,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low) / 1e12 AS wh_per_request_p90_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high) / 1e12 AS wh_per_request_p90_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh + e.energy_p95_rise_pwh) / 1e12 AS wh_per_request_p95,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low + e.energy_p95_rise_pwh_low) / 1e12 AS wh_per_request_p95_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high + e.energy_p95_rise_pwh_high) / 1e12 AS wh_per_request_p95_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh + e.energy_p95_rise_pwh + e.energy_p99_rise_pwh) / 1e12 AS wh_per_request_p99,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low + e.energy_p95_rise_pwh_low + e.energy_p99_rise_pwh_low) / 1e12 AS wh_per_request_p99_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high + e.energy_p95_rise_pwh_high + e.energy_p99_rise_pwh_high) / 1e12 AS wh_per_request_p99_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh + e.energy_p95_rise_pwh + e.energy_p99_rise_pwh + e.energy_p100_rise_pwh) / 1e12 AS wh_per_request_max,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low + e.energy_p95_rise_pwh_low + e.energy_p99_rise_pwh_low + e.energy_p100_rise_pwh_low) / 1e12 AS wh_per_request_max_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high + e.energy_p95_rise_pwh_high + e.energy_p99_rise_pwh_high + e.energy_p100_rise_pwh_high) / 1e12 AS wh_per_request_max_high,
  e.emissions_ug * 1 / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request_mean,
  (e.emissions_ug - e.emissions_model_down_ug) * 1 / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request_mean_low,
  (e.emissions_ug + e.emissions_model_up_ug) * 1 / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request_mean_high,
  (e.emissions_p50_pg) / 1e12 AS gco2e_per_request_p50,
  (e.emissions_p50_pg_low) / 1e12 AS gco2e_per_request_p50_low,
  (e.emissions_p50_pg_high) / 1e12 AS gco2e_per_request_p50_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg) / 1e12 AS gco2e_per_request_p90,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low) / 1e12 AS gco2e_per_request_p90_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high) / 1e12 AS gco2e_per_request_p90_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg + e.emissions_p95_rise_pg) / 1e12 AS gco2e_per_request_p95,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low + e.emissions_p95_rise_pg_low) / 1e12 AS gco2e_per_request_p95_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high + e.emissions_p95_rise_pg_high) / 1e12 AS gco2e_per_request_p95_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg + e.emissions_p95_rise_pg + e.emissions_p99_rise_pg) / 1e12 AS gco2e_per_request_p99,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low + e.emissions_p95_rise_pg_low + e.emissions_p99_rise_pg_low) / 1e12 AS gco2e_per_request_p99_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high + e.emissions_p95_rise_pg_high + e.emissions_p99_rise_pg_high) / 1e12 AS gco2e_per_request_p99_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg + e.emissions_p95_rise_pg + e.emissions_p99_rise_pg + e.emissions_p100_rise_pg) / 1e12 AS gco2e_per_request_max,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low + e.emissions_p95_rise_pg_low + e.emissions_p99_rise_pg_low + e.emissions_p100_rise_pg_low) / 1e12 AS gco2e_per_request_max_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high + e.emissions_p95_rise_pg_high + e.emissions_p99_rise_pg_high + e.emissions_p100_rise_pg_high) / 1e12 AS gco2e_per_request_max_high,
  CASE WHEN e.binned_requests + e.zero_requests = 0 THEN NULL
  WHEN e.as_ingested_requests = 0 THEN 'in force'
  WHEN e.as_ingested_requests = e.binned_requests + e.zero_requests THEN 'as ingested'
  ELSE 'partly as ingested' END AS percentile_basis,
  CAST(e.binned_requests + e.zero_requests AS REAL) / nullif(e.requests - e.failed_requests
  - e.not_run_requests - e.cache_hit_requests - e.unknown_usage_requests
  - e.aggregated_requests, 0) AS percentile_coverage,
  iif(e.binned_requests = 0 OR e.as_ingested_requests > 0, NULL, 0.009983811380760654) AS relative_error
FROM request_stat AS e
JOIN calendar_day AS c ON c.day = e.period AND e.span = 'day'
LEFT JOIN region AS r USING (region_id)
LEFT JOIN model AS m USING (model_id);
CREATE VIEW monthly_request_stats AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  e.grouping AS grouping,
  r.name AS region,
  m.name AS model,
  e.tenant AS tenant,
  e.project AS project,
  e.endpoint AS endpoint,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.zero_requests AS zero_requests,
  e.binned_requests AS binned_requests,
  e.energy_uwh * 1 / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request_mean,
  (e.energy_uwh - e.energy_model_down_uwh) * 1 / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request_mean_low,
  (e.energy_uwh + e.energy_model_up_uwh) * 1 / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0) AS wh_per_request_mean_high,
  (e.energy_p50_pwh) / 1e12 AS wh_per_request_p50,
  (e.energy_p50_pwh_low) / 1e12 AS wh_per_request_p50_low,
  (e.energy_p50_pwh_high) / 1e12 AS wh_per_request_p50_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh) / 1e12 AS wh_per_request_p90,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low) / 1e12 AS wh_per_request_p90_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high) / 1e12 AS wh_per_request_p90_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh + e.energy_p95_rise_pwh) / 1e12 AS wh_per_request_p95,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low + e.energy_p95_rise_pwh_low) / 1e12 AS wh_per_request_p95_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high + e.energy_p95_rise_pwh_high) / 1e12 AS wh_per_request_p95_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh + e.energy_p95_rise_pwh + e.energy_p99_rise_pwh) / 1e12 AS wh_per_request_p99,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low + e.energy_p95_rise_pwh_low + e.energy_p99_rise_pwh_low) / 1e12 AS wh_per_request_p99_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high + e.energy_p95_rise_pwh_high + e.energy_p99_rise_pwh_high) / 1e12 AS wh_per_request_p99_high,
  (e.energy_p50_pwh + e.energy_p90_rise_pwh + e.energy_p95_rise_pwh + e.energy_p99_rise_pwh + e.energy_p100_rise_pwh) / 1e12 AS wh_per_request_max,
  (e.energy_p50_pwh_low + e.energy_p90_rise_pwh_low + e.energy_p95_rise_pwh_low + e.energy_p99_rise_pwh_low + e.energy_p100_rise_pwh_low) / 1e12 AS wh_per_request_max_low,
  (e.energy_p50_pwh_high + e.energy_p90_rise_pwh_high + e.energy_p95_rise_pwh_high + e.energy_p99_rise_pwh_high + e.energy_p100_rise_pwh_high) / 1e12 AS wh_per_request_max_high,
  e.emissions_ug * 1 / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request_mean,
  (e.emissions_ug - e.emissions_model_down_ug) * 1 / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request_mean_low,
  (e.emissions_ug + e.emissions_model_up_ug) * 1 / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0)), 0) AS gco2e_per_request_mean_high,
  (e.emissions_p50_pg) / 1e12 AS gco2e_per_request_p50,
  (e.emissions_p50_pg_low) / 1e12 AS gco2e_per_request_p50_low,
  (e.emissions_p50_pg_high) / 1e12 AS gco2e_per_request_p50_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg) / 1e12 AS gco2e_per_request_p90,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low) / 1e12 AS gco2e_per_request_p90_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high) / 1e12 AS gco2e_per_request_p90_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg + e.emissions_p95_rise_pg) / 1e12 AS gco2e_per_request_p95,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low + e.emissions_p95_rise_pg_low) / 1e12 AS gco2e_per_request_p95_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high + e.emissions_p95_rise_pg_high) / 1e12 AS gco2e_per_request_p95_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg + e.emissions_p95_rise_pg + e.emissions_p99_rise_pg) / 1e12 AS gco2e_per_request_p99,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low + e.emissions_p95_rise_pg_low + e.emissions_p99_rise_pg_low) / 1e12 AS gco2e_per_request_p99_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high + e.emissions_p95_rise_pg_high + e.emissions_p99_rise_pg_high) / 1e12 AS gco2e_per_request_p99_high,
  (e.emissions_p50_pg + e.emissions_p90_rise_pg + e.emissions_p95_rise_pg + e.emissions_p99_rise_pg + e.emissions_p100_rise_pg) / 1e12 AS gco2e_per_request_max,
  (e.emissions_p50_pg_low + e.emissions_p90_rise_pg_low + e.emissions_p95_rise_pg_low + e.emissions_p99_rise_pg_low + e.emissions_p100_rise_pg_low) / 1e12 AS gco2e_per_request_max_low,
  (e.emissions_p50_pg_high + e.emissions_p90_rise_pg_high + e.emissions_p95_rise_pg_high + e.emissions_p99_rise_pg_high + e.emissions_p100_rise_pg_high) / 1e12 AS gco2e_per_request_max_high,
  CASE WHEN e.binned_requests + e.zero_requests = 0 THEN NULL
  WHEN e.as_ingested_requests = 0 THEN 'in force'
  WHEN e.as_ingested_requests = e.binned_requests + e.zero_requests THEN 'as ingested'
  ELSE 'partly as ingested' END AS percentile_basis,
  CAST(e.binned_requests + e.zero_requests AS REAL) / nullif(e.requests - e.failed_requests
  - e.not_run_requests - e.cache_hit_requests - e.unknown_usage_requests
  - e.aggregated_requests, 0) AS percentile_coverage,
  iif(e.binned_requests = 0 OR e.as_ingested_requests > 0, NULL, 0.009983811380760654) AS relative_error
FROM request_stat AS e
JOIN calendar_month AS c ON c.month = e.period AND e.span = 'month'
LEFT JOIN region AS r USING (region_id)
LEFT JOIN model AS m USING (model_id);
CREATE VIEW daily_token_stats AS
SELECT c.text AS day,
  c.epoch AS day_epoch,
  c.month AS month,
  e.grouping AS grouping,
  r.name AS region,
  m.name AS model,
  e.tenant AS tenant,
  e.project AS project,
  e.endpoint AS endpoint,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.zero_requests AS zero_requests,
  e.binned_requests AS binned_requests,
  (e.energy_uwh - e.assumed_energy_uwh) * 1000 / 1e6 / nullif(e.energy_output_tokens, 0) AS wh_per_1000_output_tokens_mean,
  ((e.energy_uwh - e.assumed_energy_uwh) - e.energy_model_down_uwh) * 1000 / 1e6 / nullif(e.energy_output_tokens, 0) AS wh_per_1000_output_tokens_mean_low,
  ((e.energy_uwh - e.assumed_energy_uwh) + e.energy_model_up_uwh) * 1000 / 1e6 / nullif(e.energy_output_tokens, 0) AS wh_per_1000_output_tokens_mean_high,
  (e.kilotoken_energy_p50_pwh) / 1e12 AS wh_per_1000_output_tokens_p50,
  (e.kilotoken_energy_p50_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p50_low,
  (e.kilotoken_energy_p50_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p50_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_p90,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p90_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p90_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh + e.kilotoken_energy_p95_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_p95,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low + e.kilotoken_energy_p95_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p95_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high + e.kilotoken_energy_p95_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p95_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh + e.kilotoken_energy_p95_rise_pwh + e.kilotoken_energy_p99_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_p99,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low + e.kilotoken_energy_p95_rise_pwh_low + e.kilotoken_energy_p99_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p99_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high + e.kilotoken_energy_p95_rise_pwh_high + e.kilotoken_energy_p99_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p99_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh + e.kilotoken_energy_p95_rise_pwh + e.kilotoken_energy_p99_rise_pwh + e.kilotoken_energy_p100_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_max,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low + e.kilotoken_energy_p95_rise_pwh_low + e.kilotoken_energy_p99_rise_pwh_low + e.kilotoken_energy_p100_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_max_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high + e.kilotoken_energy_p95_rise_pwh_high + e.kilotoken_energy_p99_rise_pwh_high + e.kilotoken_energy_p100_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_max_high,
  (e.emissions_ug - e.assumed_emissions_ug) * 1000 / 1e6 / nullif(e.matched_output_tokens, 0) AS gco2e_per_1000_output_tokens_mean,
  ((e.emissions_ug - e.assumed_emissions_ug) - e.emissions_model_down_ug) * 1000 / 1e6 / nullif(e.matched_output_tokens, 0) AS gco2e_per_1000_output_tokens_mean_low,
  ((e.emissions_ug - e.assumed_emissions_ug) + e.emissions_model_up_ug) * 1000 / 1e6 / nullif(e.matched_output_tokens, 0) AS gco2e_per_1000_output_tokens_mean_high,
  (e.kilotoken_emissions_p50_pg) / 1e12 AS gco2e_per_1000_output_tokens_p50,
  (e.kilotoken_emissions_p50_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p50_low,
  (e.kilotoken_emissions_p50_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p50_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_p90,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p90_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p90_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg + e.kilotoken_emissions_p95_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_p95,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low + e.kilotoken_emissions_p95_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p95_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high + e.kilotoken_emissions_p95_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p95_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg + e.kilotoken_emissions_p95_rise_pg + e.kilotoken_emissions_p99_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_p99,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low + e.kilotoken_emissions_p95_rise_pg_low + e.kilotoken_emissions_p99_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p99_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high + e.kilotoken_emissions_p95_rise_pg_high + e.kilotoken_emissions_p99_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p99_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg + e.kilotoken_emissions_p95_rise_pg + e.kilotoken_emissions_p99_rise_pg + e.kilotoken_emissions_p100_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_max,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low + e.kilotoken_emissions_p95_rise_pg_low + e.kilotoken_emissions_p99_rise_pg_low + e.kilotoken_emissions_p100_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_max_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high + e.kilotoken_emissions_p95_rise_pg_high + e.kilotoken_emissions_p99_rise_pg_high + e.kilotoken_emissions_p100_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_max_high,
  CASE WHEN e.binned_requests + e.zero_requests = 0 THEN NULL
  WHEN e.as_ingested_requests = 0 THEN 'in force'
  WHEN e.as_ingested_requests = e.binned_requests + e.zero_requests THEN 'as ingested'
  ELSE 'partly as ingested' END AS percentile_basis,
  CAST(e.binned_requests + e.zero_requests AS REAL) / nullif(e.requests - e.failed_requests
  - e.not_run_requests - e.cache_hit_requests - e.unknown_usage_requests
  - e.aggregated_requests, 0) AS percentile_coverage,
  iif(e.binned_requests = 0 OR e.as_ingested_requests > 0, NULL, 0.009983811380760654) AS relative_error
FROM request_stat AS e
JOIN calendar_day AS c ON c.day = e.period AND e.span = 'day'
LEFT JOIN region AS r USING (region_id)
LEFT JOIN model AS m USING (model_id);
CREATE VIEW monthly_token_stats AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  e.grouping AS grouping,
  r.name AS region,
  m.name AS model,
  e.tenant AS tenant,
  e.project AS project,
  e.endpoint AS endpoint,
  e.requests AS requests,
  e.failed_requests AS failed_requests,
  e.not_run_requests AS not_run_requests,
  e.cache_hit_requests AS cache_hit_requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.aggregated_requests AS aggregated_requests,
  e.uncounted_tokens AS uncounted_tokens,
  e.energy_requests AS energy_requests,
  e.matched_requests AS matched_requests,
  e.energy_output_tokens AS energy_output_tokens,
  e.matched_output_tokens AS matched_output_tokens,
  e.zero_requests AS zero_requests,
  e.binned_requests AS binned_requests,
  (e.energy_uwh - e.assumed_energy_uwh) * 1000 / 1e6 / nullif(e.energy_output_tokens, 0) AS wh_per_1000_output_tokens_mean,
  ((e.energy_uwh - e.assumed_energy_uwh) - e.energy_model_down_uwh) * 1000 / 1e6 / nullif(e.energy_output_tokens, 0) AS wh_per_1000_output_tokens_mean_low,
  ((e.energy_uwh - e.assumed_energy_uwh) + e.energy_model_up_uwh) * 1000 / 1e6 / nullif(e.energy_output_tokens, 0) AS wh_per_1000_output_tokens_mean_high,
  (e.kilotoken_energy_p50_pwh) / 1e12 AS wh_per_1000_output_tokens_p50,
  (e.kilotoken_energy_p50_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p50_low,
  (e.kilotoken_energy_p50_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p50_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_p90,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p90_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p90_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh + e.kilotoken_energy_p95_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_p95,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low + e.kilotoken_energy_p95_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p95_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high + e.kilotoken_energy_p95_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p95_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh + e.kilotoken_energy_p95_rise_pwh + e.kilotoken_energy_p99_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_p99,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low + e.kilotoken_energy_p95_rise_pwh_low + e.kilotoken_energy_p99_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_p99_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high + e.kilotoken_energy_p95_rise_pwh_high + e.kilotoken_energy_p99_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_p99_high,
  (e.kilotoken_energy_p50_pwh + e.kilotoken_energy_p90_rise_pwh + e.kilotoken_energy_p95_rise_pwh + e.kilotoken_energy_p99_rise_pwh + e.kilotoken_energy_p100_rise_pwh) / 1e12 AS wh_per_1000_output_tokens_max,
  (e.kilotoken_energy_p50_pwh_low + e.kilotoken_energy_p90_rise_pwh_low + e.kilotoken_energy_p95_rise_pwh_low + e.kilotoken_energy_p99_rise_pwh_low + e.kilotoken_energy_p100_rise_pwh_low) / 1e12 AS wh_per_1000_output_tokens_max_low,
  (e.kilotoken_energy_p50_pwh_high + e.kilotoken_energy_p90_rise_pwh_high + e.kilotoken_energy_p95_rise_pwh_high + e.kilotoken_energy_p99_rise_pwh_high + e.kilotoken_energy_p100_rise_pwh_high) / 1e12 AS wh_per_1000_output_tokens_max_high,
  (e.emissions_ug - e.assumed_emissions_ug) * 1000 / 1e6 / nullif(e.matched_output_tokens, 0) AS gco2e_per_1000_output_tokens_mean,
  ((e.emissions_ug - e.assumed_emissions_ug) - e.emissions_model_down_ug) * 1000 / 1e6 / nullif(e.matched_output_tokens, 0) AS gco2e_per_1000_output_tokens_mean_low,
  ((e.emissions_ug - e.assumed_emissions_ug) + e.emissions_model_up_ug) * 1000 / 1e6 / nullif(e.matched_output_tokens, 0) AS gco2e_per_1000_output_tokens_mean_high,
  (e.kilotoken_emissions_p50_pg) / 1e12 AS gco2e_per_1000_output_tokens_p50,
  (e.kilotoken_emissions_p50_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p50_low,
  (e.kilotoken_emissions_p50_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p50_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_p90,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p90_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p90_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg + e.kilotoken_emissions_p95_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_p95,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low + e.kilotoken_emissions_p95_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p95_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high + e.kilotoken_emissions_p95_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p95_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg + e.kilotoken_emissions_p95_rise_pg + e.kilotoken_emissions_p99_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_p99,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low + e.kilotoken_emissions_p95_rise_pg_low + e.kilotoken_emissions_p99_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_p99_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high + e.kilotoken_emissions_p95_rise_pg_high + e.kilotoken_emissions_p99_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_p99_high,
  (e.kilotoken_emissions_p50_pg + e.kilotoken_emissions_p90_rise_pg + e.kilotoken_emissions_p95_rise_pg + e.kilotoken_emissions_p99_rise_pg + e.kilotoken_emissions_p100_rise_pg) / 1e12 AS gco2e_per_1000_output_tokens_max,
  (e.kilotoken_emissions_p50_pg_low + e.kilotoken_emissions_p90_rise_pg_low + e.kilotoken_emissions_p95_rise_pg_low + e.kilotoken_emissions_p99_rise_pg_low + e.kilotoken_emissions_p100_rise_pg_low) / 1e12 AS gco2e_per_1000_output_tokens_max_low,
  (e.kilotoken_emissions_p50_pg_high + e.kilotoken_emissions_p90_rise_pg_high + e.kilotoken_emissions_p95_rise_pg_high + e.kilotoken_emissions_p99_rise_pg_high + e.kilotoken_emissions_p100_rise_pg_high) / 1e12 AS gco2e_per_1000_output_tokens_max_high,
  CASE WHEN e.binned_requests + e.zero_requests = 0 THEN NULL
  WHEN e.as_ingested_requests = 0 THEN 'in force'
  WHEN e.as_ingested_requests = e.binned_requests + e.zero_requests THEN 'as ingested'
  ELSE 'partly as ingested' END AS percentile_basis,
  CAST(e.binned_requests + e.zero_requests AS REAL) / nullif(e.requests - e.failed_requests
  - e.not_run_requests - e.cache_hit_requests - e.unknown_usage_requests
  - e.aggregated_requests, 0) AS percentile_coverage,
  iif(e.binned_requests = 0 OR e.as_ingested_requests > 0, NULL, 0.009983811380760654) AS relative_error
FROM request_stat AS e
JOIN calendar_month AS c ON c.month = e.period AND e.span = 'month'
LEFT JOIN region AS r USING (region_id)
LEFT JOIN model AS m USING (model_id);
CREATE VIEW monthly_coverage AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  r.name AS region,
  e.measured_energy_uwh / 1e9 AS measured_energy_kwh,
  e.estimated_energy_uwh / 1e9 AS estimated_energy_kwh,
  e.interpolated_energy_uwh / 1e9 AS interpolated_energy_kwh,
  e.profile_energy_uwh / 1e9 AS profile_energy_kwh,
  e.annual_energy_uwh / 1e9 AS annual_energy_kwh,
  e.missing_energy_uwh / 1e9 AS missing_energy_kwh,
  e.energy_metered_uwh / 1e9 AS energy_metered_kwh,
  e.energy_measured_uwh / 1e9 AS energy_measured_kwh,
  e.energy_modelled_uwh / 1e9 AS energy_modelled_kwh,
  e.energy_published_uwh / 1e9 AS energy_published_kwh,
  e.energy_assumed_uwh / 1e9 AS energy_assumed_kwh,
  e.requests AS requests,
  e.unknown_usage_requests AS unknown_usage_requests,
  e.unmatched_model_requests AS unmatched_model_requests,
  e.rejected_lines AS rejected_lines
FROM month_coverage AS e JOIN calendar_month AS c USING (month)
LEFT JOIN region AS r USING (region_id);
CREATE VIEW monthly_boundaries AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  e.boundary AS boundary,
  e.includes AS includes,
  e.ug / 1e9 AS emissions_kgco2e,
  e.ug / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0), 0) AS gco2e_per_request,
  CAST(e.matched_requests AS REAL) / nullif(e.requests * (e.uncounted_tokens = 0), 0) AS coverage
FROM (SELECT month, requests, matched_requests, uncounted_tokens, 'GHG Protocol Scope 2, location-based' AS boundary,
  'operational, average grid' AS includes, emissions_ug AS ug FROM month_total
UNION ALL
SELECT month, requests, matched_requests, uncounted_tokens, 'GHG Protocol Scope 2, market-based' AS boundary,
  'operational, contracts or residual mix' AS includes, market_emissions_ug AS ug FROM month_total
UNION ALL
SELECT month, requests, matched_requests, uncounted_tokens, 'GHG Protocol Scope 3, category 3, T&D losses' AS boundary,
  'electricity lost in transmission and distribution, average grid' AS includes, td_loss_emissions_ug AS ug FROM month_total
UNION ALL
SELECT month, requests, matched_requests, uncounted_tokens, 'SCI' AS boundary,
  'operational, average grid, and embodied, per request' AS includes, emissions_ug + embodied_ug AS ug FROM month_total
UNION ALL
SELECT month, requests, matched_requests, uncounted_tokens, 'EcoLogits-like' AS boundary,
  'operational, average grid, and embodied' AS includes, emissions_ug + embodied_ug AS ug FROM month_total
UNION ALL
SELECT month, requests, matched_requests, uncounted_tokens, 'Google-like' AS boundary,
  'operational, market-based, and embodied' AS includes, market_emissions_ug + embodied_ug AS ug FROM month_total) AS e
JOIN calendar_month AS c USING (month);
CREATE VIEW monthly_training AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  m.name AS model,
  e.requests AS requests,
  e.unit AS unit,
  e.source AS source,
  e.training_ug / 1e9 AS training_kgco2e
FROM month_training AS e JOIN calendar_month AS c USING (month)
JOIN model AS m USING (model_id);
CREATE VIEW grid_hours AS
SELECT s.zone AS zone,
  c.text AS hour,
  c.epoch AS hour_epoch,
  c.day AS day,
  c.month AS month,
  s.basis AS basis,
  s.signal AS signal,
  e.intensity_mg_per_kwh / 1e3 AS intensity_g_per_kwh,
  v.name AS evidence,
  l.source AS source,
  l.label AS release,
  e.release_id AS release_id,
  l.boundary AS boundary,
  e.is_partial AS is_partial,
  l.fuel_factors AS fuel_factors,
  strftime('%Y-%m-%d %H:%M:%S', e.revised_ms / 1000, 'unixepoch') AS updated
FROM grid_in_force AS e
JOIN grid_series AS s USING (series_id)
JOIN calendar_hour AS c USING (hour)
JOIN evidence AS v USING (evidence_id)
JOIN grid_release AS l USING (release_id);
CREATE VIEW pool_hours AS
SELECT e.pool AS pool,
  c.text AS hour,
  c.epoch AS hour_epoch,
  c.day AS day,
  c.month AS month,
  e.supply AS supply,
  e.supplied_uwh / 1e9 AS supplied_kwh,
  e.allocated_uwh / 1e9 AS allocated_kwh,
  e.unmatched_uwh / 1e9 AS unmatched_kwh,
  e.idle_uwh / 1e9 AS idle_kwh,
  CAST(e.modelled_uwh AS REAL) / nullif(e.allocated_uwh, 0) AS model_to_meter,
  e.idle_energy_uwh / 1e9 AS idle_energy_kwh,
  e.idle_emissions_ug / 1e9 AS idle_emissions_kgco2e,
  v.name AS grid_evidence,
  e.grid_step AS grid_step
FROM pool_hour AS e JOIN calendar_hour AS c USING (hour) JOIN evidence AS v USING (evidence_id);
CREATE VIEW source_files AS
SELECT e.file_id AS file_id,
  e.name AS name,
  e.sha256 AS sha256,
  e.bytes AS bytes,
  e.compression AS compression,
  e.plain_bytes AS plain_bytes,
  e.dialect AS dialect,
  e.dialect_sha256 AS dialect_sha256,
  e.options AS options,
  e.records AS records,
  e.scope AS scope,
  e.lines AS lines,
  e.counted AS counted,
  e.rejected AS rejected,
  e.duplicate AS duplicate,
  e.skipped AS skipped,
  e.requests AS requests,
  e.first_request AS first_request,
  e.last_request AS last_request,
  e.state AS state,
  e.superseded_by AS superseded_by,
  e.committed_at AS committed_at,
  e.run_id AS run_id,
  e.unseen_parents AS unseen_parents,
  e.problem AS problem
FROM (SELECT f.file_id, f.name, lower(hex(f.sha256)) AS sha256, f.bytes, f.compression,
  f.plain_bytes, f.dialect, f.dialect_sha256, f.options, f.records, f.scope,
  f.lines, f.counted, f.rejected, f.duplicate, f.skipped, f.requests,
  strftime('%Y-%m-%d %H:%M:%S', f.first_time_ms / 1000, 'unixepoch') AS first_request,
  strftime('%Y-%m-%d %H:%M:%S', f.last_time_ms / 1000, 'unixepoch') AS last_request,
  iif(s.file_id IS NULL, 'live', 'superseded') AS state, s.superseded_by,
  r.committed_at, f.run_id, f.unseen_parents,
  CASE WHEN f.counted + f.duplicate + f.rejected = 0 THEN (
    SELECT 'nothing was counted: all records were skipped, most as ' || s.reason
    FROM skip_count AS s
    WHERE s.file_id = f.file_id AND s.reason NOT IN ('blank line', 'header', 'document without records')
    ORDER BY s.lines DESC, s.reason LIMIT 1) END AS problem
FROM source_file AS f JOIN run AS r USING (run_id)
LEFT JOIN superseded_file AS s USING (file_id)
UNION ALL
SELECT NULL, f.name, NULL, f.bytes, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  0, 0, 0, 0, 0, 0, NULL, NULL, 'refused', NULL, r.committed_at, f.run_id, 0, f.problem
FROM refused_file AS f JOIN run AS r USING (run_id)
WHERE f.run_id = (SELECT max(run_id) FROM refused_file AS g WHERE g.name = f.name)
  AND NOT EXISTS (
    SELECT 1 FROM source_file AS s WHERE s.name = f.name AND s.run_id >= f.run_id)) AS e;
CREATE VIEW rejects AS
SELECT f.name AS file,
  e.line AS line,
  e.byte_offset AS byte_offset,
  e.reason AS reason,
  nullif(e.field, '') AS field,
  e.file_id AS file_id
FROM reject AS e JOIN live_file AS f USING (file_id);
CREATE VIEW skipped_records AS
SELECT f.name AS file,
  e.reason AS reason,
  e.lines AS lines,
  e.file_id AS file_id
FROM skip_count AS e JOIN live_file AS f USING (file_id);
CREATE VIEW runs AS
SELECT e.run_id AS run_id,
  e.run_uuid AS run_uuid,
  e.command AS command,
  e.version AS version,
  e.committed_at AS committed_at,
  m.energy_model AS energy_model,
  m.basis AS basis,
  lower(hex(m.sha256)) AS method_sha256
FROM run AS e LEFT JOIN method AS m USING (method_id);
CREATE VIEW factors AS
SELECT m.energy_model AS method,
  e.method_id IS (SELECT method_id FROM derivation) AS is_primary,
  e.kind AS kind,
  e.subject AS subject,
  e.unit AS unit,
  e.low_pico / 1e12 AS low,
  e.central_pico / 1e12 AS central,
  e.high_pico / 1e12 AS high,
  e.includes_pue AS includes_pue,
  e.boundary AS boundary,
  e.evidence AS evidence,
  e.released AS released,
  e.source AS source,
  lower(hex(m.sha256)) AS method_sha256
FROM factor AS e JOIN method AS m USING (method_id);
CREATE VIEW former_totals AS
SELECT c.text AS month,
  c.start AS month_start,
  c.epoch AS month_epoch,
  e.run_id AS run_id,
  r.committed_at AS replaced_at,
  m.energy_model AS energy_model,
  m.basis AS basis,
  lower(hex(m.sha256)) AS method_sha256,
  e.requests AS requests,
  e.unmatched_requests AS unmatched_requests,
  e.energy_uwh / 1e9 AS energy_kwh,
  e.energy_uwh_low / 1e9 AS energy_kwh_low,
  e.energy_uwh_high / 1e9 AS energy_kwh_high,
  e.unmatched_energy_uwh / 1e9 AS unmatched_energy_kwh,
  e.emissions_ug / 1e9 AS emissions_kgco2e,
  e.emissions_ug_low / 1e9 AS emissions_kgco2e_low,
  e.emissions_ug_high / 1e9 AS emissions_kgco2e_high
FROM former_total AS e JOIN calendar_month AS c USING (month) JOIN run AS r USING (run_id)
JOIN method AS m ON m.method_id = e.method_id;
COMMIT;
