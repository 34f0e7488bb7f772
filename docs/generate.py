"""The pages that are made from the product's own tables, and the parts of README.md between markers.

`python docs/generate.py` writes them; `--check` writes nothing, names those that are stale and exits with 1. Pages
follow from the tables alone: no time, no machine and no order of a set is in them.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # this tree's tables, not those of an emulator that is installed

from emulator.catalog import load_catalog  # noqa: E402
from emulator.domain.errors import catalogue  # noqa: E402
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES, LIFECYCLES, Face, Lifecycle, Transition  # noqa: E402
from emulator.domain.refusals import ASSUMED, Evidence, Refusal  # noqa: E402
from emulator.settings import OPTIONS, PREFIX  # noqa: E402
from emulator.surface import rows  # noqa: E402
from emulator.surface.operation import Operation  # noqa: E402

_NOTICE = "<!-- Made by docs/generate.py: change the tables, not this page. -->"
_BLOCK = re.compile(r"(<!-- generated:([\w-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


class MethodsError(ValueError):
    """No test calls some of the SDK's methods."""


class MarkersError(ValueError):
    """The markers of a document do not say which of the generated parts goes where."""


def _table(*lines: Sequence[str]) -> str:
    """Return a table; its first line is the heading."""
    heading, *rest = ("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    return "\n".join([heading, "|" + " --- |" * len(lines[0]), *rest])


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([_NOTICE, f"# {title}", *(part for part in parts if part)]) + "\n"


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


# ---- coverage


def _families() -> dict[str, list[Operation]]:
    families: dict[str, list[Operation]] = {}
    for row in rows():
        families.setdefault(row.family, []).append(row)
    return families


def _served(operations: Iterable[Operation]) -> int:
    return sum(row.does is not None for row in operations)


def coverage_summary() -> str:
    """Return the table of families with how many of their operations are served."""
    families = _families()
    return _table(
        ("Family", "Served", "Of"),
        *((family, str(_served(members)), str(len(members))) for family, members in families.items()),
        ("**all**", f"**{_served(rows())}**", f"**{len(rows())}**"),
    )


def _operation(row: Operation) -> tuple[str, ...]:
    path = _code(f"{row.method} {row.path}") + (f" with a body `<{row.body_root}>`" if row.body_root else "")
    return row.name, path, row.since, "served" if row.does else f"declined: {row.note}", row.evidence.value


def coverage_page() -> str:
    """Return the page of all operations."""
    return _page(
        "Operations",
        "A request for an operation that is declined gets 501 with its name and the reason; one for a path that is not "
        "here gets 404 with the path that comes nearest. Where an operation is declined, the evidence is that of its "
        "path and its first version.",
        coverage_summary(),
        *(
            f"## {family}\n\n"
            + _table(("Operation", "Request", "First x-ms-version", "State", "Evidence"), *map(_operation, members))
            for family, members in _families().items()
        ),
    )


# ---- methods of the Python SDK

SDK_TESTS = ROOT / "tests" / "conformance" / "python_sdk"
SDK_CLASSES = {
    "ServiceManagementService": "methods.toml",
    "SqlDatabaseManagementService": "methods_sql.toml",
    "ServiceBusManagementService": "methods_service_bus.toml",
    "WebsiteManagementService": "methods_websites.toml",
    "SchedulerManagementService": "methods_scheduler.toml",
}
"""The SDK's classes, and the files among its tests that have their methods."""


def _mentions(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], seen: set[str]) -> set[str]:
    """Return the attributes that a function asks for, with those of the functions and fixtures that it names."""
    nodes = list(ast.walk(function))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    named = (names | {node.arg for node in nodes if isinstance(node, ast.arg)}) & functions.keys() - seen
    seen |= named
    found = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    if "getattr" in names:
        found |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    return found.union(*(_mentions(functions[name], functions, seen) for name in named))


def calls_of_methods() -> dict[str, dict[str, list[str]]]:
    """Return for each attribute that tests of the SDK ask for the names of the tests, by module."""
    calls: dict[str, dict[str, list[str]]] = {}
    for path in sorted(SDK_TESTS.glob("test_*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
        for name, function in functions.items():
            for attribute in _mentions(function, functions, {name}) if name.startswith("test_") else ():
                calls.setdefault(attribute, {}).setdefault(path.stem, []).append(name)
    return calls


def methods_of(sdk_class: str) -> dict[str, dict[str, list[str]]]:
    """Return the methods of one of the SDK's classes with the operations that they call, by family."""
    with (SDK_TESTS / SDK_CLASSES[sdk_class]).open("rb") as file:
        return tomllib.load(file)


def methods_page() -> str:
    """Return the page of the Python SDK's methods: the operations that they call and the tests that call them.

    Raises MethodsError where no test calls a method.
    """
    calls = calls_of_methods()
    families = [methods for sdk_class in SDK_CLASSES for methods in methods_of(sdk_class).values()]
    if untested := [method for methods in families for method in methods if not calls.get(method)]:
        raise MethodsError(f"no test calls {', '.join(untested)}")

    def line(method: str, operations: list[str]) -> tuple[str, ...]:
        tests = "<br>".join(f"{module}: {', '.join(names)}" for module, names in calls[method].items())
        return _code(method), ", ".join(operations) or "any", tests

    def section(family: str, methods: dict[str, list[str]]) -> str:
        table = _table(("Method", "Operations", "Tests"), *(line(*method) for method in methods.items()))
        return f"### {family[0].upper()}{family[1:]}\n\n{table}"

    return _page(
        "Methods of the Python SDK",
        "The methods of the classes of `azure.servicemanagement` as `azure-servicemanagement-legacy` has them, with "
        "the operations that they call and the tests below `tests/conformance/python_sdk/` that call them. What the "
        "classes have in common stands with the first one.",
        *(
            part
            for sdk_class in SDK_CLASSES
            for part in (f"## {sdk_class}", *(section(*family) for family in methods_of(sdk_class).items()))
        ),
    )


# ---- errors


def errors_page() -> str:
    """Return the page of all refusals."""
    refusals = catalogue()
    counts = {evidence: sum(r.evidence is evidence for r in refusals.values()) for evidence in Evidence}
    return _page(
        "Errors",
        "Every refusal that the emulator knows. A name in braces is filled in; the evidence is that of the words, or "
        "of what else is documented of the refusal.",
        _table(("Evidence", "Refusals"), *((evidence.value, str(count)) for evidence, count in counts.items())),
        _table(
            ("Name", "Status", "Code", "Message", "Evidence"),
            *(
                (_code(name), str(refusal.status), _code(refusal.code), _words(refusal), refusal.evidence.value)
                for name, refusal in refusals.items()
            ),
        ),
    )


def _words(refusal: Refusal) -> str:
    earlier = refusal.earlier
    older = f"<br>before {earlier.until}: {_code(earlier.message)}" if earlier else ""
    return f"{_code(refusal.message)}{older}"


# ---- settings


def settings_table() -> str:
    """Return the table of settings."""
    return _table(
        ("Flag", "Variable", "Default", "Meaning"),
        *((_code(f"{o.flag} {o.metavar}".strip()), _code(o.variable), _code(o.default), o.help) for o in OPTIONS),
    )


def settings_page() -> str:
    """Return the page of settings."""
    return _page(
        "Settings",
        "A flag beats the environment, the environment the file, and the file the default. The keys of the file "
        f"(TOML, named by `{PREFIX}CONFIG`) are the flags without their dashes in front: `control-port = 8444`. A "
        "setting that may be given several times is a list there, and a list separated by commas in the environment.",
        settings_table(),
        "The file may also register certificates: each `[[identity]]` has a `certificate`, a .cer or .pem file "
        "relative to the settings' own, and the `subscription` that it opens.",
    )


# ---- lifecycles


def _identifier(state: str) -> str:
    return re.sub(r"\W", "_", state)


def _arrow(transition: Transition) -> str:
    after = ""
    if transition.after:
        after = f" (after {transition.after}, {load_catalog().timings[transition.after]:g} s)"
    return f"    {_identifier(transition.source)} --> {_identifier(transition.target)}: {transition.event}{after}"


def _diagram(lifecycle: Lifecycle) -> str:
    states = (f'    state "{state}" as {_identifier(state)}' for state in lifecycle.states)
    return "\n".join(["```mermaid", "stateDiagram-v2", *states, *map(_arrow, lifecycle.transitions), "```"])


def _faces(lifecycle: Lifecycle, faces: dict[str, Face]) -> str:
    return _table(
        ("State", "InstanceStatus", "PowerState", "InstanceStateDetails"),
        *((state, *map(_code, faces[state])) for state in lifecycle.states),
    )


def lifecycles_page() -> str:
    """Return the page of lifecycles, with the looks of an instance's states."""
    faces = {table.name: looks for table, looks in INSTANCE_LIFECYCLES.values()}
    return _page(
        "Lifecycles",
        "What can happen in which state. A transition with a duration happens by itself, that much virtual time after "
        "its state was entered. Where a state of an instance looks otherwise on the wire, a table says how; `{now}` is "
        "when the state was entered.",
        *(
            part
            for lifecycle in LIFECYCLES
            for part in (
                f"## {lifecycle.name[0].upper()}{lifecycle.name[1:]}",
                _diagram(lifecycle),
                _faces(lifecycle, faces[lifecycle.name]) if lifecycle.name in faces else "",
            )
        ),
    )


# ---- assumptions


def _numbered() -> Iterator[tuple[str, ...]]:
    with (ROOT / "docs" / "assumptions.toml").open("rb") as file:
        entries = tomllib.load(file)["assumption"]
    for entry in sorted(entries, key=lambda entry: int(entry["number"])):
        yield str(entry["number"]), entry["text"], ", ".join(map(_code, entry["where"]))


def _entries() -> str:
    """Return the assumed entries of the catalog: by part, then those of which the same fields are assumed."""
    parts = _grouped((part, rest) for part, _, rest in (path.partition("/") for path in load_catalog().assumed()))
    return "\n\n".join(f"### {part[0].upper()}{part[1:]}\n\n{_part(paths)}" for part, paths in parts.items())


def _part(paths: list[str]) -> str:
    if not any("/" in path for path in paths):
        return ", ".join(map(_code, paths))
    fields = _grouped((entry, field) for entry, _, field in (path.partition("/") for path in paths))
    alike = _grouped((", ".join(filter(None, names)) or "all of it", entry) for entry, names in fields.items())
    return _table(("Assumed", "Of"), *((names, ", ".join(map(_code, entries))) for names, entries in alike.items()))


def assumptions_page() -> str:
    """Return the page of everything that is assumed and not known."""
    return _page(
        "Assumptions",
        "What the emulator does although no recording, document or client says that the service did so.",
        "## Behaviour",
        _table(("Number", "Assumption", "Relied on in"), *_numbered()),
        "## Refusals",
        "Of these the status, the code or the words are assumed.",
        _table(
            ("Name", "Status", "Code", "Message"),
            *(
                (_code(name), str(refusal.status), _code(refusal.code), _code(refusal.message))
                for name, refusal in catalogue().items()
                if refusal.evidence is ASSUMED
            ),
        ),
        "## Operations",
        "Of these the first x-ms-version is assumed, and of those that are served, how they answer.",
        _table(
            ("Operation", "First x-ms-version", "State"),
            *((r.name, r.since, "served" if r.does else "declined") for r in rows() if r.evidence is ASSUMED),
        ),
        "## Catalog",
        _entries(),
    )


def bench_table() -> str:
    """Return what the bench measured, as its page has it: the one place where a new measurement is put."""
    lines = (ROOT / "docs" / "bench.md").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


PAGES: dict[str, Callable[[], str]] = {
    "docs/coverage.md": coverage_page,
    "docs/methods.md": methods_page,
    "docs/errors.md": errors_page,
    "docs/settings.md": settings_page,
    "docs/lifecycles.md": lifecycles_page,
    "docs/assumptions.md": assumptions_page,
}
BLOCKS: dict[str, Callable[[], str]] = {
    "summary": coverage_summary,
    "settings": settings_table,
    "bench": bench_table,
}


def with_blocks(text: str) -> str:
    """Return a document with what stands between its markers made anew; raise MarkersError for wrong markers."""
    names = [match[2] for match in _BLOCK.finditer(text)]
    if len(names) != text.count("<!-- generated:") or len(names) != text.count("<!-- /generated -->"):
        raise MarkersError("a <!-- generated:NAME --> or <!-- /generated --> stands alone")
    if unknown := set(names) - BLOCKS.keys():
        raise MarkersError(f"there is no generated part {sorted(unknown)}; there are {sorted(BLOCKS)}")
    return _BLOCK.sub(lambda match: f"{match[1]}{BLOCKS[match[2]]()}\n{match[3]}", text)


def documents(root: Path) -> Iterator[tuple[Path, str, str | None]]:
    """Yield every generated document below `root`: its path, what it should be and what it is, None if not there."""
    for name, make in PAGES.items():
        path = root / name
        yield path, make(), path.read_text(encoding="utf-8") if path.exists() else None
    readme = root / "README.md"
    if readme.exists():
        text = readme.read_text(encoding="utf-8")
        yield readme, with_blocks(text), text


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write what is stale, or with `--check` name it only; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the generated pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if something is stale")
    check = parser.parse_args(arguments).check
    stale = [(path, text) for path, text, found in documents(root) if text != found]
    for path, text in stale:
        print(f"{'stale' if check else 'wrote'}: {path.relative_to(root).as_posix()}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
