package dev.aligner.onnx.internal;

import dev.aligner.internal.OutputText;
import dev.aligner.onnx.internal.segment.Piece;
import dev.aligner.onnx.internal.tokenize.StreamingDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Delivers a corrected answer while its pieces are written: in the order of the answer, so what is
 * certain of a later piece waits for the earlier ones. Not thread-safe.
 */
final class StreamedAnswer {

  private final List<Part> parts = new ArrayList<>();
  private final List<Part> correctable = new ArrayList<>();
  private final Set<Integer> eosTokenIds;
  private final Consumer<String> onText;
  private int next;

  /**
   * Begins an answer.
   *
   * @param pieces the pieces; those that are not corrected are delivered as they are
   * @param prefix what the model writes before each text
   * @param decoders makes the decoder of a piece
   * @param eosTokenIds the tokens that end a piece
   * @param onText hears of the text, never of an empty one
   */
  StreamedAnswer(
      List<Piece> pieces,
      String prefix,
      Supplier<StreamingDecoder> decoders,
      Set<Integer> eosTokenIds,
      Consumer<String> onText) {
    this.eosTokenIds = eosTokenIds;
    this.onText = onText;
    for (Piece piece : pieces) {
      boolean corrected = PreparedAnswer.isCorrected(piece);
      Part part = new Part(decoders.get(), new OutputText(piece.text(), prefix));
      parts.add(part);
      if (corrected) {
        correctable.add(part);
      } else {
        part.certain.append(piece.text());
        part.ended = true;
      }
    }
  }

  /** Adds a token of the corrected piece of an index. */
  void onToken(int piece, int token) {
    Part part = correctable.get(piece);
    part.certain.append(part.output.append(part.decoder.append(token)));
    if (eosTokenIds.contains(token)) {
      part.end();
    }
    deliver();
  }

  /** Ends all pieces. */
  void finish() {
    correctable.forEach(Part::end);
    deliver();
  }

  private void deliver() {
    StringBuilder text = new StringBuilder();
    while (next < parts.size()) {
      Part part = parts.get(next);
      text.append(part.certain);
      part.certain.setLength(0);
      if (!part.ended) {
        break;
      }
      next++;
    }
    if (text.length() > 0) {
      onText.accept(text.toString());
    }
  }

  private static final class Part {
    private final StreamingDecoder decoder;
    private final OutputText output;
    private final StringBuilder certain = new StringBuilder();
    private boolean ended;

    Part(StreamingDecoder decoder, OutputText output) {
      this.decoder = decoder;
      this.output = output;
    }

    void end() {
      if (!ended) {
        ended = true;
        certain.append(output.append(decoder.finish())).append(output.finish());
      }
    }
  }
}
