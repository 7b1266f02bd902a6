/** The files of a model directory: found, read and checked, without any runtime. */
@NullMarked
package dev.aligner.onnx.internal.model;

import org.jspecify.annotations.NullMarked;
