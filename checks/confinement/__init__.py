"""Confinement of gate programs: what they may see, reach and leave behind.

    policy      what one program may use, in the words of canary.yaml
    launcher    runs between the bot and the program; standard library only
    namespaces, landlock, seccomp, kernel    how Linux enforces it
    platform    what this machine does not support, for `canary lint`, `canary doctor` and gates
    privacy     protects the bot from other programs of its user

This module and those that the launcher imports stay free of third-party packages, and of slow imports.
"""
