"""Holds flue's EcoLogits against the Python package of the same release; `Config/dev oracle` runs it.

Every model of the package's catalogue, for 1, 400 and 16,000 output tokens, with the package's own defaults for
buildings and grids: energy with PUE, emissions of use, embodied emissions and water, low and high.
"""

import argparse
import json
import math
import subprocess
import sys
from importlib.metadata import version

from ecologits.model_repository import models
from ecologits.tracers.utils import llm_impacts
from ecologits.utils.range_value import RangeValue

RELEASE = "0.11.3"
TOLERANCE = 1e-9
TOKENS = (1, 400, 16_000)


def bounds(value, scale):
    if isinstance(value, RangeValue):
        return [value.min * scale, value.max * scale]
    return [value * scale, value * scale]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flue", required=True, help="the binary")
    options = parser.parse_args()
    if version("ecologits") != RELEASE:
        raise SystemExit(f"this compares with EcoLogits {RELEASE}, not {version('ecologits')}")
    catalogue = {model.name: model for model in models.list_models()}
    largest = {}
    compared = 0
    for tokens in TOKENS:
        def ask(*more):
            return json.loads(subprocess.check_output(
                [options.flue, "models", f"ecologits-{RELEASE}", "--output-tokens", str(tokens),
                 "--format", "json", *more]))["models"]

        ours = {item["model"]: item["published"] for item in ask()}
        if set(ours) - set(catalogue):
            raise SystemExit(f"the package does not know {sorted(set(ours) - set(catalogue))}")
        # The package lists other names of a model as models; flue finds them by name.
        for name in set(catalogue) - set(ours):
            ours[name] = ask("--match", name)[0]["published"]
        for name, model in catalogue.items():
            impacts = llm_impacts(model.provider.value, name, tokens, math.inf)
            theirs = {
                "energy_wh": bounds(impacts.energy.value, 1e3),
                "usage_gco2e": bounds(impacts.usage.gwp.value, 1e3),
                "embodied_gco2e": bounds(impacts.embodied.gwp.value, 1e3),
                "water_ml": bounds(impacts.wcf.value, 1e3),
            }
            for figure, expected in theirs.items():
                for got, wanted in zip(ours[name][figure], expected):
                    difference = abs(got - wanted) / abs(wanted)
                    compared += 1
                    if difference >= largest.get(figure, (-1,))[0]:
                        largest[figure] = (difference, name, tokens)
    for figure, (difference, name, tokens) in largest.items():
        print(f"{figure:15} largest relative difference {difference:.2e} ({name}, {tokens} tokens)")
    worst = max(difference for difference, _, _ in largest.values())
    print(f"{len(catalogue)} models, {compared} figures; largest {worst:.2e}, allowed {TOLERANCE:.0e}")
    sys.exit(worst > TOLERANCE)


main()
