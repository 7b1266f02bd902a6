/**
 * A small correction model behind any chat model.
 *
 * <p>Start at {@link dev.aligner.Aligner}: it turns a question and the answer some upstream model
 * gave into a {@link dev.aligner.Correction}, and {@link dev.aligner.Aligner#wrap wraps} a {@link
 * dev.aligner.ChatModel} so that nothing else in an application changes. The method is that of
 * "Aligner: Efficient Alignment by Learning to Correct" (arXiv 2402.02416).
 *
 * <p>This module is pure Java and runs no model; {@code aligner-onnx} brings the engine.
 */
@NullMarked
package dev.aligner;

import org.jspecify.annotations.NullMarked;
