"""A stand-in for a container engine: builds the targets of a Dockerfile and runs a compose file's services.

For machines that have no engine, to prove the rest: every instruction is carried out, by the user it is meant for, in a
root of its own that holds this machine's system and Python (read-only) in the place of the base image's; and every
service runs in a network namespace of its own, with names for the others and their aliases. Takes root and Linux.

What it does not stand in for: the base images themselves, layers, limits, restarts, published ports.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from ruamel.yaml import YAML

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
INSTALLED = "/opt/image"
"""Where an image's own Python and Node packages go; it stands first on the PATH."""
ACCOUNTS = ("passwd", "group", "shadow", "gshadow", "login.defs")
SETTINGS = (
    "ssl",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "alternatives",
    "pip.conf",
    "xdg",
    "npmrc",
    "resolv.conf",
)
PASSED_ON = re.compile("(pip|npm_config|.*_proxy|ssl_cert)_?.*", re.IGNORECASE)
STEP_SECONDS = 300
HEALTHY_SECONDS = 60
NETWORK = "10.89.0"


class Image(NamedTuple):
    """What a target of a Dockerfile comes to."""

    root: Path
    environment: dict[str, str]
    directory: str = "/"
    user: str = "root"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    health_check: tuple[str, ...] = ()


# ---- building


def build(context: Path, scratch: Path) -> dict[str, Image]:
    """Carry out the Dockerfile of a context, and return its targets by name."""
    images: dict[str, Image] = {}
    name, image = "", None
    for word, rest in _instructions((context / "Dockerfile").read_text()):
        if word == "FROM":
            base, _, name = re.fullmatch(r"(\S+)( AS (\S+))?", rest).groups()  # type: ignore[union-attr]
            image = _begin(scratch / name, images.get(base), base)
        else:
            image = _carry_out(image, word, rest, context, images)
        images[name] = image
    return images


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        yield word, rest.strip()


def _begin(root: Path, parent: Image | None, base: str) -> Image:
    if parent is not None:
        shutil.copytree(parent.root, root, symlinks=True)
        _own_alike(parent.root, root)
        return parent._replace(root=root)
    kind = base.partition(":")[0]
    assert kind in {"python", "node"}, f"no stand-in for {base}"
    for directory in ("tmp", "etc", "proc", "dev", "root", "opt", *(d[1:] for d in SYSTEM), sys.base_prefix[1:]):
        (root / directory).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for each in (*ACCOUNTS, *SETTINGS):
        source = Path("/etc") / each
        if source.is_dir():
            shutil.copytree(source, root / "etc" / each, symlinks=True)
        elif source.exists():
            shutil.copy(source, root / "etc" / each)
    if kind == "node":
        with (root / "etc" / "passwd").open("a") as accounts:
            accounts.write("node:x:1000:1000::/home/node:/bin/sh\n")  # the base image has it
        (root / "home" / "node").mkdir(parents=True)
        os.chown(root / "home" / "node", 1000, 1000)
    environment = {"PATH": f"{INSTALLED}/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"}
    environment |= {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    if kind == "node":
        known = subprocess.run(["npm", "config", "get", "globalconfig"], check=True, capture_output=True, text=True)
        return Image(
            root,
            {**environment, "NPM_CONFIG_PREFIX": INSTALLED, "NPM_CONFIG_GLOBALCONFIG": known.stdout.strip()},
        )
    image = Image(root, environment)
    _in_image(image, ["sh", "-c", f"{sys.base_prefix}/bin/python3 -m venv {INSTALLED}"])
    return image


def _own_alike(source: Path, target: Path) -> None:
    for path in (source, *source.rglob("*")):
        status = path.lstat()
        os.chown(target / path.relative_to(source), status.st_uid, status.st_gid, follow_symlinks=False)


def _carry_out(image: Image, word: str, rest: str, context: Path, images: Mapping[str, Image]) -> Image:
    match word:
        case "RUN":
            _in_image(image, ["sh", "-c", rest])
        case "COPY":
            _copy(image, rest.split(), context, images)
        case "WORKDIR":
            (image.root / rest[1:]).mkdir(parents=True, exist_ok=True)
        case "VOLUME" | "EXPOSE":
            pass
        case _:
            return _changed(image, word, rest)
    return image._replace(directory=rest) if word == "WORKDIR" else image


def _changed(image: Image, word: str, rest: str) -> Image:
    match word:
        case "ENV":
            pairs = (pair.partition("=") for pair in shlex.split(rest))
            return image._replace(environment={**image.environment, **{name: value for name, _, value in pairs}})
        case "USER":
            return image._replace(user=rest)
        case "ENTRYPOINT":
            return image._replace(entrypoint=tuple(json.loads(rest)), command=())
        case "CMD":
            return image._replace(command=tuple(json.loads(rest)))
        case "HEALTHCHECK":
            check = rest.partition("CMD ")[2]
            return image._replace(health_check=tuple(json.loads(check)) if check else ())
    raise AssertionError(f"no stand-in for {word}")


def _copy(image: Image, words: list[str], context: Path, images: Mapping[str, Image]) -> None:
    source_root = context
    if words[0].startswith("--from="):
        source_root = images[words.pop(0).removeprefix("--from=")].root
    *sources, target = words
    there = image.root / str(Path(image.directory, target))[1:]
    for source in (source_root / one.lstrip("/") for one in sources):
        if source.is_dir():
            shutil.copytree(source, there, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            there.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, there)


def _in_image(image: Image, command: Sequence[str]) -> None:
    done = subprocess.run(inside(image, command), check=False, capture_output=True, text=True, timeout=STEP_SECONDS)
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


# ---- running

ENTER = """\
set -e
root=$1; user=$2; directory=$3; shift 3
mount --bind "$root" "$root"
for each in {system}; do
  if [ -d "$each" ]; then mount --rbind -o ro "$each" "$root$each"; fi
done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do mount --bind "$1" "$root$2"; shift 2; done
shift
ids=$(awk -F: -v name="$user" '$1 == name {{ print "--clear-groups --reuid=" $3 " --regid=" $4 }}' "$root/etc/passwd")
test -n "$ids"
if [ "$user" != root ]; then ids="$ids --inh-caps=-all --bounding-set=-all"; fi
exec chroot "$root" /usr/bin/setpriv $ids /bin/sh -c 'cd "$0" && exec "$@"' "$directory" "$@"
"""


def inside(
    image: Image,
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    mounts: Mapping[Path, str] | None = None,
    namespace: str | None = None,
) -> list[str]:
    """Return the command line that runs a command in an image's root, as the image's user."""
    script = ENTER.format(system=" ".join((*SYSTEM, sys.base_prefix)))
    variables = {**image.environment, "HOME": "/tmp", **(environment or {})}
    return [
        *(["ip", "netns", "exec", namespace] if namespace else []),
        *("unshare", "--mount", "--propagation", "private", "--"),
        *("env", "-i", *(f"{name}={value}" for name, value in variables.items())),
        *("sh", "-c", script, "enter", str(image.root), image.user, image.directory),
        *(word for pair in (mounts or {}).items() for word in map(str, pair)),
        "--",
        *command,
    ]


class Stack:
    """The services of a compose file, each in a network namespace of its own on one bridge."""

    def __init__(self, compose: Path, images: Mapping[str, Image], scratch: Path) -> None:
        self.file: dict[str, Any] = YAML(typ="safe").load(compose)
        self._images, self._scratch = images, scratch
        self._addresses = {name: f"{NETWORK}.{number}" for number, name in enumerate(self.services, 2)}
        self._names = {name: f"asm{os.getpid()}-{number}" for number, name in enumerate(self.services)}
        self._switch = f"asm{os.getpid()}-switch"
        self._running: dict[str, subprocess.Popen[str]] = {}

    @property
    def services(self) -> dict[str, Any]:
        """The services as the file has them."""
        services: dict[str, Any] = self.file["services"]
        return services

    def __enter__(self) -> Self:
        """Lay the cables."""
        _run(f"ip netns add {self._switch}", f"ip -n {self._switch} link add br0 type bridge")
        _run(f"ip -n {self._switch} link set br0 up")
        for number, (name, space) in enumerate(self._names.items()):
            port, cable = f"p{number}", f"c{number}"
            _run(
                f"ip netns add {space}",
                f"ip -n {space} link add {cable} type veth peer name {port} netns {self._switch}",
                f"ip -n {self._switch} link set {port} master br0 up",
                f"ip -n {space} addr add {self._addresses[name]}/24 dev {cable}",
                f"ip -n {space} link set {cable} up",
                f"ip -n {space} link set lo up",
                *(
                    f"ip netns exec {space} sysctl -qw {key}={value}"
                    for key, value in self.services[name].get("sysctls", {}).items()
                ),
            )
        return self

    def __exit__(self, *_: object) -> None:
        """End what runs and take everything away."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
        for space in (*self._names.values(), self._switch):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)

    def up(self, name: str) -> subprocess.Popen[str]:
        """Start a service when those that it depends on are healthy."""
        for other, how in self.services[name].get("depends_on", {}).items():
            if other not in self._running:
                self.up(other)
            assert how == {"condition": "service_healthy"}
            self._await_health(other)
        image = self._image(name)
        self._running[name] = process = subprocess.Popen(
            self._command(name, [*image.entrypoint, *image.command]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return process

    def run(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside a service, as `docker compose exec` does."""
        return subprocess.run(
            self._command(name, command), check=False, capture_output=True, text=True, timeout=HEALTHY_SECONDS
        )

    def _await_health(self, name: str) -> None:
        check, end = self._image(name).health_check, time.monotonic() + HEALTHY_SECONDS
        while (done := self.run(name, *check)).returncode != 0:
            ended = self._running[name].poll() is not None
            assert not ended, f"{name} has ended: {self._running[name].communicate()[0][-3000:]}"
            assert time.monotonic() < end, f"{name} does not get healthy: {done.stdout}{done.stderr}"

    def _image(self, name: str) -> Image:
        return self._images[self.services[name]["build"]["target"]]

    def _command(self, name: str, command: Sequence[str]) -> list[str]:
        service, image = self.services[name], self._image(name)
        mounts = {self._hosts(name): "/etc/hosts"}
        for entry in service.get("volumes", ()):
            volume, target = entry.split(":")[:2]
            assert volume in self.file["volumes"]
            mounts[self._volume(volume, image, target)] = target
        return inside(
            image,
            command,
            environment={key: str(value) for key, value in service.get("environment", {}).items()},
            mounts=mounts,
            namespace=self._names[name],
        )

    def _volume(self, volume: str, image: Image, target: str) -> Path:
        """Return the directory of a volume; when first used it gets what the image has there."""
        path = self._scratch / "volumes" / volume
        if not path.exists():
            shutil.copytree(image.root / target[1:], path)
            _own_alike(image.root / target[1:], path)
        return path

    def _hosts(self, name: str) -> Path:
        """Write the names that a service knows the others by."""
        lines = ["127.0.0.1 localhost"]
        for other, address in self._addresses.items():
            aliases = self.services[other].get("networks", {}).get("default", {}).get("aliases", [])
            lines.append(" ".join([address, other, *aliases]))
        target = self._image(name).root / "etc" / "hosts"
        target.touch()
        path = self._scratch / f"hosts-{name}"
        path.write_text("\n".join(lines) + "\n")
        return path


def _run(*commands: str) -> None:
    for command in commands:
        subprocess.run(shlex.split(command), check=True)


@contextlib.contextmanager
def scratch_directory() -> Iterator[Path]:
    """Give a directory that any user may pass through, for the roots and volumes of a stack."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path
