"""Operations on Python projects that a sound tool executes: rope, in a process of its own.

A model only chooses: a name, some lines. Nothing of the project is imported or run here, and
nothing is written: what comes back are texts.
"""
