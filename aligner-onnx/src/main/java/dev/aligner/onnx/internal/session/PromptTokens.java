package dev.aligner.onnx.internal.session;

/**
 * The tokens that a model reads where no text stands.
 *
 * @param start what the decoder of an encoder-decoder reads first; -1 for a decoder alone
 * @param pad what fills shorter rows
 */
record PromptTokens(int start, int pad) {}
