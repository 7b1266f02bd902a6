/** Cuts an answer into the pieces that are corrected and those that pass untouched. */
@NullMarked
package dev.aligner.onnx.internal.segment;

import org.jspecify.annotations.NullMarked;
