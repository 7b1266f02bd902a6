package dev.aligner.onnx.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArgMaxOutputsTest {

  @Test
  void plan_floats_getTwoOutputs() {
    GraphView edited = edited(head());

    assertThat(edited.outputs())
        .extracting(ValueView::name)
        .containsExactly("logits", PreparedNames.ARG_MAX, PreparedNames.MAX);
    assertThat(edited.producer(PreparedNames.ARG_MAX).orElseThrow().input(0)).isEqualTo("logits");
    assertThat(edited.producer(PreparedNames.MAX).orElseThrow().inputs()).hasSize(2);
  }

  @Test
  void plan_beforeOpset18_axesAreAnAttribute() {
    NodeView max = edited(head().opset(17)).producer(PreparedNames.MAX).orElseThrow();

    assertThat(max.inputs()).containsExactly("logits");
    assertThat(max.attribute("axes").orElseThrow().integers(Onnx.ATTRIBUTE_INTS))
        .containsExactly(2L);
  }

  @Test
  void plan_halfFloats_areWidenedFirst() {
    for (int type : new int[] {Onnx.FLOAT16, Onnx.BFLOAT16}) {
      GraphView edited = edited(head().type(type));

      String read = edited.producer(PreparedNames.ARG_MAX).orElseThrow().input(0);
      assertThat(edited.producer(read).orElseThrow().operator()).isEqualTo("Cast");
      assertThat(edited.producer(PreparedNames.MAX).orElseThrow().input(0)).isEqualTo(read);
    }
  }

  @Test
  void blockSize_isTheDivisorNearestToTheRoot() {
    assertThat(ArgMaxOutputs.blockSize(32_128)).isEqualTo(128);
    assertThat(ArgMaxOutputs.blockSize(8_192)).isEqualTo(64);
    assertThat(ArgMaxOutputs.blockSize(262_144)).isEqualTo(512);
    assertThat(ArgMaxOutputs.blockSize(96_103)).as("no divisor").isZero();
    assertThat(ArgMaxOutputs.blockSize(0)).as("of open size").isZero();
  }

  @Test
  void plan_integers_areRefused() {
    assertThat(new ArgMaxOutputs().plan(head().type(Onnx.INT64).view()))
        .isInstanceOf(Rewrite.Refused.class);
  }

  private static GraphBuilder head() {
    return GraphBuilder.ofHidden().node("MatMul", "logits", "hidden", "w");
  }

  private static GraphView edited(GraphBuilder graph) {
    ModelView model = graph.view();
    Rewrite.Plan plan = new ArgMaxOutputs().plan(model);
    assertThat(plan).isInstanceOf(Rewrite.Applies.class);
    ((Rewrite.Applies) plan).edit().run();
    return GraphView.of(model.graph().message());
  }
}
