package dev.aligner.onnx.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LastPositionsTest {

  @Test
  void plan_product_isCutBeforeIt() {
    ModelView model = GraphBuilder.ofHidden().node("MatMul", "logits", "hidden", "w").view();

    GraphView edited = edited(model);

    assertThat(operators(edited))
        .containsExactly("Constant", "Constant", "Neg", "Softmax", "Slice", "MatMul");
    assertThat(input(edited, "Slice")).isEqualTo("hidden");
    assertThat(input(edited, "MatMul")).isEqualTo("aligner.last_hidden");
    assertThat(edited.hasInput(PreparedNames.LOGITS_TO_KEEP)).isTrue();
    List<Message> dims = edited.outputs().get(0).dims().orElseThrow();
    assertThat(dims.get(0).text(Onnx.DIM_PARAM)).isEqualTo("batch");
    assertThat(dims.get(1).text(Onnx.DIM_PARAM)).isEqualTo("aligner.kept");
    assertThat(dims.get(2).integer(Onnx.DIM_VALUE)).isEqualTo(8);
  }

  @Test
  void plan_elementwiseNodesAfterTheProduct_areSteppedOver() {
    ModelView model =
        GraphBuilder.ofHidden()
            .weight("scalar")
            .weight("row", 1, 8)
            .weight("bias", 8)
            .node("MatMul", "product", "hidden", "w")
            .node("Div", "a", "product", "scalar")
            .node("Tanh", "b", "a")
            .node("Mul", "c", "scalar", "b")
            .node("Add", "d", "row", "c")
            .node("Identity", "bias2", "bias")
            .node("Add", "e", "d", "bias2")
            .node("Cast", "logits", "e")
            .view();

    assertThat(input(edited(model), "MatMul")).isEqualTo("aligner.last_hidden");
  }

  @Test
  void plan_otherOperandThatVariesOrMayVaryByPosition_isRefused() {
    for (long[] dims : new long[][] {{4, 8}, {1, 1, 8}, {1, 4, 8}}) {
      ModelView model =
          GraphBuilder.ofHidden()
              .weight("other", dims)
              .node("MatMul", "product", "hidden", "w")
              .node("Add", "logits", "product", "other")
              .view();
      assertThat(refusal(model)).isEqualTo("its logits come out of Add");
    }
    ModelView adapted =
        GraphBuilder.ofHidden()
            .node("MatMul", "product", "hidden", "w")
            .node("MatMul", "adapter", "hidden", "w")
            .node("Add", "logits", "product", "adapter")
            .view();
    assertThat(refusal(adapted)).isEqualTo("its logits come out of Add");
  }

  @Test
  void plan_weightThatIsNoMatrix_isRefused() {
    for (long[] dims : new long[][] {{4}, {1, 4, 8}}) {
      ModelView model =
          GraphBuilder.ofHidden()
              .weight("other", dims)
              .node("MatMul", "logits", "hidden", "other")
              .view();
      assertThat(refusal(model)).isEqualTo("its logits come out of MatMul");
    }
    ModelView ofInput = GraphBuilder.ofHidden().node("MatMul", "logits", "hidden", "x").view();
    assertThat(refusal(ofInput)).isEqualTo("its logits come out of MatMul");
  }

  @Test
  void plan_weightBehindNodes_isFound() {
    ModelView model =
        GraphBuilder.ofHidden()
            .weight("scale")
            .weight("tied", 8, 4)
            .node("DequantizeLinear", "wide", "tied", "scale")
            .node("Transpose", "turned", "wide")
            .node("MatMul", "logits", "hidden", "turned")
            .view();

    assertThat(input(edited(model), "Slice")).isEqualTo("hidden");
  }

  @Test
  void plan_otherProducts() {
    assertThat(refusal(GraphBuilder.ofHidden().node("Gemm", "logits", "hidden", "w").view()))
        .isEqualTo("its logits come out of Gemm");
    assertThat(
            refusal(GraphBuilder.ofHidden().node("MatMulInteger", "logits", "hidden", "w").view()))
        .isEqualTo("its logits come out of MatMulInteger");
    List<String> inputs = List.of("hidden", "w");
    edited(GraphBuilder.ofHidden().contrib("MatMulNBits", "logits", inputs).view());
    Message turnedWeight = Onnx.attribute("transB", 1);
    edited(GraphBuilder.ofHidden().contrib("FusedMatMul", "logits", inputs, turnedWeight).view());
    Message turned = Onnx.attribute("transA", 1);
    assertThat(
            refusal(
                GraphBuilder.ofHidden().contrib("FusedMatMul", "logits", inputs, turned).view()))
        .isEqualTo("its logits come out of com.microsoft:FusedMatMul");
  }

  @Test
  void plan_activationsOfConstantScale_areCutBeforeTheyAreRounded() {
    GraphBuilder graph = GraphBuilder.ofHidden().weight("scale").weight("scales", 4);
    ModelView model =
        graph
            .node("QuantizeLinear", "q", "hidden", "scale")
            .node("DequantizeLinear", "dq", "q", "scale")
            .node("MatMul", "logits", "dq", "w")
            .view();
    assertThat(input(edited(model), "QuantizeLinear")).isEqualTo("aligner.last_hidden");
    assertThat(input(edited(scaledBy("scales")), "MatMul")).isEqualTo("aligner.last_hidden");
  }

  private static ModelView scaledBy(String scale) {
    return GraphBuilder.ofHidden()
        .weight("scales", 4)
        .node("QuantizeLinear", "q", "hidden", scale)
        .node("DequantizeLinear", "dq", "q", scale)
        .node("MatMul", "logits", "dq", "w")
        .view();
  }

  @Test
  void plan_valueOfOtherReaders_isRefused() {
    ModelView model =
        GraphBuilder.ofHidden()
            .node("MatMul", "product", "hidden", "w")
            .node("Cast", "logits", "product")
            .node("Softmax", "other", "product")
            .view();
    assertThat(refusal(model)).isEqualTo("product is read by others too");
  }

  @Test
  void plan_fixedLength_isRefused() {
    ModelView model =
        GraphBuilder.ofHidden()
            .sequence(Onnx.dim(1))
            .node("MatMul", "logits", "hidden", "w")
            .view();
    assertThat(refusal(model)).isEqualTo("logits has a fixed number of positions");
  }

  @Test
  void plan_inputOfItsOwn_isRefused() {
    ModelView model =
        GraphBuilder.ofHidden()
            .input("num_logits_to_keep")
            .node("MatMul", "logits", "hidden", "w")
            .view();
    assertThat(refusal(model)).isEqualTo("the graph has an input of its own for this");
  }

  @Test
  void plan_oldSlice_isRefused() {
    ModelView model =
        GraphBuilder.ofHidden().opset(9).node("MatMul", "logits", "hidden", "w").view();
    assertThat(refusal(model)).contains("opset 9");
  }

  @Test
  void plan_branches_areBothCut() {
    ModelView model =
        GraphBuilder.ofHidden().branches("logits", branch("MatMul"), branch("MatMul")).view();

    GraphView edited = edited(model);

    NodeView node = edited.producer("logits").orElseThrow();
    for (String branch : List.of("then_branch", "else_branch")) {
      GraphView inner = edited.inner(node, branch).orElseThrow();
      assertThat(operators(inner)).containsExactly("Slice", "MatMul");
      assertThat(inner.outputs().get(0).dims().orElseThrow().get(1).text(Onnx.DIM_PARAM))
          .isEqualTo("aligner.kept");
    }
    assertThat(operators(edited)).startsWith("Constant", "Constant", "Neg");
  }

  @Test
  void plan_oneBranchThatCannotBeCut_leavesBothAlone() {
    ModelView model =
        GraphBuilder.ofHidden().branches("logits", branch("MatMul"), branch("Gemm")).view();
    byte[] before = model.graph().message().toBytes();

    assertThat(refusal(model)).isEqualTo("its logits come out of Gemm");
    assertThat(model.graph().message().toBytes()).isEqualTo(before);
  }

  private static GraphBuilder branch(String type) {
    return GraphBuilder.ofBranch().node(type, "logits", "hidden", "w");
  }

  private static GraphView edited(ModelView model) {
    Rewrite.Plan plan = new LastPositions().plan(model);
    assertThat(plan).isInstanceOf(Rewrite.Applies.class);
    ((Rewrite.Applies) plan).edit().run();
    return GraphView.of(model.graph().message());
  }

  private static String refusal(ModelView model) {
    Rewrite.Plan plan = new LastPositions().plan(model);
    assertThat(plan).isInstanceOf(Rewrite.Refused.class);
    return ((Rewrite.Refused) plan).reason();
  }

  private static List<String> operators(GraphView graph) {
    return graph.nodes().stream().map(NodeView::operator).toList();
  }

  private static String input(GraphView graph, String operator) {
    return graph.nodes().stream()
        .filter(node -> node.operator().equals(operator))
        .findFirst()
        .orElseThrow()
        .input(0);
  }
}
