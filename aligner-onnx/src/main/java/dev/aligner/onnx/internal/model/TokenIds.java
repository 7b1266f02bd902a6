package dev.aligner.onnx.internal.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The special tokens that one configuration file tells.
 *
 * @param eos the end-of-sequence tokens, in the order of the file, maybe none
 * @param pad the padding token, if told
 * @param bos the begin-of-sequence token, if told
 * @param decoderStart what an encoder-decoder's decoder reads first, if told
 */
record TokenIds(Set<Integer> eos, OptionalInt pad, OptionalInt bos, OptionalInt decoderStart) {

  private static final TokenIds NONE =
      new TokenIds(Set.of(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  /** Reads a file of transformers; none if there is no file. */
  static TokenIds of(Optional<JsonFile> file) {
    return file.map(
            json ->
                new TokenIds(
                    json.integers("eos_token_id"),
                    json.integer("pad_token_id"),
                    json.integer("bos_token_id"),
                    json.integer("decoder_start_token_id")))
        .orElse(NONE);
  }

  /** Takes those of onnxruntime-genai; none if there is no file. */
  static TokenIds ofGenAi(Optional<GenAiConfig> file) {
    return file.map(
            genAi ->
                new TokenIds(
                    genAi.eosTokenIds(),
                    genAi.padTokenId(),
                    genAi.bosTokenId(),
                    OptionalInt.empty()))
        .orElse(NONE);
  }

  /** Returns these, and where one is not told that of another file. */
  TokenIds orElse(TokenIds other) {
    return new TokenIds(
        eos.isEmpty() ? other.eos : eos,
        first(pad, other.pad),
        first(bos, other.bos),
        first(decoderStart, other.decoderStart));
  }

  /** Returns what stands for padding: an end-of-sequence token where none is told, else 0. */
  int padOrEos() {
    return pad.orElse(eos.isEmpty() ? 0 : eos.iterator().next());
  }

  /** Returns what a decoder reads first: the begin of a sequence where nothing else is told. */
  OptionalInt decoderStartOrBos() {
    return first(decoderStart, bos);
  }

  private static OptionalInt first(OptionalInt one, OptionalInt other) {
    return one.isPresent() ? one : other;
  }
}
