#!/usr/bin/env bash
# Packs what a GPU machine without Java and without a network needs into parts of at most 36 MB, since
# one transfer may be bounded at 64 MiB with the repository's own 24 MB in it:
# a Java runtime, the benchmarks, the bundled model, and the natives of ONNX Runtime for CUDA 13.
#
#   gpu/prepare.sh JARS [OUT]
#
# JARS is a folder with onnxruntime_gpu-1.29.0.jar and onnxruntime-1.28.0-1.5.14-linux-x86_64-gpu.jar;
# README.md tells how Maven gets them. OUT, by default gpu/.parts, is ignored by git.
set -euo pipefail
cd "$(dirname "$0")/.."
jars=$(realpath "$1")
out=${2:-gpu/.parts}
part_bytes=36000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mvn -B -ntp -q -Pbenchmarks -pl aligner-benchmarks -am package -DskipTests
mkdir -p "$work/aligner/natives" "$work/aligner/gpu"

# The natives come from the folder beside it, so those inside the jar only weigh.
python3 - aligner-benchmarks/target/benchmarks.jar "$work/aligner/benchmarks.jar" <<'PYTHON'
import sys, zipfile
keep_jna = "com/sun/jna/linux-x86-64/"
with zipfile.ZipFile(sys.argv[1]) as jar, \
        zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as slim:
    for entry in jar.infolist():
        name = entry.filename
        native = name.endswith((".so", ".dll", ".dylib", ".jnilib", ".a", ".dSYM"))
        if name.startswith(("ai/onnxruntime/native/", "native/lib/")):
            continue
        if native and not name.startswith(keep_jna):
            continue
        slim.writestr(entry, jar.read(entry))
PYTHON

natives=org/bytedeco/onnxruntime/linux-x86_64-gpu
unzip -q -j -o "$jars"/onnxruntime-1.28.0-*-linux-x86_64-gpu.jar \
  "$natives/libonnxruntime.so.1" "$natives/libonnxruntime_providers_shared.so" \
  "$natives/libonnxruntime_providers_cuda.so" -d "$work/aligner/natives"
cp "$work/aligner/natives/libonnxruntime.so.1" "$work/aligner/natives/libonnxruntime.so"
unzip -q -j -o "$jars"/onnxruntime_gpu-1.29.0.jar \
  ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so -d "$work/aligner/natives"
rm "$work/aligner/natives/libonnxruntime.so.1"

jlink --strip-debug --no-header-files --no-man-pages --compress=2 --output "$work/aligner/java" \
  --add-modules java.base,java.logging,java.naming,java.management,java.xml,java.desktop,java.sql,jdk.unsupported
cp -r models/detox/src/main/resources/META-INF/aligner/detox "$work/aligner/detox"
cp gpu/*.py gpu/kernels.cc gpu/on-device.sh "$work/aligner/gpu"

rm -rf "$out"
mkdir -p "$out"
tar -C "$work" -c aligner | xz -T0 -3 | split -b "$part_bytes" -d -a 2 - "$out/part."
(cd "$out" && sha256sum part.* > SHA256SUMS)
ls -l "$out"
