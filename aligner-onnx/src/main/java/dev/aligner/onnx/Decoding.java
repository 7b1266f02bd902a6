package dev.aligner.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * How tokens are chosen. {@link #ofModel()}, the default, is what {@code generation_config.json}
 * says, as in transformers; {@link #greedy()}, {@link #beamSearch} and {@link #sampling()} begin
 * from the defaults of transformers instead, whatever the file says. Options set by {@link #with}
 * win over both.
 *
 * <pre>{@code
 * Decoding.beamSearch(4).with(DecodingOption.LENGTH_PENALTY, 0.8)
 * }</pre>
 *
 * <p>Immutable and thread-safe. Two are equal if their options are.
 */
public final class Decoding {

  private static final Decoding OF_MODEL = new Decoding(true, Map.of());
  private static final Decoding GREEDY = new Decoding(false, Map.of());

  private final boolean ofModel;
  private final Map<DecodingOption<?>, Object> options;

  private Decoding(boolean ofModel, Map<DecodingOption<?>, Object> options) {
    this.ofModel = ofModel;
    this.options = options;
  }

  /**
   * Returns what {@code generation_config.json} says.
   *
   * @return the decoding
   */
  public static Decoding ofModel() {
    return OF_MODEL;
  }

  /**
   * Returns greedy search: the most likely token at each step, as {@code generate(do_sample=False,
   * num_beams=1)} of transformers. Whatever else {@code generation_config.json} asks for is off:
   * beams, sampling, penalties and forced tokens.
   *
   * @return the decoding
   */
  public static Decoding greedy() {
    return GREEDY;
  }

  /**
   * Returns beam search, and nothing else of what {@code generation_config.json} asks for.
   *
   * @param numBeams the beams; at least 1
   * @return the decoding
   * @throws IllegalArgumentException if there is not at least one beam
   */
  public static Decoding beamSearch(int numBeams) {
    return GREEDY.with(DecodingOption.NUM_BEAMS, numBeams);
  }

  /**
   * Returns sampling, and nothing else of what {@code generation_config.json} asks for.
   *
   * @return the decoding
   */
  public static Decoding sampling() {
    return GREEDY.with(DecodingOption.DO_SAMPLE, true);
  }

  /**
   * Returns a decoding with one option set.
   *
   * @param option the option
   * @param value its value
   * @param <T> the type of its values
   * @return a decoding that differs from this one in the option alone
   * @throws IllegalArgumentException if the option does not allow the value
   */
  public <T> Decoding with(DecodingOption<T> option, T value) {
    Map<DecodingOption<?>, Object> changed = new LinkedHashMap<>(options);
    changed.put(option, option.checked(Objects.requireNonNull(value, option.name())));
    return new Decoding(ofModel, changed);
  }

  /**
   * Returns a decoding whose sampling begins with the same seed in each generation.
   *
   * @param seed the seed
   * @return a decoding that differs from this one in {@link DecodingOption#RANDOM} alone
   */
  public Decoding withSeed(long seed) {
    return with(DecodingOption.RANDOM, () -> new SplittableRandom(seed));
  }

  /**
   * Returns the value of an option.
   *
   * @param option the option
   * @param <T> the type of its values
   * @return the value that was set, else the default of transformers
   */
  public <T> T get(DecodingOption<T> option) {
    return find(option).orElse(option.defaultValue());
  }

  /**
   * Returns the value of an option that was set.
   *
   * @param option the option
   * @param <T> the type of its values
   * @return the value, or empty if nobody set it
   */
  @SuppressWarnings("unchecked") // with() puts in nothing but values of the option's type
  public <T> Optional<T> find(DecodingOption<T> option) {
    return Optional.ofNullable((T) options.get(option));
  }

  /**
   * Tells whether options that are not set here are those of {@code generation_config.json}.
   *
   * @return true if this began as {@link #ofModel()}
   */
  public boolean isOfModel() {
    return ofModel;
  }

  /**
   * Returns this decoding over that of a model.
   *
   * @param model what {@code generation_config.json} says
   * @return the options of both, of which these win; the model's not at all unless this decoding is
   *     {@link #ofModel()}
   */
  public Decoding over(Decoding model) {
    if (!ofModel) {
      return this;
    }
    Map<DecodingOption<?>, Object> merged = new LinkedHashMap<>(model.options);
    merged.putAll(options);
    return new Decoding(model.ofModel, merged);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Decoding that
        && ofModel == that.ofModel
        && options.equals(that.options);
  }

  @Override
  public int hashCode() {
    return 31 * options.hashCode() + Boolean.hashCode(ofModel);
  }

  @Override
  public String toString() {
    return "Decoding" + (ofModel ? "[of model]" : "") + options;
  }
}
