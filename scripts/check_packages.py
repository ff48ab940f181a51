#!/usr/bin/env python3
"""Compares what paylint says of an installed package with what it must say.

usage: check_packages.py PROGRAM PACKAGE_FOLDER EXPECTED.json

EXPECTED holds runs; each names paths within the package, the payment calls there (place, API, ready state, the key of
the order, how many functions receive the result), and the findings (rule, place, places of the calls concerned).
Places are FILE:LINE:COLUMN.
"""

import json
import os
import subprocess
import sys

WIDEST_LINE = 200
"""Columns that a line of output for people may take; a bundle of one line must be cut to fit."""


def output(program, folder, args):
    environment = {**os.environ, "NO_COLOR": "1"}
    ran = subprocess.run([program, *args], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1) or ran.stderr:
        sys.exit(f"paylint {' '.join(args)}: exit code {ran.returncode}: {ran.stderr.strip()}")
    return ran.stdout


def place(at):
    start = at["range"]["start"]
    return f"{at['file']}:{start['line']}:{start['column']}"


def site(audited):
    verdicts = {o["code"]: o["verdict"]["state"] for o in audited["outcomes"]}
    return {
        "place": place(audited),
        "api": audited["api"]["id"],
        "ready": audited["ready"]["state"],
        "order": audited["tradeNo"].get("key") or audited["tradeNo"]["state"],
        "receivers": len(audited["callbacks"]),
        "faults": [code for code, state in verdicts.items() if state == "fault"],
    }


def finding(found):
    concerned = [place(r) for r in found["related"] if r["role"] == "site"]
    return {"rule": found["rule"], "place": place(found), "sites": sorted(concerned)}


def differences(name, expected, got):
    missing = [f"{name}: missing: {json.dumps(item)}" for item in expected if item not in got]
    return missing + [f"{name}: not expected: {json.dumps(item)}" for item in got if item not in expected]


def wide_lines(name, text):
    lines = enumerate(text.splitlines(), 1)
    return [f"{name}: output line {n} has {len(line)} characters" for n, line in lines if len(line) > WIDEST_LINE]


def check(program, folder, run):
    paths = run["paths"]
    name = " ".join(paths)
    audit = json.loads(output(program, folder, ["audit", "--format", "json", *paths]))
    lint = json.loads(output(program, folder, ["--format", "json", *paths]))
    return (
        differences(f"calls of {name}", run["sites"], [site(s) for s in audit["sites"]])
        + differences(f"findings in {name}", run["findings"], [finding(f) for f in lint["findings"]])
        + wide_lines(f"paylint {name}", output(program, folder, paths))
        + wide_lines(f"paylint audit {name}", output(program, folder, ["audit", *paths]))
    )


def main():
    program, folder, expected = sys.argv[1:]
    with open(expected, encoding="utf-8") as file:
        runs = json.load(file)["runs"]
    complaints = [complaint for run in runs for complaint in check(program, folder, run)]
    package = os.path.basename(expected).removesuffix(".json")
    if complaints:
        sys.exit("\n".join([f"{package}: {len(complaints)} differences", *complaints]))
    sites = sum(len(run["sites"]) for run in runs)
    findings = sum(len(run["findings"]) for run in runs)
    print(f"{package}: {sites} calls and {findings} findings, all as expected")


main()
