package dev.aligner.benchmarks;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import java.util.OptionalInt;

/** This library, with a draft or without. The generator is shared, and the caller closes it. */
final class OurEngine implements Engine {

  private final String name;
  private final OnnxGenerator generator;
  private final Drafting drafting;

  OurEngine(String name, OnnxGenerator generator, Drafting drafting) {
    this.name = name;
    this.generator = generator;
    this.drafting = drafting;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer answer(Input input) {
    GenerationRequest request =
        GenerationRequest.ofInputIds(input.prompt())
            .withMaxNewTokens(input.maxNewTokens())
            .withDecoding(Decoding.greedy())
            .withDrafting(drafting);
    if (drafting != Drafting.OFF) {
      request = request.withDraft(input.draft());
    }
    long start = System.nanoTime();
    Generation generation = generator.generate(request);
    double millis = (System.nanoTime() - start) / 1e6;
    return new Answer(
        generation.tokenIds(),
        millis,
        OptionalInt.of(generation.modelSteps()),
        generation.draftedTokens(),
        generation.acceptedDraftTokens());
  }

  @Override
  public void close() {}
}
