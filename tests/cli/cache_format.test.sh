# What phasic-cache-format(5) says of the files is enough to read them: here another program does, in Python, with
# nothing of ours.
. "$(dirname "$0")/harness.sh"

page=$PHASIC_SOURCE/man/phasic-cache-format.5.scd

test_the_example_reads_a_graph_from_a_file_and_from_a_pipe() {
  phasic-build "$examples/kingman.lua" -p n=4 -o kingman.phg
  run python3 "$examples/read_graph.py" kingman.phg
  expect_exit 0
  expect_stdout "$(printf '# 6 vertices, 4 of them transient; parameters: coalescence
start\t4,0,0,0\t1\t0
0,2,0,0\t0,0,0,1\t0\t1
1,0,1,0\t0,0,0,1\t0\t1
2,1,0,0\t0,2,0,0\t0\t1
2,1,0,0\t1,0,1,0\t0\t2
4,0,0,0\t2,1,0,0\t0\t6')"
  run_line "phasic-cache cat $(phasic-build --key "$examples/kingman.lua" -p n=4) | python3 '$examples/read_graph.py'"
  expect_exit 0
  expect_stdout_has '6 vertices'
}

test_the_example_notices_damage() {
  phasic-build "$examples/kingman.lua" -p n=4 -o kingman.phg
  head -c 300 kingman.phg >cut.phg
  { head -c 300 kingman.phg; printf x; tail -c +302 kingman.phg; } >flipped.phg
  run python3 "$examples/read_graph.py" cut.phg
  expect_exit 1
  run python3 "$examples/read_graph.py" flipped.phg
  expect_exit 1
  expect_stderr_has 'the checksum does not match'
}

test_the_page_names_the_versions_in_force() {
  local version
  for version in graph trace; do
    local stated
    stated=$(sed -n 's/.*constexpr std::uint32_t version = \([0-9]*\);/\1/p' "$PHASIC_SOURCE/lib/$version/format.hpp")
    checks=$((checks + 1))
    awk -v title="# ${version^^}S" '$0 == title { getline; getline; print; exit }' "$page" |
      grep -q "^Format version $stated\." || fail "the page states another format version of a $version than $stated"
  done
}

test_the_page_names_every_section() {
  phasic-build "$examples/bottleneck.lua" -o one.phg
  local key section
  key=$(phasic-build --key "$examples/bottleneck.lua" | phasic-trace --key)
  for key in "$key" "$(phasic-cache list traces --tsv | tail -n 1 | cut -f 2)"; do
    for section in $(phasic-cache show --json "$key" | python3 -c '
import json, sys
for section in json.load(sys.stdin)["sections"]: print(section["name"])'); do
      checks=$((checks + 1))
      grep -q "^$section " "$page" || fail "the page does not mention section '$section'"
    done
  done
}

# Recomputed as the page says, in another language.
test_names_checksums_request_keys_and_structure_hashes_are_what_the_page_says() {
  phasic-build --key "$examples/bottleneck.lua" | phasic-trace >/dev/null
  cat >check.py <<'PYTHON'
import glob, hashlib, importlib.util, os, struct, sys
spec = importlib.util.spec_from_file_location("read_graph", sys.argv[1])
read_graph = importlib.util.module_from_spec(spec)
spec.loader.exec_module(read_graph)
root = sys.argv[2]

def number(x): return struct.pack("<Q", x)
def text(s): return number(len(s)) + s
def unescaped(s): return s.replace(b"\\t", b"\t").replace(b"\\n", b"\n").replace(b"\\\\", b"\\")

def steps_of(formulas):
    while formulas:
        end = formulas.index(b"\0") + 1
        size = 4 + 28 * struct.unpack_from("<I", formulas, end)[0]
        yield formulas[end:end + size]
        formulas = formulas[end + size:]

def structure_of(graph):
    time, transient, _ = graph["kind"]
    formulas = list(steps_of(graph["formulas"].tobytes()))
    content = text(b"phasic structure") + number(1) + number(time)
    content += number(len(read_graph.names_in(graph["names"]))) + number(len(formulas))
    content += b"".join(map(text, formulas)) + number(transient) + number(len(graph["rows"]))
    content += number(len(graph["targets"])) + number(len(graph["coefficients"]))
    for name in ("rows", "targets", "classes", "coefficients"): content += graph[name].tobytes()
    return hashlib.sha256(content).digest()

objects = 0
for path in glob.glob(f"{root}/*/??/*.ph?"):
    data = open(path, "rb").read()
    assert os.path.basename(path)[:64] == hashlib.sha256(data[:-32]).hexdigest() == data[-32:].hex(), path
    objects += 1
    if path.endswith(".phg"):
        graph = read_graph.read_sections(data)
        assert graph["structure"].tobytes() == structure_of(graph), "structure hash"
records = 0
for path in glob.glob(f"{root}/*/index/??/*"):
    content = open(path, "rb").read()
    body, checksum = content[:-74], content[-74:]
    assert checksum == b"checksum " + hashlib.sha256(body).hexdigest().encode() + b"\n", path
    lines = body.split(b"\n")
    assert lines[0] == b"phasic record 1"
    assert lines[1] == b"request " + os.path.basename(path).encode()
    layer = path.split("/")[-4]
    assert lines[2] == b"layer " + layer.encode()
    digest, extension = lines[3].split()[1].decode(), {"graphs": "phg", "traces": "pht", "compiled": "phc"}[layer]
    assert os.path.getsize(f"{root}/{layer}/{digest[:2]}/{digest}.{extension}") == int(lines[4].split()[1]), path
    parts = [line.split(b"\t")[1:] for line in lines if line.startswith(b"part\t")]
    request = text(b"phasic request") + text(layer[:-1].encode() if layer != "compiled" else b"compiled") + number(len(parts))
    for name, value in parts: request += text(unescaped(name)) + text(unescaped(value))
    assert hashlib.sha256(request).hexdigest() == os.path.basename(path), "request key"
    records += 1
print(objects, "objects,", records, "records")
PYTHON
  run python3 check.py "$examples/read_graph.py" "$HOME/.phasic_cache"
  expect_exit 0
  expect_stdout '2 objects, 2 records'
}

run_suite
