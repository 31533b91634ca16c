#!/usr/bin/env python3
"""Prints a graph of phasic's as text: a line for each edge, `from to coefficient...`, states instead of numbers.

    phasic-build kingman.lua -o kingman.phg && ./read_graph.py kingman.phg
    phasic-cache cat 7d8de784 | ./read_graph.py

Shows how another program reads an object: phasic-cache-format(5) describes every byte.
"""
import array
import hashlib
import struct
import sys

TYPES = {1: "b", 2: "h", 3: "i", 4: "q", 5: "B", 6: "H", 7: "I", 8: "Q", 9: "d"}  # as the array module calls them
GRAPH = 1


def read_sections(data):
    """The sections of an object by name, after everything that can be checked was checked."""
    if len(data) < 96:
        sys.exit("not a whole object of phasic's")
    magic, container, kind, length, count, _ = struct.unpack_from("<8sIIQII", data)
    if magic != b"\x89PHASIC\n" or container != 1 or length != len(data):
        sys.exit("not a whole object of phasic's")
    if hashlib.sha256(data[:-32]).digest() != data[-32:]:
        sys.exit("damaged: the checksum does not match")
    if kind != GRAPH:
        sys.exit("not a graph")
    sections = {}
    for entry in range(count):
        name, element, _, offset, elements = struct.unpack_from("<16sIIQQ", data, 64 + 40 * entry)
        values = array.array(TYPES[element])
        values.frombytes(data[offset:offset + elements * values.itemsize])
        sections[name.rstrip(b"\0").decode()] = values
    return sections


def names_in(section):
    return section.tobytes().decode().split("\0")[:-1]


def main():
    with open(sys.argv[1], "rb") if len(sys.argv) > 1 else sys.stdin.buffer as file:
        graph = read_sections(file.read())
    _, transient, length = graph["kind"]
    vertices = len(graph["rows"]) - 1
    terms = len(graph["coefficients"]) // (max(graph["classes"], default=-1) + 1 or 1)

    def label(vertex):
        if vertex == 0:
            return "start"
        return ",".join(map(str, graph["states"][vertex * length:(vertex + 1) * length])) or str(vertex)

    print(f"# {vertices} vertices, {transient} of them transient; parameters: {' '.join(names_in(graph['names']))}")
    for vertex in range(vertices):
        for edge in range(graph["rows"][vertex], graph["rows"][vertex + 1]):
            first = graph["classes"][edge] * terms
            rate = graph["coefficients"][first:first + terms]
            print(label(vertex), label(graph["targets"][edge]), *(f"{coefficient:.17g}" for coefficient in rate), sep="\t")


if __name__ == "__main__":
    main()
