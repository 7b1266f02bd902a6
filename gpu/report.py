"""Makes a table of the lines of JSON that device-steps and torch_peer.py printed.

    python3 report.py results.jsonl weights.json... > report.md
"""
import json
import sys


def load(path):
    lines = []
    with open(path) as file:
        for line in file:
            if line.startswith("{"):
                lines.append(json.loads(line))
    return lines


def cell(lines, **wanted):
    found = [line for line in lines if all(line.get(k) == v for k, v in wanted.items())]
    return found[-1] if found else {}


def number(line, key):
    if "failed" in line:
        return "failed"
    return f"{line[key]:.2f}" if key in line else "-"


def ratio(above, below):
    return f"{above / below:.2f}" if above and below else "-"


def main():
    lines = load(sys.argv[1])
    weights = {}
    for path in sys.argv[2:]:
        label = path.split("/")[-2]
        with open(path) as file:
            weights[label] = json.load(file)["bytes_of_a_step"]
    speeds = [line["bytes_per_second"] for line in lines if line["engine"] == "bandwidth"]
    speed = max(speeds, default=0)
    print(f"Memory bandwidth (copy, bytes read and written): {speed / 1e9:.0f} GB/s\n")
    print("Median ms of a step. Floor: weight bytes over bandwidth.\n")
    print("| model | past | rows | floor | ours, resident | ours, plain run | plain/resident |"
          " resident/floor | transformers | transformers/resident | KB up | KB down | MB of cache"
          " each way, plain | tokens |")
    print("|" + "---|" * 14)
    keys = []
    for line in lines:
        key = (line.get("label"), line.get("past"), line.get("rows"))
        if "past" in line and line.get("device") != "reference" and key not in keys:
            keys.append(key)
    for label, past, rows in keys:
        common = dict(label=label, past=past, rows=rows)
        resident = cell(lines, engine="aligner", residency="DEVICE", **common)
        plain = cell(lines, engine="aligner", residency="HOST", **common)
        peer = cell(lines, engine="transformers", **common)
        floor = 1000 * weights[label] / speed if label in weights and speed else 0
        ours = resident.get("median_ms")
        same = "-"
        if resident.get("tokens") and peer.get("tokens"):
            same = "same" if resident["tokens"] == peer["tokens"] else "differ"
        print("|", " | ".join([
            str(label), str(past), str(rows), f"{floor:.2f}" if floor else "-",
            number(resident, "median_ms"), number(plain, "median_ms"),
            ratio(plain.get("median_ms"), ours), ratio(ours, floor), number(peer, "median_ms"),
            ratio(peer.get("median_ms"), ours),
            f"{resident.get('fed_bytes', 0) / 1e3:.2f}",
            f"{resident.get('scored_bytes', 0) / 1e3:.2f}",
            f"{plain.get('cache_bytes_one_way', 0) / 1e6:.2f}", same]), "|")
    counts = {}
    for line in lines:
        if line["engine"] == "kernels":
            counts.setdefault(line["label"], {})[line["steps"]] = line["found"]
    for label, found in counts.items():
        few, many = min(found), max(found)
        if few < many:
            each = (found[many]["kernels"] - found[few]["kernels"]) / (many - few)
            idle = 1 - found[many]["busy_us"] / max(found[many]["span_us"], 1e-9)
            print(f"\n{label}: {each:.0f} kernels in a step at 512, rows 1; median gap"
                  f" {found[many]['median_gap_us']:.2f} us, idle {idle:.0%} of the time")


if __name__ == "__main__":
    main()
