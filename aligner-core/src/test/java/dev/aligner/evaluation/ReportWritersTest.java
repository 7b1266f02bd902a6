package dev.aligner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON and the page, with rows that try to break out of them. */
class ReportWritersTest {

  private static final String HOSTILE =
      "</p></article><script>alert(1)</script><img src=x onerror=alert(2)> \" ' & \u0000 \ud800"
          + " \u202e <!-- ]]> </style> javascript:alert(3)";

  private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z!][a-zA-Z0-9]*)([^>]*)>");
  private static final Set<String> VOID = Set.of("meta", "!doctype");

  @TempDir private Path folder = Path.of("");

  private static List<EvaluationRow> hostileRows() {
    List<EvaluationRow> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String label = List.of("good", "bad", HOSTILE).get(i % 3);
      rows.add(
          EvaluationRow.of(HOSTILE + i, HOSTILE, HOSTILE + " a b c")
              .withCorrection(i % 5 == 0 ? HOSTILE + " a b c" : "x " + HOSTILE + i)
              .withLabel(label)
              .withGroup("group " + HOSTILE)
              .withReferences(List.of(HOSTILE))
              .withScore(i));
    }
    return rows;
  }

  private static EvaluationReport report(ReportTexts texts) {
    return Evaluation.builder()
        .texts(texts)
        .detail("input", HOSTILE)
        .judge(row -> row.isGood() ? Judgement.LOSE : row.isBad() ? Judgement.WIN : Judgement.EQUAL)
        .build()
        .run(hostileRows());
  }

  @Test
  void html_hostileTexts_stayTexts() {
    String html = HtmlReport.text(report(ReportTexts.INCLUDE));

    assertThat(html)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        .doesNotContain("<script")
        .doesNotContain("<img")
        .doesNotContain("\u0000")
        .doesNotContain("\u202e")
        .doesNotContain("\ud800");
    assertThat(balanced(html)).isEmpty();
  }

  @Test
  void html_tags_areOursAlone() {
    Set<String> names = new TreeSet<>();
    Set<String> attributes = new TreeSet<>();
    Matcher tags = TAG.matcher(HtmlReport.text(report(ReportTexts.INCLUDE)));
    while (tags.find()) {
      names.add(tags.group(2).toLowerCase(Locale.ROOT));
      Matcher attribute = Pattern.compile("([a-zA-Z0-9-]+)=\"").matcher(tags.group(3));
      while (attribute.find()) {
        attributes.add(attribute.group(1));
      }
    }

    assertThat(names)
        .isSubsetOf(
            ("!doctype html head meta title style body header main footer section article h1 h2 h3"
                    + " p ul li div i span bdi ins del figure figcaption details summary table"
                    + " caption thead tbody tr th td svg rect line text circle polyline")
                .split(" "))
        .hasSizeGreaterThan(30);
    assertThat(attributes)
        .isSubsetOf(
            ("lang charset name content http-equiv class style scope dir role aria-label viewBox x"
                    + " y x1 y1 x2 y2 cx cy r rx width height points text-anchor")
                .split(" "))
        .hasSizeGreaterThan(20);
  }

  @Test
  void html_standsAlone() {
    List<EvaluationRow> rows =
        List.of(EvaluationRow.of("1", "q", "a b").withCorrection("a c").withLabel("bad"));
    String html =
        HtmlReport.text(Evaluation.builder().judge(row -> Judgement.WIN).build().run(rows));

    assertThat(html)
        .doesNotContainPattern("https?:")
        .doesNotContain("url(")
        .doesNotContain("@import")
        .doesNotContain(" src=")
        .doesNotContain(" href=")
        .contains("default-src 'none'")
        .contains("prefers-color-scheme: dark")
        .contains("<html lang=\"en\">");
  }

  @Test
  void html_plots_haveNamesAndTables() {
    String html = HtmlReport.text(report(ReportTexts.INCLUDE));

    Matcher plots =
        Pattern.compile("<svg [^>]*role=\"img\" aria-label=\"[^\"]{20,}\"").matcher(html);
    assertThat(plots.results().count()).isEqualTo(3);
    assertThat(html.split("<svg", -1)).hasSize(4);
    assertThat(html).contains("<caption>").contains("scope=\"row\"").contains("scope=\"col\"");
    assertThat(html).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void html_highKeepRates_areDrawnFromNearThem() {
    List<EvaluationRow> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      EvaluationRow row = EvaluationRow.of("" + i, "q", "a b");
      rows.add(row.withCorrection(i < 5 ? "a c" : "a b").withLabel("good"));
      rows.add(row.withCorrection("a c").withLabel("bad"));
    }

    assertThat(HtmlReport.text(Evaluation.builder().build().run(rows)))
        .contains("(the axis begins at 90\u00a0%)")
        .contains("edit ratio of at most 0.500: 95.0\u00a0% kept, 100.0\u00a0% changed");
  }

  @Test
  void html_textsOmitted_showsNone() {
    assertThat(HtmlReport.text(report(ReportTexts.INCLUDE))).contains("a b c</p>");
    assertThat(HtmlReport.text(report(ReportTexts.OMIT)))
        .doesNotContain("a b c")
        .doesNotContain("Rows to look at");
  }

  @Test
  void html_noRow_isAPage() {
    String html = HtmlReport.text(Evaluation.builder().build().run(List.of()));

    assertThat(html).contains("0 answers, 0 changed").doesNotContain("NaN");
    assertThat(balanced(html)).isEmpty();
  }

  @Test
  void json_fields_areThose() throws Exception {
    EvaluationReport report = report(ReportTexts.INCLUDE);
    Path file = folder.resolve("report.json");
    EvaluationJson.write(report, file);
    JsonNode json = new JsonMapper().readTree(file.toFile());

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("schema_version", "settings", "details", "all", "groups");
    assertThat(json.get("schema_version").intValue()).isEqualTo(1);
    assertThat(json.get("settings").fieldNames())
        .toIterable()
        .containsExactly(
            "seed",
            "resamples",
            "confidence",
            "samples_of_each_kind",
            "near_copy_below",
            "judge",
            "model");
    JsonNode all = json.get("all");
    assertThat(all.fieldNames())
        .toIterable()
        .containsExactly(
            "rows",
            "labels",
            "outcomes",
            "win_rate",
            "good",
            "bad",
            "refusals",
            "edit_ratio",
            "references",
            "first_words",
            "curves");
    assertThat(all.at("/win_rate/omega/value").doubleValue())
        .isEqualTo(report.all().winRate().orElseThrow().omega().orElseThrow().value());
    assertThat(all.at("/curves/0/points/0/threshold").isNull()).isTrue();
    assertThat(all.at("/edit_ratio/histogram/15/to").isNull()).isTrue();
    assertThat(json.get("groups").fieldNames())
        .toIterable()
        .containsExactly("group " + HOSTILE.replace('\ud800', '?'));
  }

  @Test
  void json_noFigure_isNull() throws Exception {
    JsonNode json =
        new JsonMapper().readTree(EvaluationJson.text(Evaluation.builder().build().run(List.of())));

    assertThat(json.at("/all/win_rate").isNull()).isTrue();
    assertThat(json.at("/all/references").isNull()).isTrue();
    assertThat(json.at("/all/good/verbatim").isNull()).isTrue();
    assertThat(json.at("/settings/model").isNull()).isTrue();
  }

  /** Returns what is open and never closed, or closed and never opened. */
  private static Deque<String> balanced(String html) {
    Deque<String> open = new ArrayDeque<>();
    Matcher tags = TAG.matcher(html);
    while (tags.find()) {
      String name = tags.group(2);
      if (VOID.contains(name) || tags.group(3).endsWith("/")) {
        continue;
      }
      if (tags.group(1).isEmpty()) {
        open.push(name);
      } else if (name.equals(open.peek())) {
        open.pop();
      } else {
        open.push("/" + name);
        return open;
      }
    }
    return open;
  }
}
