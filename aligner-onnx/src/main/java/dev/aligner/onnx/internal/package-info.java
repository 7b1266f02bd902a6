/** Not API: what the rooms of the engine share. */
@NullMarked
package dev.aligner.onnx.internal;

import org.jspecify.annotations.NullMarked;
