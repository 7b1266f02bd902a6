package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.FinishReason;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The facts of the tests of the beam scorer in transformers, for two beams. */
class BeamGroupTest {

  private static final int EOS = 1;

  @Test
  void advance_oneCandidateEnds_goesOnWithTheNextBest() {
    BeamGroup group = group(EarlyStopping.FALSE, 10);

    group.advance(List.of(of(0, 5, -1), of(0, EOS, -2), of(0, 6, -3), of(0, 7, -4)));

    assertThat(beams(group)).containsExactly("0>5:-1.0", "0>6:-3.0");
    assertThat(group.isDone()).isFalse();
    assertThat(group.best(1).get(0).tokenIds()).containsExactly(EOS);
    assertThat(group.best(1).get(0).finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void advance_candidateBeyondTheBeamsEnds_isForgotten() {
    BeamGroup group = group(EarlyStopping.FALSE, 10);

    group.advance(List.of(of(0, 5, -1), of(0, 6, -2), of(0, EOS, -3), of(0, 7, -4)));

    assertThat(beams(group)).containsExactly("0>5:-1.0", "0>6:-2.0");
    assertThat(group.best(1).get(0).tokenIds()).isEmpty();
  }

  @Test
  void advance_firstCandidatesAllEndAndEarlyStopping_isDone() {
    BeamGroup group = group(EarlyStopping.TRUE, 10);

    group.advance(List.of(of(0, EOS, -1), of(1, EOS, -2), of(0, 6, -3), of(0, 7, -4)));

    assertThat(group.isDone()).isTrue();
    assertThat(group.best(2)).extracting(DecodedRow::score).containsExactly(-1.0, -2.0);
  }

  @Test
  void advance_atTheLimit_keepsTheOpenBeamsAsEnded() {
    BeamGroup group = group(EarlyStopping.FALSE, 1);

    group.advance(List.of(of(0, 5, -1), of(0, EOS, -2), of(0, 6, -3), of(0, 7, -4)));

    assertThat(group.isDone()).isTrue();
    assertThat(group.best(2).get(0).tokenIds()).containsExactly(5);
    assertThat(group.best(2).get(0).finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(group.best(2).get(1).finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void advance_crossingBeams_carryTheirPasts() {
    BeamGroup group = group(EarlyStopping.FALSE, 10);
    group.advance(List.of(of(0, 5, -1), of(0, 6, -2), of(0, 7, -3), of(0, 8, -4)));

    group.advance(List.of(of(1, 8, -3), of(0, 9, -4), of(1, 10, -5), of(0, 11, -6)));

    assertThat(beams(group)).containsExactly("1>8:-3.0", "0>9:-4.0");
    assertThat(group.sequence(0).writtenIds()).containsExactly(6, 8);
    assertThat(group.sequence(1).writtenIds()).containsExactly(5, 9);
    assertThat(group.sequence(0).inputIds().get(0)).isEqualTo(FakeModel.START);
    assertThat(group.sequence(0).inputIds().limit()).isEqualTo(3);
  }

  @Test
  void advance_drawnCandidates_endInTheOrderOfDrawingAndGoOnInThatOfTheScores() {
    BeamGroup group = group(EarlyStopping.FALSE, 10);

    group.advance(List.of(of(0, 5, -9), of(0, EOS, -8), of(0, 6, -3), of(0, 7, -1)));

    assertThat(beams(group)).containsExactly("0>7:-1.0", "0>6:-3.0");
    assertThat(group.best(1).get(0).tokenIds()).containsExactly(EOS);
  }

  @Test
  void advance_tooFewGoOn_fillsUpWithEndedBeamsThatAreCutAtTheirEnd() {
    BeamGroup group = group(EarlyStopping.FALSE, 2);
    group.advance(List.of(of(0, EOS, 0), of(1, EOS, -1e9f)));
    assertThat(group.score(0)).isEqualTo(-1e9f);

    group.advance(List.of(of(0, 5, -1e9f), of(1, 6, -1e9f)));

    assertThat(group.isDone()).isTrue();
    assertThat(group.best(2))
        .extracting(DecodedRow::tokenIds)
        .containsExactly(new int[] {EOS}, new int[] {EOS});
  }

  private static Candidate of(int beam, int token, float score) {
    return new Candidate(beam, token, score);
  }

  private static List<String> beams(BeamGroup group) {
    return IntStream.range(0, group.size())
        .mapToObj(
            beam -> group.parent(beam) + ">" + group.lastToken(beam) + ":" + group.score(beam))
        .toList();
  }

  private static BeamGroup group(EarlyStopping early, int maxNewTokens) {
    Decoding decoding = Decoding.beamSearch(2).with(DecodingOption.EARLY_STOPPING, early);
    Run run = Run.of(FakeModel.random(20, true, 1), decoding).maxNewTokens(maxNewTokens);
    return new BeamGroup(run.request(List.of(new int[] {4})), 0, new int[] {FakeModel.START});
  }
}
