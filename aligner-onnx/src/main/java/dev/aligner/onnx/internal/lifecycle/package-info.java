/**
 * Who may use a native handle, and until when: counted handles, and calls that close() waits for.
 */
@NullMarked
package dev.aligner.onnx.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
