"""Finishes the list of what runs: says which Backstory it is of, and what its own metadata leave out.

Reads CycloneDX JSON from standard input and writes it to standard output, if it keeps to its schema.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REASONS = ROOT / "docs/decisions/0001-dependencies.md"


def finished(
    listed: dict[str, Any], version: str, wanted: set[str], licences: dict[str, str]
) -> dict[str, Any]:
    """The list with our version, what we ask for, and each licence that a package does not declare."""
    ours = listed["metadata"]["component"]
    ours |= {"version": version, "purl": f"pkg:pypi/backstory@{version}"}
    for component in listed["components"]:
        name = plain(component["name"])
        if not component.get("licenses") and name in licences:
            component["licenses"] = [{"license": {"acknowledgement": "concluded", "id": licences[name]}}]
    asked = [each["bom-ref"] for each in listed["components"] if plain(each["name"]) in wanted]
    others = [each for each in listed["dependencies"] if each["ref"] != ours["bom-ref"]]
    listed["dependencies"] = [*others, {"ref": ours["bom-ref"], "dependsOn": sorted(asked)}]
    return listed


def wanted_in(requirements: str) -> set[str]:
    """The packages that requirements.in names."""
    return {plain(name) for name in re.findall(r"^([A-Za-z][\w.-]*)", requirements, re.MULTILINE)}


def licences_in(reasons: str) -> dict[str, str]:
    """The licence of each package that stands alone in its row of the table of dependencies."""
    return {
        plain(name): licence
        for name, licence in re.findall(r"^\| ([\w.-]+) \| ([\w.-]+) \|", reasons, re.MULTILINE)
    }


def plain(name: str) -> str:
    """A name of a package as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main(version: str) -> int:
    """0: it was written. 1: a licence is missing, or the schema is not kept."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    wanted = wanted_in((ROOT / "requirements.in").read_text(encoding="utf-8"))
    licences = licences_in(REASONS.read_text(encoding="utf-8"))
    listed = finished(json.load(sys.stdin), version, wanted, licences)
    without = [each["name"] for each in listed["components"] if not each.get("licenses")]
    if without:
        print(f"no licence is known of {', '.join(without)}: write it into {REASONS.name}", file=sys.stderr)
        return 1
    words = json.dumps(listed, indent=2, sort_keys=True)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(words)
    if fault:
        print(f"it does not keep to the schema: {fault}", file=sys.stderr)
        return 1
    print(words)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
