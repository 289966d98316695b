"""Attacks by a hostile gate program. A gate runs `python attacks.py FILE`, where FILE holds the context; it lists the
attacks that succeed.

Every attack is harmless if it succeeds: it opens, looks, or sets what is set already.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import select
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"
ATTACKS: dict[str, Callable[[dict[str, Any]], object]] = {}


def attack(function: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    ATTACKS[function.__name__.replace("_", " ")] = function
    return function


def called(x86: int, arm: int, *arguments: object) -> int:
    """The kernel reads all six arguments in full width, so none may be missing or narrower."""
    full = [ctypes.c_long(each) if isinstance(each, int) else each for each in (*arguments, *(0,) * 6)[:6]]
    answer = libc.syscall(ctypes.c_long(x86 if X86 else arm), *full)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return int(answer)


def text(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 20)


def everybody() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


# ---------------------------------------------------------------- secrets


@attack
def environment_of_the_bot(about: dict[str, Any]) -> object:
    return bytes.fromhex(about["token"]) in text(f"/proc/{about['bot']}/environ")


@attack
def environment_of_anybody(about: dict[str, Any]) -> object:
    for pid in everybody():
        try:
            if bytes.fromhex(about["token"]) in text(f"/proc/{pid}/environ"):
                return True
        except OSError:
            continue
    return False


@attack
def environment_of_the_parents(about: dict[str, Any]) -> object:
    pid = os.getppid()
    while pid:
        if bytes.fromhex(about["token"]) in text(f"/proc/{pid}/environ"):
            return True
        pid = int(text(f"/proc/{pid}/stat").rpartition(b")")[2].split()[1])
    return False


@attack
def memory_of_the_bot(about: dict[str, Any]) -> object:
    place = text(f"/proc/{about['bot']}/maps").split(b"-")[0]
    with open(f"/proc/{about['bot']}/mem", "rb", buffering=0) as memory:
        memory.seek(int(place, 16))
        return memory.read(16)


@attack
def memory_by_process_vm_readv(about: dict[str, Any]) -> object:
    place = int(text(f"/proc/{about['bot']}/maps").split(b"-")[0], 16)
    into = ctypes.create_string_buffer(16)
    mine = (ctypes.c_size_t * 2)(ctypes.addressof(into), 16)
    theirs = (ctypes.c_size_t * 2)(place, 16)
    return called(310, 270, about["bot"], mine, 1, theirs, 1, 0)


@attack
def tracing_the_bot(about: dict[str, Any]) -> object:
    seize, detach = 0x4206, 17
    called(101, 117, ctypes.c_long(seize), about["bot"], None, None)
    libc.ptrace(detach, about["bot"], None, None)
    return True


@attack
def descriptors_of_the_bot(about: dict[str, Any]) -> object:
    return [os.readlink(f"/proc/{about['bot']}/fd/{name}") for name in os.listdir(f"/proc/{about['bot']}/fd")]


@attack
def a_descriptor_by_pidfd(about: dict[str, Any]) -> object:
    return called(438, 438, os.pidfd_open(about["bot"]), 0, 0) >= 0


@attack
def working_folder_of_the_bot(about: dict[str, Any]) -> object:
    return os.readlink(f"/proc/{about['bot']}/cwd")


@attack
def files_through_the_bots_root(about: dict[str, Any]) -> object:
    return text(f"/proc/{about['bot']}/root{about['secret']}")


@attack
def files_through_a_neighbours_root(about: dict[str, Any]) -> object:
    return text(f"/proc/{about['neighbour']}/root{about['secret']}")


@attack
def inherited_descriptors(_: dict[str, Any]) -> object:
    return [number for number in range(3, 1024) if _is_open(number)]


def _is_open(number: int) -> bool:
    try:
        fcntl.fcntl(number, fcntl.F_GETFD)
    except OSError:
        return False
    return True


# ---------------------------------------------------------------- files


@attack
def the_data_folders_file(about: dict[str, Any]) -> object:
    return text(about["secret"])


@attack
def the_file_through_its_own_root(about: dict[str, Any]) -> object:
    return text(f"/proc/self/root{about['secret']}")


@attack
def names_in_the_data_folder(about: dict[str, Any]) -> object:
    return os.listdir(about["data"])


@attack
def a_new_file_in_the_data_folder(about: dict[str, Any]) -> object:
    open(f"{about['data']}/new", "w").close()
    return True


@attack
def permissions_of_the_data_folder(about: dict[str, Any]) -> object:
    os.chmod(about["data"], 0o700)
    return True


@attack
def times_of_the_data_folder(about: dict[str, Any]) -> object:
    os.utime(about["data"])
    return True


@attack
def cutting_the_file_short(about: dict[str, Any]) -> object:
    os.truncate(about["secret"], os.stat(about["secret"]).st_size)
    return True


@attack
def renaming_the_file(about: dict[str, Any]) -> object:
    os.rename(about["secret"], about["secret"])
    os.link(about["secret"], f"{about['data']}/linked")
    return True


@attack
def a_hard_link_in_the_workspace(about: dict[str, Any]) -> object:
    os.link(about["secret"], "hard-link")
    return text("hard-link")


@attack
def a_link_in_the_workspace(about: dict[str, Any]) -> object:
    os.symlink(about["secret"], "soft-link")
    return text("soft-link")


@attack
def a_file_of_the_home(about: dict[str, Any]) -> object:
    return text(about["home"])


@attack
def the_configuration(about: dict[str, Any]) -> object:
    return text(about["configuration"])


@attack
def the_code_of_the_project(about: dict[str, Any]) -> object:
    return text(f"{about['project']}/pyproject.toml")


@attack
def passwords_of_the_machine(_: dict[str, Any]) -> object:
    return text("/etc/shadow")


@attack
def a_program_of_the_system(_: dict[str, Any]) -> object:
    path = "/usr/local/bin/canary-test"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    os.unlink(path)
    return True


@attack
def a_setting_of_the_system(_: dict[str, Any]) -> object:
    path = "/etc/canary-test"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    os.unlink(path)
    return True


@attack
def the_python_of_the_bot(_: dict[str, Any]) -> object:
    path = f"{sys.prefix}/canary-test"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    os.unlink(path)
    return True


@attack
def a_file_in_the_common_tmp(about: dict[str, Any]) -> object:
    path = f"{about['common']}/new"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    return True


@attack
def a_neighbours_shared_memory(about: dict[str, Any]) -> object:
    return text(f"/dev/shm/{about['name']}")


@attack
def a_disk(_: dict[str, Any]) -> object:
    for name in os.listdir("/dev"):
        if stat.S_ISBLK(os.stat(f"/dev/{name}").st_mode):
            os.close(os.open(f"/dev/{name}", os.O_RDONLY))
            return True
    return False


@attack
def the_kernels_messages(_: dict[str, Any]) -> object:
    os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK))
    return True


@attack
def a_device_in_the_workspace(_: dict[str, Any]) -> object:
    os.mknod("device", stat.S_IFCHR | 0o666, os.makedev(1, 1))
    os.unlink("device")
    return True


@attack
def a_setuid_file(_: dict[str, Any]) -> object:
    os.close(os.open("setuid", os.O_CREAT | os.O_WRONLY, 0o755))
    os.chmod("setuid", 0o4755)
    return os.stat("setuid").st_mode & 0o6000


@attack
def a_file_made_setuid(_: dict[str, Any]) -> object:
    os.close(os.open("made-setuid", os.O_CREAT | os.O_WRONLY, 0o6755))
    return os.stat("made-setuid").st_mode & 0o6000


@attack
def a_setgid_folder(_: dict[str, Any]) -> object:
    os.mkdir("setgid")
    descriptor = os.open("setgid", os.O_RDONLY)
    os.fchmod(descriptor, 0o2777)
    return os.stat("setgid").st_mode & 0o6000


@attack
def a_setuid_file_by_mknod(_: dict[str, Any]) -> object:
    os.mknod("mknod", stat.S_IFREG | 0o4755)
    os.chmod("mknod", 0o4755)
    return os.stat("mknod").st_mode & 0o6000


def with_capabilities(path: str, change: Callable[[bytes, bytes], object]) -> bool:
    """Whether the file can get a capability that applies in a user namespace, where anybody is root."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o755))
    own = {"setgroups": "deny", "uid_map": f"0 {os.getuid()} 1", "gid_map": f"0 {os.getgid()} 1"}
    libc.unshare(0x10000000)
    for name, words in own.items():
        with open(f"/proc/self/{name}", "w") as file:
            file.write(words)
    change(b"security.capability", bytes.fromhex("0100000202000000") + bytes(12))  # CAP_DAC_OVERRIDE
    return bool(os.getxattr(path, "security.capability"))


@attack
def a_file_with_capabilities(_: dict[str, Any]) -> object:
    return with_capabilities("capable", lambda name, value: os.setxattr("capable", name, value))


@attack
def an_open_file_with_capabilities(_: dict[str, Any]) -> object:
    def change(name: bytes, value: bytes) -> None:
        os.setxattr(os.open("open-capable", os.O_RDONLY), name, value)

    return with_capabilities("open-capable", change)


@attack
def a_file_with_capabilities_and_no_links(_: dict[str, Any]) -> object:
    def change(name: bytes, value: bytes) -> None:
        os.setxattr("unlinked-capable", name, value, follow_symlinks=False)

    return with_capabilities("unlinked-capable", change)


@attack
def core_dumps_run_a_program(_: dict[str, Any]) -> object:
    os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))
    return True


@attack
def settings_of_the_kernel(_: dict[str, Any]) -> object:
    os.close(os.open("/proc/sys/vm/drop_caches", os.O_WRONLY))
    return True


@attack
def the_bots_control_group(about: dict[str, Any]) -> object:
    for folder, _, names in os.walk("/sys/fs/cgroup"):
        if "cgroup.procs" in names:
            os.close(os.open(f"{folder}/cgroup.procs", os.O_WRONLY))
            return True
    return False


@attack
def a_mount(_: dict[str, Any]) -> object:
    os.makedirs("mounted", exist_ok=True)
    if libc.mount(b"none", b"mounted", b"tmpfs", 0, None):
        return False
    libc.umount2(b"mounted", 2)
    return True


@attack
def a_mount_in_namespaces_of_its_own(_: dict[str, Any]) -> object:
    if libc.unshare(0x10000000 | 0x20000):
        return False
    return libc.mount(b"none", b"/etc", b"tmpfs", 0, None) == 0


@attack
def being_root(_: dict[str, Any]) -> object:
    os.setuid(0)
    return os.geteuid() == 0


@attack
def a_capability(_: dict[str, Any]) -> object:
    (line,) = (line for line in text("/proc/self/status").splitlines() if line.startswith(b"CapEff"))
    return int(line.split()[1], 16)


@attack
def privileges_by_exec(_: dict[str, Any]) -> object:
    return b"NoNewPrivs:\t0" in text("/proc/self/status")


# ---------------------------------------------------------------- processes


@attack
def a_signal_to_the_bot(about: dict[str, Any]) -> object:
    os.kill(about["bot"], signal.SIGCONT)
    return True


@attack
def a_signal_to_the_bots_group(about: dict[str, Any]) -> object:
    os.killpg(os.getpgid(about["bot"]), signal.SIGCONT)
    return True


@attack
def a_signal_by_pidfd(about: dict[str, Any]) -> object:
    signal.pidfd_send_signal(os.pidfd_open(about["bot"]), signal.SIGCONT)
    return True


@attack
def a_signal_to_a_thread_of_the_bot(about: dict[str, Any]) -> object:
    return called(234, 131, about["bot"], about["bot"], signal.SIGCONT) == 0


@attack
def a_signal_to_a_neighbour(about: dict[str, Any]) -> object:
    os.kill(about["neighbour"], signal.SIGCONT)
    return True


@attack
def a_signal_to_its_parents(_: dict[str, Any]) -> object:
    parent = os.getppid()
    with open(f"/proc/{parent}/stat") as file:  # our parent, which runs the attacks
        launcher = int(file.read().rpartition(")")[2].split()[1])
    if launcher <= 1:
        return False
    os.kill(launcher, signal.SIGCONT)
    return True


@attack
def priority_of_the_bot(about: dict[str, Any]) -> object:
    os.setpriority(os.PRIO_PROCESS, about["bot"], os.getpriority(os.PRIO_PROCESS, about["bot"]))
    return True


@attack
def processors_of_the_bot(about: dict[str, Any]) -> object:
    os.sched_setaffinity(about["bot"], os.sched_getaffinity(about["bot"]))
    return True


@attack
def disk_priority_of_the_bot(about: dict[str, Any]) -> object:
    return called(251, 30, 1, about["bot"], (2 << 13) | 4) == 0


@attack
def resources_of_the_bot(about: dict[str, Any]) -> object:
    import resource

    resource.prlimit(about["bot"], resource.RLIMIT_CORE, resource.prlimit(about["bot"], resource.RLIMIT_CORE))
    return True


@attack
def the_bot_as_first_victim_of_memory(about: dict[str, Any]) -> object:
    with open(f"/proc/{about['bot']}/oom_score_adj", "r+") as file:
        value = file.read()
        file.seek(0)
        file.write(value)
    return True


@attack
def input_of_a_terminal(about: dict[str, Any]) -> object:
    os.close(os.open(about["terminal"], os.O_RDWR | os.O_NOCTTY))
    return True


# ---------------------------------------------------------------- sockets, shared memory, the kernel


@attack
def a_socket_of_the_data_folder(about: dict[str, Any]) -> object:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.connect(about["socket"])
    return True


@attack
def a_socket_through_a_link(about: dict[str, Any]) -> object:
    os.symlink(about["socket"], "socket-link")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.connect("socket-link")
    return True


@attack
def an_abstract_socket(about: dict[str, Any]) -> object:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.connect(f"\0{about['name']}")
    return True


@attack
def a_neighbours_segment(about: dict[str, Any]) -> object:
    libc.shmat.restype = ctypes.c_void_p
    return libc.shmat(about["segment"], None, 0o10000) not in {None, ctypes.c_void_p(-1).value}


@attack
def removing_a_neighbours_segment(about: dict[str, Any]) -> object:
    return libc.shmctl(about["segment"], 2, ctypes.create_string_buffer(256)) == 0  # IPC_STAT: it exists


@attack
def a_neighbours_messages(about: dict[str, Any]) -> object:
    return called(240, 180, about["name"].encode(), os.O_RDONLY | os.O_NONBLOCK) >= 0


@attack
def the_users_keys(_: dict[str, Any]) -> object:
    return called(250, 219, 0, -4, 1) >= 0


@attack
def programs_in_the_kernel(_: dict[str, Any]) -> object:
    return called(321, 280, 0, ctypes.create_string_buffer(b"\1\0\0\0\4\0\0\0\4\0\0\0\1", 72), 72) >= 0


@attack
def the_machines_counters(_: dict[str, Any]) -> object:
    attributes = ctypes.create_string_buffer(b"\1\0\0\0\160", 112)
    return called(298, 241, attributes, 0, -1, -1, 0) >= 0


@attack
def calls_by_another_way(_: dict[str, Any]) -> object:
    return called(425, 425, 1, ctypes.create_string_buffer(120)) >= 0


@attack
def faults_of_its_own(_: dict[str, Any]) -> object:
    return called(323, 282, 1) >= 0


# ---------------------------------------------------------------- survivors; seen from outside


def survive(name: str, work: Callable[[], None]) -> None:
    """Start a daemon with nothing of the gate about it but its name among the arguments, and wait until it runs."""
    started, starting = os.pipe2(os.O_CLOEXEC)
    if os.fork():
        os.close(starting)
        select.select([started], [], [], 2)
        os.close(started)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    work()
    os.execve("/bin/sleep", [f"canary-{name}", "100"], {})


def ignoring() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def stopped() -> None:
    if not os.fork():
        time.sleep(0.01)
        os.kill(os.getppid(), signal.SIGSTOP)
        os._exit(0)


def begetting() -> None:
    for _ in range(20):
        if not os.fork():
            break


SURVIVORS = {"daemon": lambda: None, "deaf": ignoring, "stopped": stopped, "many": begetting}


def tried(function: Callable[[dict[str, Any]], object], about: dict[str, Any]) -> bool:
    """Try the attack in a process of its own, since some attacks change their process."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 77
    try:
        found = bool(function(about))
    except BaseException:  # noqa: BLE001
        found = False
    os._exit(77 if found else 0)


def main() -> None:
    about = json.loads(text(sys.argv[1]))
    while not os.path.exists("bot.pid"):
        time.sleep(0.01)
    about["bot"] = int(text("bot.pid"))
    for name, function in ATTACKS.items():
        if tried(function, about):
            with open("succeeded", "a") as file:
                file.write(f"{name}\n")
    for name, work in SURVIVORS.items():
        survive(f"{about['name']}-{name}", work)
    os.makedirs(os.environ["TMPDIR"] + "/closed/folder", 0o700)
    os.chmod(os.environ["TMPDIR"] + "/closed", 0)
    print("tried all", flush=True)


if __name__ == "__main__":
    main()
