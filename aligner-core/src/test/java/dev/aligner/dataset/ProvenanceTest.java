package dev.aligner.dataset;

import static dev.aligner.dataset.JsonLines.provenance;
import static dev.aligner.dataset.JsonLines.qa;
import static dev.aligner.dataset.JsonLines.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands beside each file of a dataset. */
class ProvenanceTest {

  private static final Aligner POLITE =
      request -> Correction.of(request, request.answer().replace("damn ", ""));
  private static final ModelProvenance MODEL =
      new ModelProvenance("polite", Map.of("model.onnx", "ab12"), Map.of("template", "v2"));

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void nameFiles() {
    input = directory.resolve("qa.jsonl");
    output = directory.resolve("out.jsonl");
  }

  @Test
  void build_provenance_tellsModelAndSettings() throws Exception {
    write(input, qa("q1", "The damn cat."), "no JSON", qa("q2", "Fine."));
    Aligner known =
        new Aligner() {
          @Override
          public Correction correct(CorrectionRequest request) {
            return POLITE.correct(request);
          }

          @Override
          public Optional<String> fingerprint() {
            return Optional.of("f00d");
          }
        };

    DatasetBuilder.of(known, MODEL, DatasetOptions.builder(DatasetFormat.PREFERENCE).build())
        .build(input, output);

    JsonNode json = provenance(output);
    assertThat(json.path("schema_version").intValue()).isEqualTo(1);
    assertThat(json.path("library").path("name").textValue()).isEqualTo("aligner-java");
    assertThat(json.path("format").textValue()).isEqualTo("preference");
    assertThat(json.path("round").intValue()).isEqualTo(1);
    JsonNode settings = json.path("settings");
    assertThat(settings.toString())
        .isEqualTo(
            "{\"formats\":[\"preference\"],\"deduplication\":\"normalized\",\"max_characters\":20000,"
                + "\"round\":1,\"input_sha256\":\""
                + sha256(input)
                + "\",\"rejects\":false,\"min_edit_ratio\":0.0,\"max_edit_ratio\":null,"
                + "\"acceptance\":\"defaults\",\"model\":{\"name\":\"polite\",\"fingerprint\":\"f00d\","
                + "\"sha256\":{\"model.onnx\":\"ab12\"},\"settings\":{\"template\":\"v2\"}}}");
  }

  @Test
  void build_provenance_tellsFilesCountsAndDrift() throws Exception {
    write(input, qa("q1", "The damn cat."), "no JSON", qa("q2", "Fine."));

    DatasetBuilder.of(POLITE, MODEL, DatasetOptions.builder(DatasetFormat.PREFERENCE).build())
        .build(input, output);

    JsonNode json = provenance(output);
    assertThat(json.path("input").path("bytes").longValue()).isEqualTo(Files.size(input));
    assertThat(json.path("output").path("sha256").textValue()).isEqualTo(sha256(output));
    assertThat(json.path("output").path("bytes").longValue()).isEqualTo(Files.size(output));
    assertThat(json.path("counts").toString())
        .isEqualTo(
            "{\"lines\":3,\"bad_lines\":1,\"outcomes\":{\"corrected\":1,\"failed\":0,\"kept\":1,"
                + "\"skipped\":0},\"written\":1,\"dropped\":{\"bad_line\":1,\"identical\":1}}");
    JsonNode round = json.path("rounds").path(0);
    assertThat(round.path("model").textValue()).isEqualTo("polite");
    assertThat(round.path("corrections").path("count").intValue()).isEqualTo(2);
    assertThat(round.path("corrections").path("to_original").path("changed_share").doubleValue())
        .isEqualTo(0.5);
    assertThat(round.path("written").path("to_original").path("changed_share").doubleValue())
        .isEqualTo(1);
    assertThat(json.path("started").textValue())
        .isLessThanOrEqualTo(json.path("ended").textValue());
    assertThat(json.toString()).doesNotContain("damn", "Fine");
  }

  private static String sha256(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
