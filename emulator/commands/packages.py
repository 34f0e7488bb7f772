"""`asm-emulator package`: packages of cloud services, made for tests."""

from __future__ import annotations

from pathlib import Path

import click

from emulator.commands.base import Refusal, as_json, examples, nothing, plainly, tell

EXAMPLES = examples(
    "package build Service.csdef Service.cscfg -o service.cspkg",
    "package build Service.csdef Service.cscfg -o service.cspkg --os-family 4 --json",
)
_FILE = click.Path(path_type=Path)


@click.group(epilog=EXAMPLES)
def package() -> None:
    """Make packages of cloud services (.cspkg) for tests."""


@package.command(epilog=EXAMPLES)
@click.argument("definition", type=_FILE, metavar="DEF.csdef")
@click.argument("configuration", type=_FILE, metavar="CFG.cscfg")
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE", help="What to write.")
@click.option("--sdk-version", metavar="VERSION", help="The version of the SDK that it says it was made by.")
@click.option("--os-family", multiple=True, metavar="NUMBER", help="A family of guest systems that all roles support.")
@as_json
def build(
    definition: Path,
    configuration: Path,
    output: Path,
    sdk_version: str | None,
    os_family: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a package that fits a configuration.

    It is what cspack made of a service definition, without programs in it.
    """
    from emulator.catalog import load_catalog  # noqa: PLC0415 - start-up time
    from emulator.domain.definition import SDK_VERSION  # noqa: PLC0415
    from emulator.domain.fitting import misfit  # noqa: PLC0415
    from emulator.wire.configuration import read_configuration  # noqa: PLC0415
    from emulator.wire.package_builder import build_package  # noqa: PLC0415

    with plainly():
        texts = [(path, path.read_bytes()) for path in (definition, configuration)]
    try:
        content = read_configuration(texts[1][1])
        made, defined = build_package(texts[0][1], sdk_version=sdk_version or SDK_VERSION, os_families=os_family)
    except ValueError as error:
        raise Refusal(error) from None
    wrong = misfit(load_catalog(), defined, content)
    if wrong is not None:
        raise Refusal(wrong)
    with plainly():
        output.write_bytes(made)
    tell({"status": "built", "file": str(output.absolute())}, as_json, nothing)
