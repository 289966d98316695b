"""The process between the bot and a gate's program: confines itself, starts the program, and kills everything
it leaves running.

The bot hands over, marshalled on standard input, what is described in `Request`, and reads from a pipe how it
ended:

    (ENDED, status of wait)     (NOT_STARTED, errno of exec)     (NOT_CONFINED, what was missing)

    bot ── launcher ── keeper ── process that enters the namespaces ── init ── program
    bot ── launcher ── keeper, which adopts every orphan ── program       if only Landlock is available

SIGTERM asks it to end everything; so does the bot's end.
"""

from __future__ import annotations

import errno
import marshal
import os
import resource
import sys
import time

from checks.confinement import janitor, kernel, landlock, namespaces, seccomp

TYPE_CHECKING = False  # typing and its kin are slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from checks.confinement.policy import Request

ENDED, NOT_STARTED, NOT_CONFINED = "ended", "not started", "not confined"
_KILL, _TERM, _CHILD = 9, 15, 17
_NOT_POSSIBLE = 3  # an exit code used between our processes
_UNUSED = (61184, 65519)  # systemd's range of dynamic users
_NICENESS = 10  # a build uses every CPU: the bot and its measurements have priority
_OOM_SCORE = "1000"  # if memory runs out, the program is killed, not the bot
_PATIENCE = (*[0.001] * 20, *[0.02] * 100)  # seconds
_NOT_HERE = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EINVAL, errno.ENOSPC, errno.EUSERS)


def main() -> None:
    request: Request = marshal.loads(sys.stdin.buffer.read())
    given = request["input"] if request["input"] >= 0 else os.open(os.devnull, os.O_RDONLY)
    os.dup2(given, 0)
    os.close(given)
    Launch(request).run()


class _NotConfinedError(Exception):
    """The message says what is missing."""


class Launch:
    def __init__(self, request: Request) -> None:
        self._request = request
        self._user: tuple[int, int] | None = None  # the user that runs the program, if root can choose
        self._report = request["report"]
        os.set_inheritable(self._report, False)

    def run(self) -> None:
        """Outside of all confinement, to clean up once everything inside has ended."""
        signals = kernel.Signals(_TERM, _CHILD)
        signals.only_blocked()
        kernel.prctl(kernel.PR_SET_PDEATHSIG, _TERM)
        if os.getppid() != self._request["bot"]:
            return
        keeper = os.fork()
        if not keeper:
            self._keep(signals)
        _ended(keeper, signals, passing_on=_TERM)
        tidier = os.fork()
        if not tidier:
            self._tidy()
        _wait_a_while(tidier)

    def _tidy(self) -> NoReturn:
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (1, 2, self._report):
            os.dup2(null, descriptor)
        janitor.remove(self._request["private"])
        os._exit(0)

    def _keep(self, signals: kernel.Signals) -> NoReturn:
        """Wait until the program and everything that it started have ended."""
        kernel.prctl(kernel.PR_SET_PDEATHSIG, _TERM)
        try:
            self._prepare()
            if not (self._request["namespaces"] and self._in_namespaces(signals)):
                self._among_others(signals)
        except _NotConfinedError as error:
            self._tell(NOT_CONFINED, str(error))
        except OSError as error:
            self._tell(NOT_CONFINED, _said(error))
        os._exit(0)

    def _prepare(self) -> None:
        if lacking := lacking_anyway(self._request["ports"]):
            raise _NotConfinedError(lacking)
        if os.geteuid() == 0:
            self._user = self._chosen()
            os.chown(f"{self._request['private']}/tmp", *self._user)
        descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(descriptor, _OOM_SCORE.encode())
        os.close(descriptor)

    def _chosen(self) -> tuple[int, int]:
        """A user id that is not in use."""
        first, last = _UNUSED
        number = first + int.from_bytes(os.urandom(4), "big") % (last - first + 1)
        return number, number

    def _be_the_owner(self, private: str) -> None:
        """Run as the owner of a workspace that cannot be id-mapped, unless that is root."""
        owner = os.stat(self._request["workspace"])
        if self._user and owner.st_uid:
            self._user = owner.st_uid, owner.st_gid
            os.chown(private, *self._user)

    # ------------------------------------------------------------ with namespaces

    def _in_namespaces(self, signals: kernel.Signals) -> bool:
        """Returns False if the platform lacks required namespaces: tried in a child, because they cannot be
        left.
        """
        outer = os.fork()
        if not outer:
            self._enter(signals)
        return os.waitstatus_to_exitcode(_ended(outer, signals, passing_on=_TERM)) != _NOT_POSSIBLE

    def _enter(self, signals: kernel.Signals) -> NoReturn:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, _TERM)
        try:
            namespaces.enter(network=self._request["network"])
        except OSError as error:
            self._refused(error)
        first = os.fork()
        if not first:
            self._as_first_process()
        os._exit(os.waitstatus_to_exitcode(_ended(first, signals, passing_on=_KILL)) & 0xFF)

    def _refused(self, error: OSError) -> NoReturn:
        if error.errno not in _NOT_HERE:
            self._tell(NOT_CONFINED, _said(error))
            os._exit(1)
        os._exit(_NOT_POSSIBLE)

    def _as_first_process(self) -> NoReturn:
        """Its end ends all other processes of the namespace, as the kernel guarantees."""
        kernel.prctl(kernel.PR_SET_PDEATHSIG, _KILL)
        kernel.Signals().only_blocked()
        request = self._request
        try:
            if not request["network"]:
                _raise_loopback()
            if not namespaces.build(
                f"{request['private']}/root",
                temporary=f"{request['private']}/tmp",
                readable=request["readable"],
                writable=[request["workspace"], *request["writable"]],
                hidden=request["hidden"],
                lent=self._user
                if seccomp.is_available()
                else None,  # otherwise it could leave setuid files of the owner
            ):
                self._be_the_owner("/tmp")
        except OSError as error:
            self._refused(error)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        program = os.fork()
        if not program:
            self._become(own_files=True)
        while True:
            ended, status = os.waitpid(-1, 0)
            if ended == program:
                self._tell(ENDED, status)
                os._exit(0)

    # ------------------------------------------------------------ without

    def _among_others(self, signals: kernel.Signals) -> None:
        """Without namespaces: all processes stay our descendants, and the kernel lets us signal no others."""
        if lacking := lacking_without_namespaces(self._request["hidden"]):
            raise _NotConfinedError(lacking)
        if self._user:
            os.chmod(self._request["private"], 0o711)  # noqa: S103 — to be entered, not read
            self._be_the_owner(f"{self._request['private']}/tmp")
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        landlock.restrict(self._rules(own_files=False), ports=self._request["ports"])
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        program = os.fork()
        if not program:
            self._become(own_files=False)
        status = None
        while status is None:
            if signals.wait() == _TERM:
                break
            status = _reaped(program)
        _end_all_others()
        if status is not None:
            self._tell(ENDED, status)

    # ------------------------------------------------------------ the program

    def _become(self, *, own_files: bool) -> NoReturn:
        """Turns a forked child into the program; reports if it does not start."""
        request = self._request
        try:
            kernel.default_signals()
            os.setsid()
            self._give_up(own_files=own_files)
            os.chdir(request["workspace"])
        except OSError as error:
            self._tell(NOT_CONFINED, _said(error))
            os._exit(1)
        home = "/tmp" if own_files else f"{request['private']}/tmp"
        environment = {"HOME": home, "TMPDIR": home, **request["environment"]}
        self._tell(NOT_STARTED, _exec(request["argv"], environment))
        os._exit(1)

    def _give_up(self, *, own_files: bool) -> None:
        request = self._request
        for name, most in request["limits"].items():
            number = getattr(resource, name)
            hard = resource.getrlimit(number)[1]
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (allowed, allowed))
        os.nice(_NICENESS)
        if self._user:
            os.setgroups([])
            os.setresgid(self._user[1], self._user[1], self._user[1])
            os.setresuid(self._user[0], self._user[0], self._user[0])
        kernel.call(kernel.CLOSE_RANGE, 3, kernel.HIGHEST_DESCRIPTOR, kernel.CLOSE_RANGE_CLOEXEC)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        version = landlock.abi()
        if own_files and version:
            landlock.restrict(self._rules(own_files=True), ports=request["ports"])
        elif not own_files:
            landlock.scope()
        if seccomp.is_available():
            seccomp.restrict(
                of_the_user=not own_files,
                unix_sockets=not own_files or version < landlock.SCOPES,
                all_sockets=not own_files and not request["network"],
            )

    def _rules(self, *, own_files: bool) -> Iterator[tuple[str, int]]:
        """The accessible files; `own_files`: those of the namespace."""
        request = self._request
        system = [folder for folder in namespaces.SYSTEM if folder != "/etc"]
        for folder in (*system, *request["readable"]):
            yield from ((path, landlock.READ) for path in _around(folder, request["hidden"]))
        yield "/etc", landlock.LIST
        yield from ((path, landlock.READ) for path in _settings(request["hidden"]))
        yield from ((path, landlock.READ) for path in namespaces.MACHINE)
        yield os.path.realpath(namespaces.NAME_SERVERS), landlock.READ
        yield from ((f"/dev/{name}", landlock.DEVICE) for name in namespaces.DEVICES)
        for folder in (request["workspace"], *request["writable"]):
            yield folder, landlock.WRITE
        if own_files:
            yield "/", landlock.LIST
            yield "/proc", landlock.USE
            yield "/dev/pts", landlock.DEVICE | landlock.READ
            yield from ((path, landlock.WRITE) for path in ("/tmp", "/dev/shm"))
        else:
            yield "/proc", landlock.READ
            yield f"{request['private']}/tmp", landlock.WRITE

    def _tell(self, *what: str | int) -> None:
        os.write(self._report, marshal.dumps(what))


def _exec(argv: list[str], environment: dict[str, str]) -> int:
    """Returns only if it fails, with the most informative errno."""
    said = errno.ENOENT
    folders = environment.get("PATH", os.defpath).split(":")
    for path in [argv[0]] if "/" in argv[0] else [f"{folder or '.'}/{argv[0]}" for folder in folders]:
        try:
            os.execve(path, argv, environment)  # noqa: S606 — no shell
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                said = error.errno or said
            if error.errno in (errno.E2BIG, errno.ENOEXEC, errno.ETXTBSY):
                break
    return said


def _said(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else f"the kernel says: {error.strerror}"


def lacking_anyway(ports: list[int] | None) -> str:
    """Why a program cannot be confined here, with or without namespaces; "" if it can."""
    version = landlock.abi()
    if ports is not None and version < landlock.PORTS:
        return f"Landlock's ABI is {version}, and {landlock.PORTS} (Linux 6.7) is needed to limit `network` to ports"
    if version < landlock.SCOPES and not seccomp.is_available():
        return f"Landlock's ABI is {version}, and system calls cannot be filtered on {kernel.machine()}"
    return ""


def lacking_without_namespaces(hidden: list[str]) -> str:
    """Why a program cannot be confined here without namespaces; "" if it can."""
    if (version := landlock.abi()) < landlock.SCOPES:
        found = f"Landlock's ABI is {version}" if version else "there is no Landlock"
        return f"user namespaces are not allowed, and {found}, where {landlock.SCOPES} (Linux 6.12) is needed"
    if not seccomp.is_available():
        return f"user namespaces are not allowed, and system calls cannot be filtered on {kernel.machine()}"
    for folder in hidden:
        if _has_something_of_ours(folder):
            return (
                f"user namespaces are not allowed, and without them a program of the bot's user could change the "
                f"permissions of {folder}: set DATABASE_URL and REDIS_URL, and empty it, so that the bot keeps nothing there"
            )
    return ""


def _has_something_of_ours(folder: str) -> bool:
    try:
        return os.geteuid() != 0 and bool(os.listdir(folder)) and os.stat(folder).st_uid == os.geteuid()
    except OSError:
        return False


def _around(folder: str, hidden: list[str]) -> Iterator[str]:
    """The folder, or everything in it except what is hidden."""
    if folder in hidden:
        return
    if not any(path.startswith(f"{folder.rstrip('/')}/") for path in hidden):
        yield folder
        return
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        yield from _around(f"{folder.rstrip('/')}/{name}", hidden)


def _settings(hidden: list[str]) -> Iterator[str]:
    """The files in /etc that everybody may read: a user may have more privileges there."""
    with os.scandir("/etc") as entries:
        for entry in entries:
            try:
                is_public = bool(entry.stat().st_mode & 0o004)
            except OSError:
                continue
            if is_public:
                yield from _around(entry.path, hidden)


def _ended(child: int, signals: kernel.Signals, *, passing_on: int) -> int:
    """Its status. A request to end everything is passed on as this signal."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if signals.wait() == _TERM:
            os.kill(child, passing_on)


def _reaped(program: int) -> int | None:
    """Reaps ended processes; returns the program's status once it has one."""
    try:
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == program:
                return status
            if not ended:
                return None
    except ChildProcessError:
        return None


def _end_all_others() -> None:
    """-1 means every process that we may signal, which is only our descendants."""
    try:
        while True:
            try:
                os.kill(-1, _KILL)
            except ProcessLookupError:
                pass
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _raise_loopback() -> None:
    import fcntl
    import socket
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        fcntl.ioctl(opened, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS: IFF_UP


def _wait_a_while(child: int) -> None:
    """A program may have left millions of files; do not wait for their removal."""
    for pause in _PATIENCE:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(pause)
