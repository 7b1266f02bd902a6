package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.DecodingOption.EOS_TOKEN_ID;
import static dev.aligner.onnx.DecodingOption.FORCED_EOS_TOKEN_ID;
import static dev.aligner.onnx.DecodingOption.FREQUENCY_PENALTY;
import static dev.aligner.onnx.DecodingOption.LOGITS_PROCESSOR;
import static dev.aligner.onnx.DecodingOption.PRESENCE_PENALTY;
import static dev.aligner.onnx.DecodingOption.RANDOM;
import static dev.aligner.onnx.DecodingOption.SEQUENCE_BIAS;
import static dev.aligner.onnx.DecodingOption.STOP_STRINGS;
import static dev.aligner.onnx.DecodingOption.SUPPRESS_TOKENS;
import static dev.aligner.onnx.DecodingOption.TOP_K;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.internal.model.GenerationConfigJson.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationConfigJsonTest {

  /** What a file cannot hold: a generator, processors, OpenAI's penalties; or holds elsewhere. */
  private static final Set<DecodingOption<?>> NOT_IN_FILES =
      Set.of(RANDOM, LOGITS_PROCESSOR, FREQUENCY_PENALTY, PRESENCE_PENALTY, EOS_TOKEN_ID);

  private final Path file;

  GenerationConfigJsonTest(@TempDir Path directory) {
    this.file = directory.resolve("generation_config.json");
  }

  @Test
  void read_everyOption_isSet() {
    Decoding decoding =
        decoding(
            """
            {"num_beams": 4, "do_sample": true, "length_penalty": 2, "early_stopping": "never",
             "num_return_sequences": 3, "temperature": 0.5, "top_k": 7, "top_p": 0.9, "min_p": 0.1,
             "typical_p": 0.8, "epsilon_cutoff": 3e-4, "eta_cutoff": 0.002,
             "repetition_penalty": 1.2, "encoder_repetition_penalty": 1.3,
             "no_repeat_ngram_size": 3, "encoder_no_repeat_ngram_size": 4,
             "bad_words_ids": [[5], [6, 7]], "sequence_bias": [[[8, 9], -1.5], [[3], 2]],
             "min_length": 5, "min_new_tokens": 6, "forced_bos_token_id": 0,
             "forced_eos_token_id": [1, 2], "suppress_tokens": [10, 11],
             "begin_suppress_tokens": [12], "exponential_decay_length_penalty": [20, 1.05],
             "remove_invalid_values": true, "renormalize_logits": true,
             "stop_strings": ["a", "b"]}
            """);

    for (DecodingOption<?> option : DecodingOption.all()) {
      assertThat(decoding.find(option).isPresent())
          .as(option.name())
          .isNotEqualTo(NOT_IN_FILES.contains(option));
    }
    assertThat(decoding)
        .hasToString(
            "Decoding[of model]{num_beams=4, do_sample=true, length_penalty=2.0,"
                + " early_stopping=NEVER, num_return_sequences=3, temperature=0.5, top_k=7,"
                + " top_p=0.9, min_p=0.1, typical_p=0.8, epsilon_cutoff=3.0E-4, eta_cutoff=0.002,"
                + " repetition_penalty=1.2, encoder_repetition_penalty=1.3,"
                + " no_repeat_ngram_size=3, encoder_no_repeat_ngram_size=4,"
                + " bad_words_ids=[[5], [6, 7]], sequence_bias={[8, 9]=-1.5, [3]=2.0},"
                + " remove_invalid_values=true, renormalize_logits=true, min_length=5,"
                + " min_new_tokens=6, exponential_decay_length_penalty=Optional[ExponentialDecay["
                + "startIndex=20, factor=1.05]], stop_strings=[a, b],"
                + " forced_bos_token_id=OptionalInt[0], forced_eos_token_id=[1, 2],"
                + " suppress_tokens=[10, 11], begin_suppress_tokens=[12]}");
  }

  @Test
  void read_nothingOrNull_setsNothing() {
    assertThat(decoding("{}")).hasToString("Decoding[of model]{}");
    for (DecodingOption<?> option : DecodingOption.all()) {
      if (option != TOP_K) {
        assertThat(decoding("{\"" + option.name() + "\": null}"))
            .as(option.name())
            .hasToString("Decoding[of model]{}");
      }
    }
  }

  @Test
  void read_topKOfNull_keepsAllInGenerationConfigAlone() {
    String json = "{\"do_sample\": true, \"top_k\": null}";

    assertThat(decoding(json).get(TOP_K)).isZero();
    assertThat(read(json, Source.MODEL_CONFIG).options().get(TOP_K)).isEqualTo(50);
    assertThat(decoding("{\"do_sample\": true}").get(TOP_K)).isEqualTo(50);
  }

  @Test
  void read_oneForAList_isAListOfOne() {
    Decoding decoding =
        decoding("{\"forced_eos_token_id\": 2, \"suppress_tokens\": 3, \"stop_strings\": \"x\"}");

    assertThat(decoding.get(FORCED_EOS_TOKEN_ID)).containsExactly(2);
    assertThat(decoding.get(SUPPRESS_TOKENS)).containsExactly(3);
    assertThat(decoding.get(STOP_STRINGS)).containsExactly("x");
  }

  @Test
  void read_sequenceTwice_theLastBiasWins() {
    assertThat(decoding("{\"sequence_bias\": [[[1], 2.0], [[1], 3.0]]}").get(SEQUENCE_BIAS))
        .isEqualTo(Map.of(List.of(1), 3.0));
    assertThat(decoding("{\"sequence_bias\": [[[1], -Infinity]]}").get(SEQUENCE_BIAS))
        .isEqualTo(Map.of(List.of(1), Double.NEGATIVE_INFINITY));
  }

  /** What nothing reads is no reason to refuse a model; transformers warns of it at most. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"temperature\": 0.0",
        "\"temperature\": -1",
        "\"temperature\": \"low\"",
        "\"top_k\": -1",
        "\"top_k\": 1.5",
        "\"top_p\": -0.5",
        "\"min_p\": 2",
        "\"typical_p\": 0.0",
        "\"epsilon_cutoff\": []"
      })
  void read_unusableForSampling_isRefusedOnlyIfItSamples(String field) {
    assertThat(decoding("{" + field + "}")).hasToString("Decoding[of model]{}");
    assertThat(decoding("{\"do_sample\": false, " + field + "}"))
        .hasToString("Decoding[of model]{do_sample=false}");
    assertThatThrownBy(() -> decoding("{" + field + ", \"do_sample\": true}"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(field.substring(0, field.indexOf(':')));
  }

  @ParameterizedTest
  @CsvSource({
    "top_p, 1.5, 1.0",
    "typical_p, 3, 1.0",
    "epsilon_cutoff, -0.5, 0.0",
    "epsilon_cutoff, 1.0, 0.0",
    "eta_cutoff, 7, 0.0",
    "no_repeat_ngram_size, -1, 0",
    "encoder_no_repeat_ngram_size, -1, 0",
    "min_length, -5, 0",
    "min_new_tokens, -5, 0"
  })
  void read_boundThatExcludesNothing_isOff(String field, String value, String off) {
    String json = "{\"do_sample\": true, \"" + field + "\": " + value + "}";

    assertThat(decoding(json))
        .hasToString("Decoding[of model]{do_sample=true, " + field + "=" + off + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
      num_beams; 0; at least 1
      num_beams; 2.0; an integer
      num_beams; 99999999999; an integer
      do_sample; 1; true or false
      early_stopping; "always"; true, false or "never"
      early_stopping; 1; true, false or "never"
      length_penalty; NaN; a finite number
      length_penalty; "1"; a number
      num_return_sequences; 2; at most 1
      repetition_penalty; 0.0; above 0
      encoder_repetition_penalty; -1; above 0
      no_repeat_ngram_size; "3"; an integer
      bad_words_ids; [5]; a list of lists of ids
      bad_words_ids; [[]]; none empty
      bad_words_ids; [[-5]]; each 0 or more
      bad_words_ids; {}; a list of lists of ids
      sequence_bias; {"a": 1}; a list of pairs
      sequence_bias; [[[1]]]; a list of pairs
      sequence_bias; [[[1], "2"]]; a list of pairs
      sequence_bias; [[[1], NaN]]; a list of pairs
      sequence_bias; [[[], 1.0]]; none empty
      min_length; true; an integer
      forced_bos_token_id; -1; an integer of 0 or more
      forced_bos_token_id; [0]; an integer of 0 or more
      forced_eos_token_id; [-1]; integers of 0 or more
      forced_eos_token_id; {"a": 1}; an integer of 0 or more
      suppress_tokens; "1"; an integer of 0 or more
      exponential_decay_length_penalty; 1.5; [a start of 0 or more, a factor above 0]
      exponential_decay_length_penalty; [5]; [a start
      exponential_decay_length_penalty; [-5, 1.0]; [a start
      exponential_decay_length_penalty; [5, 0]; [a start
      exponential_decay_length_penalty; [5.5, 1.0]; [a start
      remove_invalid_values; "yes"; true or false
      stop_strings; 5; a string or a list of strings
      stop_strings; [5]; a string or a list of strings
      stop_strings; [""]; texts, none empty
      """)
  void read_badValue_namesFieldExpectedAndFound(String field, String value, String expected) {
    assertThatThrownBy(() -> decoding("{\"" + field + "\": " + value + "}"))
        .isInstanceOfSatisfying(
            ModelLoadException.class,
            e -> {
              assertThat(e.file()).isEqualTo(file);
              assertThat(e.expected()).startsWith("\"" + field + "\" to be ").contains(expected);
              assertThat(e.found()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"guidance_scale\": 1.5",
        "\"penalty_alpha\": 0.6",
        "\"penalty_alpha\": 0.6, \"top_k\": 4",
        "\"force_words_ids\": [[1]]",
        "\"constraints\": [1]",
        "\"forced_decoder_ids\": [[1, 2]]",
        "\"dola_layers\": \"high\"",
        "\"watermarking_config\": {}",
        "\"prompt_lookup_num_tokens\": 3",
        "\"assistant_early_exit\": 2",
        "\"token_healing\": true",
        "\"max_time\": 5.0",
        "\"num_beam_groups\": 2"
      })
  void read_whatThisReleaseCannotDo_isNamed(String fields) {
    List<String> refused = read("{" + fields + "}", Source.GENERATION_CONFIG).refused();

    assertThat(refused)
        .singleElement()
        .asString()
        .startsWith(fields.substring(1, fields.indexOf("\":")) + "=");
  }

  @Test
  void read_offOrWithoutEffect_isNotRefused() {
    String json =
        """
        {"guidance_scale": 1.0, "force_words_ids": [], "constraints": null, "num_beam_groups": 1,
         "diversity_penalty": 0.5, "token_healing": false, "penalty_alpha": 0.6, "top_k": 1,
         "use_cache": false, "cache_implementation": "static", "return_dict_in_generate": true,
         "output_scores": true, "num_assistant_tokens": 5, "_from_model_config": true,
         "transformers_version": "4.57.6", "low_memory": true}
        """;

    assertThat(read(json, Source.GENERATION_CONFIG).refused()).isEmpty();
    assertThat(
            read("{\"penalty_alpha\": 0.6, \"num_beams\": 2}", Source.GENERATION_CONFIG).refused())
        .as("beam search takes no notice of it")
        .isEmpty();
  }

  @Test
  void read_forcedEosOfAFamily_isThatOfItsConfigClass() {
    String marian = "{\"model_type\": \"marian\"}";

    assertThat(read(marian, Source.MODEL_CONFIG).options().get(FORCED_EOS_TOKEN_ID))
        .containsExactly(0);
    assertThat(decoding(marian).get(FORCED_EOS_TOKEN_ID)).isEmpty();
    for (String json :
        List.of(
            "{\"model_type\": \"t5\"}",
            "{}",
            "{\"model_type\": \"bart\", \"forced_eos_token_id\": null}")) {
      assertThat(read(json, Source.MODEL_CONFIG).options().get(FORCED_EOS_TOKEN_ID)).isEmpty();
    }
  }

  /** Whatever stands in a file, it loads or says why not. */
  @Test
  void read_anyValueOfAnyField_loadsOrNamesTheField() {
    Random random = new Random(5);
    int loaded = 0;
    int refused = 0;
    for (DecodingOption<?> option : DecodingOption.all()) {
      for (int i = 0; i < 25; i++) {
        try {
          decoding("{\"do_sample\": true, \"" + option.name() + "\": " + json(random, 3) + "}");
          loaded++;
        } catch (ModelLoadException e) {
          assertThat(e).hasMessageContaining("\"" + option.name() + "\"");
          refused++;
        }
      }
    }
    assertThat(loaded).isPositive();
    assertThat(refused).isPositive();
  }

  private static String json(Random random, int depth) {
    List<String> plain =
        List.of("null", "true", "0", "-1", "3", "2.5", "1e400", "NaN", "\"\"", "\"x\"", "1e99999");
    int kind = random.nextInt(depth > 0 ? 16 : plain.size());
    if (kind < plain.size()) {
      return plain.get(kind);
    }
    if (kind == plain.size()) {
      return "{\"a\": " + json(random, depth - 1) + "}";
    }
    List<String> elements =
        random.ints(random.nextInt(4)).mapToObj(i -> json(random, depth - 1)).toList();
    return "[" + String.join(", ", elements) + "]";
  }

  private Decoding decoding(String json) {
    return read(json, Source.GENERATION_CONFIG).options();
  }

  private ModelDecoding read(String json, Source source) {
    try {
      Files.writeString(file, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return GenerationConfigJson.read(JsonFile.read(file), source);
  }
}
