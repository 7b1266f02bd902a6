/**
 * The one room that knows the Hugging Face tokenizers: text to ids and back, safe on hostile text.
 */
@NullMarked
package dev.aligner.onnx.internal.tokenize;

import org.jspecify.annotations.NullMarked;
