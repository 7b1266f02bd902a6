/**
 * Runs an exported Aligner in the JVM. Start at {@link dev.aligner.onnx.OnnxAligner}.
 *
 * <p>A model directory is what the Hugging Face exporters write: {@code config.json}, {@code
 * generation_config.json}, {@code tokenizer.json} and the {@code *.onnx} files, and optionally an
 * {@code aligner.json} with template, segmentation and limits. Native libraries come with two jars,
 * ONNX Runtime and the Hugging Face tokenizers of DJL, for Linux x64 and aarch64, macOS aarch64 and
 * Windows x64. Nothing is ever fetched from a network.
 */
@NullMarked
package dev.aligner.onnx;

import org.jspecify.annotations.NullMarked;
