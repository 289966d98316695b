"""Programs of a check are strangers: what they may see, reach and leave behind is decided here.

    policy      what one program may use, in the words of canary.yaml
    launcher    the program between the bot and the stranger; runs alone, from the standard library only
    namespaces, landlock, seccomp, kernel    how Linux is asked for it
    platform    what this machine cannot do, for `canary lint`, `canary doctor` and the gate itself
    privacy     what the bot does to be unreadable for programs of its own user

This module and those that the launcher imports stay free of third-party packages, and of slow imports.
"""
