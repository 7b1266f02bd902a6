package dev.aligner.onnx.internal.segment;

/**
 * A piece of an answer. All pieces put together are the answer.
 *
 * @param text the piece
 * @param correctable whether the model sees it; if not, it passes untouched
 */
public record Piece(String text, boolean correctable) {}
