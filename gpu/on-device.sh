#!/usr/bin/env bash
# The GPU machine's side. README.md has the calls.
#
#   on-device.sh take FILE...       takes parts that came along
#   on-device.sh unpack             puts them together, and says whether CUDA starts
#   on-device.sh tokens             tokens on the GPU against those on the CPU, in fp32
#   on-device.sh steps LABEL...     measures some of the models below, ours and transformers'
#   on-device.sh kernels LABEL...   how many kernels a step starts, and the gaps between them
#   on-device.sh report             the table
#
# HOME_DIR is where all is kept; DEVICE=cpu and SIZES=tiny try the script out without a GPU.
set -euo pipefail
home=${HOME_DIR:-/tmp/aligner-gpu}
device=${DEVICE:-cuda}
sizes=${SIZES:-real}
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$home"
results=$home/results.jsonl

# LABEL SHAPE DTYPE LAYOUT
models_real="llama-100m-fp32 llama-100m fp32 optimum
llama-100m-fp16 llama-100m fp16 optimum
llama-1b-fp32 llama-1b fp32 optimum
llama-1b-fp16 llama-1b fp16 optimum
llama-1b-gqa-fp16 llama-1b fp16 gqa
opt-1.3b-fp32 opt-1.3b fp32 optimum
opt-1.3b-fp16 opt-1.3b fp16 optimum"
models_tiny="llama-tiny-fp32 llama-tiny fp32 optimum
llama-tiny-gqa-fp32 llama-tiny fp32 gqa
opt-tiny-fp32 opt-tiny fp32 optimum"
models=$models_real pasts=128,512,2048 rows=1,16 steps=30
if [ "$sizes" = tiny ]; then
  models=$models_tiny pasts=16,32 rows=1,3 steps=6
fi

java_home() { if [ -x "$home/aligner/java/bin/java" ]; then echo "$home/aligner/java"; else echo "${JAVA_HOME:-/usr}"; fi; }

# The libraries of CUDA 13 and cuDNN 9 that PyTorch brought along.
cuda_libraries() {
  "$python" - <<'PYTHON'
import glob, os, site, sys
folders = set()
for root in site.getsitepackages() + [p for p in sys.path if p.endswith("site-packages")]:
    for library in glob.glob(os.path.join(root, "nvidia", "**", "lib", "*.so*"), recursive=True):
        folders.add(os.path.dirname(library))
print(":".join(sorted(folders)))
PYTHON
}

benchmarks() {
  local jar=${BENCHMARKS_JAR:-$home/aligner/benchmarks.jar}
  local natives=()
  [ -d "$home/aligner/natives" ] && natives=("-Donnxruntime.native.path=$home/aligner/natives")
  ORT_DISABLE_TELEMETRY=1 LD_LIBRARY_PATH="$home/aligner/natives:$(cuda_libraries):${LD_LIBRARY_PATH:-}" \
    "$(java_home)/bin/java" -Xmx8g "${natives[@]}" -jar "$jar" "$@"
}

model() { # LABEL
  local label shape dtype layout
  read -r label shape dtype layout <<< "$(grep "^$1 " <<< "$models")"
  [ -n "$label" ] || { echo "no model $1" >&2; exit 1; }
  [ -f "$home/models/$label/weights.json" ] || "$python" "$here/models.py" --shape "$shape" \
    --dtype "$dtype" --layout "$layout" --out "$home/models/$label" --device "$device" >&2
}

measure() { # LABEL
  local label shape dtype layout
  read -r label shape dtype layout <<< "$(grep "^$1 " <<< "$models")"
  model "$label"
  benchmarks device-steps --model "$home/models/$label" --device "$device" --label "$label" \
    --past "$pasts" --rows "$rows" --steps "$steps" | tee -a "$results"
  # One peer for both layouts: the weights are the same.
  [ "$layout" = gqa ] || "$python" "$here/torch_peer.py" --shape "$shape" --dtype "$dtype" \
    --device "$device" --label "$label" --past "$pasts" --rows "$rows" --steps "$steps" \
    | tee -a "$results"
  [ "${KEEP:-no}" = yes ] || rm -f "$home/models/$label/model.onnx.data"
}

case "$1" in
  take)
    shift
    cp "$@" "$home/"
    ls -l "$home"
    ;;
  unpack)
    cd "$home"
    sha256sum --check --quiet SHA256SUMS
    cat part.[0-9]* | tar -xJ
    "$here/on-device.sh" bundled
    ;;
  bundled)
    benchmarks device-steps --model "${DETOX:-$home/aligner/detox}" --device "$device" \
      --label detox --past 16,128 --rows "$rows" --steps "$steps" | tee -a "$results"
    ;;
  tokens)
    label=$(head -n 1 <<< "$models" | cut -d' ' -f1)
    for each in $label ${TOKENS:-}; do
      KEEP=yes model "$each"
      first=${pasts%%,*}
      for on in "$device" cpu; do
        benchmarks device-steps --model "$home/models/$each" --device "$on" --residency DEVICE \
          --label "$each" --past "$first" --rows 1 --steps "$steps" > "$home/tokens.$on"
      done
      "$python" - "$home/tokens.$device" "$home/tokens.cpu" <<'PYTHON'
import json, sys
a, b = (json.loads(open(path).readline()) for path in sys.argv[1:])
print(a["label"], "tokens", "same" if a["tokens"] == b["tokens"] else "DIFFER", a["tokens"], b["tokens"])
sys.exit(a["tokens"] != b["tokens"])
PYTHON
    done
    ;;
  steps)
    shift
    labels=("$@")
    [ ${#labels[@]} -gt 0 ] || mapfile -t labels < <(cut -d' ' -f1 <<< "$models")
    for label in "${labels[@]}"; do measure "$label"; done
    ;;
  kernels)
    shift
    toolkit=$(realpath "$(dirname "$(command -v nvcc)")/..")
    includes=() libraries=()
    while read -r header; do includes+=("-I$(dirname "$header")"); done \
      < <(find -L "$toolkit" -name cupti.h 2> /dev/null)
    while read -r library; do libraries+=("$library" "-Xlinker" "-rpath=$(dirname "$library")"); done \
      < <(find -L "$toolkit" -name 'libcupti.so' 2> /dev/null | head -n 1)
    nvcc -shared -Xcompiler -fPIC -O2 "$here/kernels.cc" -o "$home/libkernels.so" "${includes[@]}" \
      "${libraries[@]}"
    for label in "$@"; do
      KEEP=yes model "$label"
      # The difference of two runs is what the additional steps start.
      for count in 20 120; do
        rm -f "$home/kernels.json"
        KERNELS_OUT=$home/kernels.json CUDA_INJECTION64_PATH=$home/libkernels.so benchmarks device-steps \
          --model "$home/models/$label" --device "$device" --residency DEVICE --label "$label" \
          --past 512 --rows 1 --steps "$count" > /dev/null
        echo "{\"engine\": \"kernels\", \"label\": \"$label\", \"steps\": $count, \"found\": $(cat "$home/kernels.json")}" \
          | tee -a "$results"
      done
    done
    ;;
  report)
    shopt -s nullglob
    "$python" "$here/report.py" "$results" "$home"/models/*/weights.json | tee "$home/report.md"
    ;;
  *)
    echo "no command $1" >&2
    exit 1
    ;;
esac
