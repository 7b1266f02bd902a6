package dev.aligner.onnx.internal.decode;

/**
 * One way for a beam to go on.
 *
 * @param beam the index of the beam among those of its prompt
 * @param token the token that it would write
 * @param score the sum of the log-probabilities, that of the token included
 */
record Candidate(int beam, int token, float score) {}
