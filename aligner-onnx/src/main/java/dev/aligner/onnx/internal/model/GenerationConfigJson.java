package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.DecodingOption.BAD_WORDS_IDS;
import static dev.aligner.onnx.DecodingOption.BEGIN_SUPPRESS_TOKENS;
import static dev.aligner.onnx.DecodingOption.DO_SAMPLE;
import static dev.aligner.onnx.DecodingOption.EARLY_STOPPING;
import static dev.aligner.onnx.DecodingOption.ENCODER_NO_REPEAT_NGRAM_SIZE;
import static dev.aligner.onnx.DecodingOption.ENCODER_REPETITION_PENALTY;
import static dev.aligner.onnx.DecodingOption.EPSILON_CUTOFF;
import static dev.aligner.onnx.DecodingOption.ETA_CUTOFF;
import static dev.aligner.onnx.DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY;
import static dev.aligner.onnx.DecodingOption.FORCED_BOS_TOKEN_ID;
import static dev.aligner.onnx.DecodingOption.FORCED_EOS_TOKEN_ID;
import static dev.aligner.onnx.DecodingOption.LENGTH_PENALTY;
import static dev.aligner.onnx.DecodingOption.MIN_LENGTH;
import static dev.aligner.onnx.DecodingOption.MIN_NEW_TOKENS;
import static dev.aligner.onnx.DecodingOption.MIN_P;
import static dev.aligner.onnx.DecodingOption.NO_REPEAT_NGRAM_SIZE;
import static dev.aligner.onnx.DecodingOption.NUM_BEAMS;
import static dev.aligner.onnx.DecodingOption.NUM_RETURN_SEQUENCES;
import static dev.aligner.onnx.DecodingOption.REMOVE_INVALID_VALUES;
import static dev.aligner.onnx.DecodingOption.RENORMALIZE_LOGITS;
import static dev.aligner.onnx.DecodingOption.REPETITION_PENALTY;
import static dev.aligner.onnx.DecodingOption.SEQUENCE_BIAS;
import static dev.aligner.onnx.DecodingOption.STOP_STRINGS;
import static dev.aligner.onnx.DecodingOption.SUPPRESS_TOKENS;
import static dev.aligner.onnx.DecodingOption.TEMPERATURE;
import static dev.aligner.onnx.DecodingOption.TOP_K;
import static dev.aligner.onnx.DecodingOption.TOP_P;
import static dev.aligner.onnx.DecodingOption.TYPICAL_P;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.DecodingOption.ExponentialDecay;
import dev.aligner.onnx.EarlyStopping;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads the options of {@link Decoding} from a JSON object that has them under their names in
 * transformers. An option is set only where the object has it. The end-of-sequence tokens are not
 * among them: {@link ModelConfig} holds those.
 */
final class GenerationConfigJson {

  /** Where the object comes from; transformers reads some fields by that. */
  enum Source {
    /** {@code generation_config.json}: a {@code top_k} of null turns it off. */
    GENERATION_CONFIG,
    /** {@code config.json}: null says nothing, and a field may have a default of its family. */
    MODEL_CONFIG,
    /**
     * The search section of {@code genai_config.json}. The builder writes an {@code early_stopping}
     * of true into each, whatever the checkpoint says, so that it tells nothing.
     */
    GENAI_CONFIG
  }

  /** What config.json means by no {@code forced_eos_token_id} at all, by {@code model_type}. */
  private static final Map<String, Integer> FORCED_EOS =
      Map.ofEntries(
          Map.entry("bart", 2),
          Map.entry("blenderbot", 2),
          Map.entry("blenderbot-small", 2),
          Map.entry("fsmt", 2),
          Map.entry("marian", 0),
          Map.entry("mbart", 2),
          Map.entry("mvp", 2),
          Map.entry("pegasus", 1),
          Map.entry("pegasus_x", 1),
          Map.entry("plbart", 2));

  private final JsonFile json;
  private final GenerationFields fields;
  private final Source source;
  private Decoding decoding = Decoding.ofModel();

  private GenerationConfigJson(JsonFile json, Source source) {
    this.json = json;
    this.fields = new GenerationFields(json);
    this.source = source;
  }

  /**
   * Reads an object.
   *
   * @throws ModelLoadException if a field has a value that it cannot have, unless nothing would
   *     ever read it: what only sampling reads is ignored where {@code do_sample} is off, as in
   *     transformers
   */
  static ModelDecoding read(JsonFile json, Source source) {
    GenerationConfigJson reader = new GenerationConfigJson(json, source);
    reader.readSearch();
    reader.readSampling();
    reader.readPenalties();
    reader.readLengths();
    reader.readForced();
    return new ModelDecoding(json.file(), reader.decoding, UnsupportedSettings.in(json));
  }

  private void readSearch() {
    set(NUM_BEAMS, fields.integer("num_beams"));
    set(DO_SAMPLE, fields.flag("do_sample"));
    set(LENGTH_PENALTY, fields.number("length_penalty"));
    set(EARLY_STOPPING, earlyStopping());
    set(NUM_RETURN_SEQUENCES, fields.integer("num_return_sequences"));
    if (decoding.get(NUM_RETURN_SEQUENCES) > ModelDecoding.mostOutputs(decoding)) {
      throw json.wrong(
          "num_return_sequences",
          "at most " + ModelDecoding.mostOutputs(decoding) + ", the beams",
          json.node("num_return_sequences"));
    }
  }

  private Optional<EarlyStopping> earlyStopping() {
    JsonNode value = json.node("early_stopping");
    if (value.isTextual() && value.textValue().equals("never")) {
      return Optional.of(EarlyStopping.NEVER);
    }
    if (json.has("early_stopping") && !value.isBoolean()) {
      throw json.wrong("early_stopping", "true, false or \"never\"", value);
    }
    return fields
        .flag("early_stopping")
        .filter(early -> source != Source.GENAI_CONFIG)
        .map(early -> early ? EarlyStopping.TRUE : EarlyStopping.FALSE);
  }

  /** A bound that excludes nothing turns its option off, however far off it is. */
  private void readSampling() {
    sampling(TEMPERATURE, () -> fields.number("temperature"));
    sampling(TOP_K, this::topK);
    sampling(TOP_P, () -> fields.number("top_p").map(p -> Math.min(p, 1)));
    sampling(MIN_P, () -> fields.number("min_p"));
    sampling(TYPICAL_P, () -> fields.number("typical_p").map(p -> Math.min(p, 1)));
    sampling(
        EPSILON_CUTOFF, () -> fields.number("epsilon_cutoff").map(GenerationConfigJson::cutoff));
    sampling(ETA_CUTOFF, () -> fields.number("eta_cutoff").map(GenerationConfigJson::cutoff));
  }

  private Optional<Integer> topK() {
    boolean off = source == Source.GENERATION_CONFIG && json.node("top_k").isNull();
    return off ? Optional.of(0) : fields.integer("top_k");
  }

  private static double cutoff(double value) {
    return value > 0 && value < 1 ? value : 0;
  }

  private void readPenalties() {
    set(REPETITION_PENALTY, fields.number("repetition_penalty"));
    set(ENCODER_REPETITION_PENALTY, fields.number("encoder_repetition_penalty"));
    set(NO_REPEAT_NGRAM_SIZE, fields.size("no_repeat_ngram_size"));
    set(ENCODER_NO_REPEAT_NGRAM_SIZE, fields.size("encoder_no_repeat_ngram_size"));
    set(BAD_WORDS_IDS, fields.sequences("bad_words_ids"));
    set(SEQUENCE_BIAS, fields.biases("sequence_bias"));
    set(REMOVE_INVALID_VALUES, fields.flag("remove_invalid_values"));
    set(RENORMALIZE_LOGITS, fields.flag("renormalize_logits"));
  }

  private void readLengths() {
    set(MIN_LENGTH, fields.size("min_length"));
    set(MIN_NEW_TOKENS, fields.size("min_new_tokens"));
    set(EXPONENTIAL_DECAY_LENGTH_PENALTY, decay());
    set(STOP_STRINGS, fields.texts("stop_strings"));
  }

  private Optional<Optional<ExponentialDecay>> decay() {
    String field = EXPONENTIAL_DECAY_LENGTH_PENALTY.name();
    JsonNode value = json.node(field);
    if (!json.has(field)) {
      return Optional.empty();
    }
    if (!value.isArray()
        || value.size() != 2
        || !value.path(0).isInt()
        || !value.path(1).isNumber()) {
      throw wrongDecay(value);
    }
    try {
      double factor = value.path(1).doubleValue();
      return Optional.of(Optional.of(new ExponentialDecay(value.path(0).intValue(), factor)));
    } catch (IllegalArgumentException e) {
      throw wrongDecay(value);
    }
  }

  private ModelLoadException wrongDecay(JsonNode value) {
    return json.wrong(
        EXPONENTIAL_DECAY_LENGTH_PENALTY.name(), "[a start of 0 or more, a factor above 0]", value);
  }

  private void readForced() {
    set(
        FORCED_BOS_TOKEN_ID,
        json.integer("forced_bos_token_id").stream().boxed().findFirst().map(OptionalInt::of));
    set(FORCED_EOS_TOKEN_ID, fields.ids("forced_eos_token_id").or(this::forcedEosOfFamily));
    set(SUPPRESS_TOKENS, fields.ids("suppress_tokens"));
    set(BEGIN_SUPPRESS_TOKENS, fields.ids("begin_suppress_tokens"));
  }

  private Optional<Set<Integer>> forcedEosOfFamily() {
    return source == Source.MODEL_CONFIG && json.node("forced_eos_token_id").isMissingNode()
        ? Optional.ofNullable(FORCED_EOS.get(json.node("model_type").asText())).map(Set::of)
        : Optional.empty();
  }

  private <T> void sampling(DecodingOption<T> option, Supplier<Optional<T>> value) {
    try {
      set(option, value.get());
    } catch (ModelLoadException e) {
      if (decoding.get(DO_SAMPLE)) {
        throw e;
      }
    }
  }

  private <T> void set(DecodingOption<T> option, Optional<T> value) {
    if (value.isPresent()) {
      try {
        decoding = decoding.with(option, value.get());
      } catch (IllegalArgumentException e) {
        throw json.wrong(option.name(), option.allowed(), json.node(option.name()));
      }
    }
  }
}
