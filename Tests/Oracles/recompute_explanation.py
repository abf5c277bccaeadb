"""Computes every figure of `flue explain --format json` again, by hand, in exact fractions: recompute_explanation.py FILE...

Nothing but what the file prints is used. Prints how many terms were computed, and ends with 1 at the first figure that does
not follow from the others.
"""

import json
import sys
from fractions import Fraction

# What each coefficient is charged to, as the file says in words.
COUNTS = {
    "request": ("requests", "-failed_requests", "-not_run_requests", "-cache_hit_requests",
                "-unknown_usage_requests"),
    "input": ("input_tokens", "-cached_input_tokens"),
    "cached_input": ("cached_input_tokens",),
    "output": ("output_tokens",),
    "item": ("items",),
    "metered": ("metered_uwh",),
    "unknown_request": ("unknown_usage_requests",),
    "unknown_input": ("unknown_input_requests",),
    "unknown_output": ("unknown_output_requests",),
}


def count(charge, activity):
    return sum(
        -activity.get(name[1:], 0) if name.startswith("-") else activity.get(name, 0)
        for name in COUNTS[charge])


def near(what, stated, exact, bound):
    if abs(stated - exact) > bound:
        sys.exit(f"{what}: {stated} is not {float(exact)} within {float(bound)}")


def recompute(path):
    with open(path) as file:
        page = json.load(file)
    if set(page["charged"]) != set(COUNTS):
        sys.exit(f"{path}: other coefficients than {sorted(COUNTS)}")
    energy_factors = {factor["id"]: factor for factor in page["energy_factors"]}
    effectiveness = {factor["id"]: factor for factor in page["pue"]}
    intensities = {factor["id"]: factor for factor in page["intensities"]}
    releases = {release["id"] for release in page["releases"]}
    sums = dict.fromkeys(
        ["requests", "cells", "energy_uwh", "emissions_ug", "requests_without_energy",
         "unknown_usage_requests", "unmatched_energy_uwh"], 0)
    exact_energy = exact_emissions = energy_bound = emissions_bound = Fraction(0)
    unmatched = {}
    for term in page["terms"]:
        what = f"{path}: {term['hour']} {term['region']} {term['model']}"
        activity = term["activity"]
        sums["requests"] += activity.get("requests", 0)
        sums["cells"] += term["cells"]
        sums["unknown_usage_requests"] += activity.get("unknown_usage_requests", 0)
        if "energy_factor" not in term:
            if "energy_uwh" in term:
                sys.exit(f"{what}: energy without a factor")
            sums["requests_without_energy"] += activity.get("requests", 0)
            unmatched[term["model"]] = unmatched.get(term["model"], 0) + activity.get("requests", 0)
            continue
        factor = energy_factors[term["energy_factor"]]
        charged = set(factor["coefficients_pwh"])
        if charged & {"input", "cached_input", "output"} and not charged & {
                "unknown_request", "unknown_input", "unknown_output"}:
            sums["requests_without_energy"] += activity.get("unknown_usage_requests", 0)
        modelled = sum(
            Fraction(coefficient * count(charge, activity), 10**6)
            for charge, coefficient in factor["coefficients_pwh"].items())
        half = Fraction(term["cells"], 2)
        bound = half
        if "pue" in term:
            place = effectiveness[term["pue"]]
            if place["region"] != term["region"]:
                sys.exit(f"{what}: PUE of another region")
            pue = Fraction(place["pue_ppm"], 10**6)
            modelled *= pue
            bound = half * pue + half
        near(f"{what}, energy", term["energy_uwh"], modelled, bound)
        sums["energy_uwh"] += term["energy_uwh"]
        exact_energy += modelled
        energy_bound += bound
        if "intensity" not in term:
            if "emissions_ug" in term:
                sys.exit(f"{what}: emissions without an intensity")
            sums["unmatched_energy_uwh"] += term["energy_uwh"]
            continue
        grid = intensities[term["intensity"]]
        if grid["hour"] != term["hour"]:
            sys.exit(f"{what}: intensity of another hour")
        if not grid["factors"] and not grid["releases"] or not set(grid["releases"]) <= releases:
            sys.exit(f"{what}: an intensity from nowhere")
        intensity = Fraction(grid["mg_per_kwh"], 10**6)
        bound = bound * intensity + half
        near(f"{what}, emissions", term["emissions_ug"], modelled * intensity, bound)
        sums["emissions_ug"] += term["emissions_ug"]
        exact_emissions += modelled * intensity
        emissions_bound += bound
    totals = page["totals"]
    for name, value in sums.items():
        if totals[name] != value:
            sys.exit(f"{path}: {name} {totals[name]} is not the sum of its terms, {value}")
    if page["unmatched_models"] != unmatched:
        sys.exit(f"{path}: unmatched models {page['unmatched_models']}, not {unmatched}")
    for name, bound in (("energy_rounding_uwh", energy_bound), ("emissions_rounding_ug", emissions_bound)):
        # Printed as a floating number.
        near(f"{path}: {name}", Fraction(totals[name]), bound, bound / 10**9)
    near(f"{path}: energy", totals["energy_uwh"], exact_energy, energy_bound)
    near(f"{path}: emissions", totals["emissions_ug"], exact_emissions, emissions_bound)
    return len(page["terms"])


print(sum(recompute(path) for path in sys.argv[1:]))
