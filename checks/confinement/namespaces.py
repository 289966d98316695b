"""Gives the program its own file system, processes and shared memory.

The root is a small tmpfs: the system's folders in it are read-only, and otherwise it contains only the
workspace, a private /tmp, and what the configuration adds.
"""

from __future__ import annotations

import os

from checks.confinement import kernel

TYPE_CHECKING = False  # typing and its kin are slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/etc")
MACHINE = ("/sys/devices/system/cpu", "/sys/fs/cgroup")  # how many CPUs and how much memory may be used
DEVICES = ("null", "zero", "full", "random", "urandom")
SETTINGS = ("sys", "sysrq-trigger", "irq", "bus")  # of the kernel, under /proc
NAME_SERVERS = "/etc/resolv.conf"
_STREAMS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}
_PRIVATE = kernel.MS_NOSUID | kernel.MS_NODEV
_READ_ONLY = kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV
_WRITABLE = kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV


def enter(*, network: bool) -> None:
    """Raises OSError if the platform, or the user we run as, does not allow it. The next child is the first
    process inside.
    """
    user, group = os.geteuid(), os.getegid()
    flags = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWIPC
    flags |= 0 if network else kernel.CLONE_NEWNET
    kernel.unshare(flags | (kernel.CLONE_NEWUSER if user else 0))
    if user:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)


def build(
    root: str,
    *,
    temporary: str,
    readable: Iterable[str],
    writable: Iterable[str],
    hidden: Iterable[str],
    lent: tuple[int, int] | None,
) -> bool:
    """Makes `root`, an empty folder, the root of all files. `lent`: the user and group to whom writable folders are
    lent.

    Whether they could be: some file systems lend nothing.
    """
    all_lent = True
    kernel.mount("canary", root, "tmpfs", _PRIVATE, "mode=0755,size=4m")
    for folder in (*SYSTEM, *MACHINE):
        _show(root, folder, _READ_ONLY)
    _show(root, os.path.realpath(NAME_SERVERS), _READ_ONLY)
    _devices(f"{root}/dev")
    _processes(f"{root}/proc")
    os.makedirs(f"{root}/run")
    os.makedirs(f"{root}/var")
    os.symlink("/tmp", f"{root}/var/tmp")
    _bind(temporary, f"{root}/tmp", _WRITABLE)
    for folder in readable:
        _show(root, folder, _READ_ONLY)
    for folder in writable:
        if lent is None or not _lend(folder, root, lent):
            _bind(folder, _place(root, folder), _WRITABLE)
            all_lent = False
    for folder in hidden:
        if os.path.isdir(f"{root}{folder}"):
            kernel.mount("canary", f"{root}{folder}", "tmpfs", _PRIVATE, "mode=0000,size=4k")
    _pivot(root)
    return all_lent


def _show(root: str, path: str, attributes: int) -> None:
    """The same path inside; a link stays a link."""
    if os.path.islink(path):
        place = f"{root}{path}"
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if not os.path.lexists(place):
            os.symlink(os.readlink(path), place)
        path = os.path.realpath(path)
    if os.path.lexists(path) and not _is_inside(root, path):
        _bind(path, _place(root, path), attributes)


def _is_inside(root: str, path: str) -> bool:
    """Whether it is already visible through a parent folder."""
    try:
        return os.path.samestat(os.stat(path), os.stat(f"{root}{path}"))
    except OSError:
        return False


def _place(root: str, path: str) -> str:
    """The mount point; created unless a parent folder already provides it."""
    place = f"{root}{path}"
    if os.path.isdir(path):
        os.makedirs(place, exist_ok=True)
    elif not os.path.exists(place):
        os.makedirs(os.path.dirname(place), exist_ok=True)
        _write(place, "")
    return place


def _bind(path: str, place: str, attributes: int) -> None:
    if os.path.isdir(path):
        os.makedirs(place, exist_ok=True)
    kernel.mount(path, place, flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.set_mount(place, attributes)


def _processes(folder: str) -> None:
    """The processes inside. The kernel's settings may be read."""
    os.makedirs(folder)
    kernel.mount("proc", folder, "proc", _PRIVATE | kernel.MS_NOEXEC)
    for name in SETTINGS:
        if os.path.exists(f"{folder}/{name}"):
            _bind(f"{folder}/{name}", f"{folder}/{name}", _READ_ONLY)


def _devices(folder: str) -> None:
    os.makedirs(folder)
    kernel.mount("canary", folder, "tmpfs", kernel.MS_NOSUID, "mode=0755,size=64k")
    for name in DEVICES:
        _write(f"{folder}/{name}", "")
        kernel.mount(f"/dev/{name}", f"{folder}/{name}", flags=kernel.MS_BIND)
    for name, target in _STREAMS.items():
        os.symlink(target, f"{folder}/{name}")
    for name in ("shm", "pts"):
        os.makedirs(f"{folder}/{name}")
    kernel.mount("canary", f"{folder}/shm", "tmpfs", _PRIVATE, "mode=1777,size=512m")
    try:
        kernel.mount(
            "devpts",
            f"{folder}/pts",
            "devpts",
            kernel.MS_NOSUID | kernel.MS_NOEXEC,
            "newinstance,ptmxmode=0666,mode=0620",
        )
        os.symlink("pts/ptmx", f"{folder}/ptmx")
    except OSError:
        return  # few programs need a terminal


def _lend(folder: str, root: str, lent: tuple[int, int]) -> bool:
    """Inside, the owner's files belong to another user; files created inside belong to the owner outside.

    Returns False if the file system does not support that.
    """
    owner = os.stat(folder)
    flags = kernel.OPEN_TREE_CLONE | os.O_CLOEXEC | kernel.AT_RECURSIVE
    tree = kernel.call(kernel.OPEN_TREE, kernel.AT_FDCWD, os.fsencode(folder), flags)
    userns = _mapping(f"{root}/proc", (owner.st_uid, lent[0]), (owner.st_gid, lent[1]))
    try:
        kernel.set_mount("", _WRITABLE | kernel.MOUNT_ATTR_IDMAP, userns=userns, tree=tree)
    except OSError:
        return False
    else:
        place = os.fsencode(_place(root, folder))
        kernel.call(kernel.MOVE_MOUNT, tree, b"", kernel.AT_FDCWD, place, kernel.MOVE_MOUNT_F_EMPTY_PATH)
        return True
    finally:
        os.close(tree)
        os.close(userns)


def _mapping(proc: str, users: tuple[int, int], groups: tuple[int, int]) -> int:
    """An open user namespace that maps one user and one group."""
    made_here, made = os.pipe()
    wait, done = os.pipe()
    child = os.fork()
    if not child:
        os.close(done)
        kernel.unshare(kernel.CLONE_NEWUSER)
        os.write(made, b".")
        os.read(wait, 1)
        os._exit(0)
    os.read(made_here, 1)
    _write(f"{proc}/{child}/uid_map", "{} {} 1".format(*users))
    _write(f"{proc}/{child}/gid_map", "{} {} 1".format(*groups))
    namespace = os.open(f"{proc}/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    for descriptor in (done, wait, made, made_here):
        os.close(descriptor)
    os.waitpid(child, 0)
    return namespace


def _pivot(root: str) -> None:
    kernel.set_mount(root, kernel.MOUNT_ATTR_RDONLY, recursive=False)
    os.chdir(root)
    kernel.named("pivot_root", b".", b".")
    kernel.unmount(".")
    os.chdir("/")


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
