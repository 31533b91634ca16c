#!/usr/bin/env python3
"""Writes a model as an edge list for `phasic-build --from edges`.

    python3 edges.py 10 | phasic-build --from edges - | phasic-moments --theta growth=2,decline=1

A population of 1 to CAPACITY individuals, from one to none: births in state i come at rate i * growth,
deaths at rate i * decline. Any program that can print can be written like this: breadth first over the
states, a line for each edge, an empty line, a line for each state.
"""
import sys

TERMS = ["growth", "decline"]


def transitions(state, capacity):
    """Yields what leaves a state: the next one, and the coefficient of each term."""
    if 0 < state < capacity:
        yield state + 1, [state, 0]
    if state > 0:
        yield state - 1, [0, state]


def write(capacity, start=1):
    print("from", "to", *TERMS, sep="\t")
    found = [start]
    for state in found:  # grows as it is walked through
        for child, coefficients in transitions(state, capacity):
            if child not in found:
                found.append(child)
            print(state, child, *coefficients, sep="\t")
    print()
    print("vertex", "state", "start", "reward:individuals", sep="\t")
    for state in found:
        print(state, state, int(state == start), state, sep="\t")


if __name__ == "__main__":
    write(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
