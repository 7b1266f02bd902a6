/** What changes the scores of the next token before one is chosen. */
@NullMarked
package dev.aligner.onnx.internal.decode.process;

import org.jspecify.annotations.NullMarked;
