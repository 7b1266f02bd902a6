import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.johnsnowlabs.nlp.DocumentAssembler;
import com.johnsnowlabs.nlp.JavaAnnotation;
import com.johnsnowlabs.nlp.LightPipeline;
import com.johnsnowlabs.nlp.annotators.seq2seq.T5Transformer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Spark NLP's T5 behind the protocol of the side-by-side runner (see ../README.md). It takes text
 * only, so the prompt is spelt in the words of {@code vocabulary.txt}, which stand for their ids.
 *
 * <p>Not part of the Maven build, so that Spark stays out of it: {@code java -cp 'lib/*'
 * SparkNlpPeer.java MODEL_DIRECTORY} compiles and runs it.
 */
public final class SparkNlpPeer {

  private static final String WORD_MARK = "\u2581";

  private final List<String> vocabulary;
  private final Map<String, Integer> ids = new HashMap<>();
  private final T5Transformer transformer;
  private final LightPipeline pipeline;

  private SparkNlpPeer(Path model, SparkSession spark) throws Exception {
    vocabulary = Files.readAllLines(model.resolve("vocabulary.txt"), StandardCharsets.UTF_8);
    for (int i = 0; i < vocabulary.size(); i++) {
      ids.put(vocabulary.get(i), i);
    }
    DocumentAssembler assembler = new DocumentAssembler();
    assembler.setInputCol("text");
    assembler.setOutputCol("document");
    transformer = (T5Transformer) T5Transformer.loadSavedModel(model.toString(), spark);
    transformer.setInputCols(new String[] {"document"});
    transformer.setOutputCol("output");
    transformer.setTask("");
    transformer.setDoSample(false);
    transformer.setUseCache(true);
    transformer.setStopAtEos(true);
    transformer.setMaxNewTokens(128);
    PipelineModel fitted =
        new Pipeline()
            .setStages(new PipelineStage[] {assembler, transformer})
            .fit(spark.createDataset(List.of(""), Encoders.STRING()).toDF("text"));
    pipeline = new LightPipeline(fitted, false);
  }

  private ObjectNode answer(ObjectMapper mapper, JsonNode request) {
    StringBuilder text = new StringBuilder();
    // The end-of-sequence token at the end of a prompt is what the tokenizer adds itself.
    int words = request.get("input_ids").size() - 1;
    for (int i = 0; i < words; i++) {
      String piece = vocabulary.get(request.get("input_ids").get(i).asInt());
      text.append(i == 0 ? "" : " ").append(piece.replace(WORD_MARK, ""));
    }
    int limit = request.get("max_new_tokens").asInt();
    transformer.setMaxNewTokens(limit);
    transformer.setMaxOutputLength(limit);
    long start = System.nanoTime();
    Map<String, List<com.johnsnowlabs.nlp.IAnnotation>> result =
        pipeline.fullAnnotateJava(text.toString());
    double millis = (System.nanoTime() - start) / 1e6;
    String output =
        result.get("output").stream()
            .map(annotation -> ((JavaAnnotation) annotation).getResult())
            .collect(Collectors.joining(" "));
    ObjectNode answer = mapper.createObjectNode();
    ArrayNode written = answer.putArray("ids");
    for (String word : output.trim().split("\\s+")) {
      written.add(ids.getOrDefault(WORD_MARK + word, -1));
    }
    return answer.put("ms", millis);
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream protocol = System.out;
    System.setOut(System.err);
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .config("spark.kryoserializer.buffer.max", "2000m")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    ObjectMapper mapper = new ObjectMapper();
    SparkNlpPeer peer = new SparkNlpPeer(Path.of(arguments[0]), spark);
    protocol.println("{\"ready\": \"Spark NLP 5.5.3\"}");
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      protocol.println(mapper.writeValueAsString(peer.answer(mapper, mapper.readTree(line))));
      protocol.flush();
    }
    spark.stop();
  }
}
