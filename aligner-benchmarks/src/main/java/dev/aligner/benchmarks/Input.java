package dev.aligner.benchmarks;

import dev.aligner.onnx.OnnxGenerator;

/**
 * What all engines are given.
 *
 * @param bin how far the draft is from the output
 * @param draft what the output may repeat; read by {@link OnnxGenerator} alone
 */
record Input(String bin, int[] prompt, int[] draft, int maxNewTokens) {

  Input withBin(String other) {
    return new Input(other, prompt, draft, maxNewTokens);
  }
}
