package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** What can be known of a kernel for GPUs where there is none. */
class FlashAttentionTest {
  private static final Cuda HOPPER = new Cuda("a GPU", 1L << 36, 90);

  @Test
  void halfWidthTypesOnDevicesSinceAmpereAreServed() {
    assertThat(on(HOPPER).flashAttends(DType.BFLOAT16, 64)).isTrue();
    assertThat(on(HOPPER).flashAttends(DType.FLOAT16, 256)).isTrue();
    assertThat(on(HOPPER).flashAttends(DType.FLOAT32, 64)).isFalse();
    assertThat(on(HOPPER).flashAttends(DType.BFLOAT16, 12)).isFalse();
    assertThat(on(HOPPER).flashAttends(DType.BFLOAT16, 264)).isFalse();
    Cuda turing = new Cuda("an older GPU", 1L << 34, 75);
    assertThat(on(turing).flashAttends(DType.BFLOAT16, 64)).isFalse();
    assertThat(Backend.current().on(Optional.empty()).flashAttends(DType.BFLOAT16, 64)).isFalse();
  }

  private static Backend on(Cuda device) {
    return Backend.current().on(Optional.of(device));
  }

  @Test
  void itsArgumentsAreThoseOfTheOperator() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.ones(DType.BFLOAT16, 4, 2, 8);
      Tensor starts = Tensor.of(new long[] {0, 1, 4}, 3).to(DType.INT32);

      assertThat(kinds(FlashAttention.arguments(x, x, x, starts, 3, 1 / Math.sqrt(8), 3)))
          .containsExactly(
              "Tensor query",
              "Tensor key",
              "Tensor value",
              "Tensor cum_seq_q",
              "Tensor cum_seq_k",
              "int max_q",
              "int max_k",
              "float dropout_p",
              "bool is_causal",
              "bool return_debug_mask",
              "none scale",
              "none window_size_left",
              "none window_size_right",
              "none seqused_k",
              "none alibi_slopes");
      assertThat(kinds(FlashAttention.arguments(x, x, x, starts, 3, 0.5, 2)))
          .contains("float scale", "int window_size_left", "int window_size_right");
    }
    assertThat(parameters())
        .containsExactly(
            "Tensor query",
            "Tensor key",
            "Tensor value",
            "Tensor? cum_seq_q",
            "Tensor? cum_seq_k",
            "SymInt max_q",
            "SymInt max_k",
            "float dropout_p",
            "bool is_causal",
            "bool return_debug_mask",
            "float? scale",
            "SymInt? window_size_left",
            "SymInt? window_size_right",
            "Tensor? seqused_k",
            "Tensor? alibi_slopes");
  }

  /** What this libtorch's operator takes, in order, without defaults. */
  private static List<String> parameters() {
    OperatorHandle operator = operator("aten::_flash_attention_forward");
    String schema = torch.toString(operator.schema()).getString();
    String inside = schema.substring(schema.indexOf('(') + 1, schema.indexOf(") ->"));
    return Arrays.stream(inside.split(", "))
        .filter(each -> !each.equals("*"))
        .map(each -> each.replaceAll("=.*", ""))
        .toList();
  }

  private static List<String> kinds(IValueVector stack) {
    List<String> names =
        parameters().stream().map(each -> each.substring(each.indexOf(' ') + 1)).toList();
    return IntStream.range(0, (int) stack.size())
        .mapToObj(i -> kind(stack.get(i)) + " " + names.get(i))
        .toList();
  }

  private static String kind(IValue value) {
    if (value.isTensor()) {
      return "Tensor";
    } else if (value.isInt()) {
      return "int";
    } else if (value.isDouble()) {
      return "float";
    } else if (value.isBool()) {
      return "bool";
    }
    return value.isNone() ? "none" : "something else";
  }

  /** Its sibling for CPUs, called in the same way, gives what the bound operator gives. */
  @Test
  void anOperatorThatIsCalledByNameIsRecordedForTheBackwardPass() {
    try (RandomSource random = new RandomSource(4);
        Scope scope = Scope.open()) {
      float[] values = Tensor.randn(random, 1, 2, 5, 8).toFloats();
      Tensor bound = Tensor.of(values, 1, 2, 5, 8).requiresGrad(true);
      Tensor named = Tensor.of(values, 1, 2, 5, 8).requiresGrad(true);
      Tensor expected = Functional.causalAttention(bound, bound, bound, 1 / Math.sqrt(8), 5);

      Tensor attended =
          FlashAttention.call(
              operator("aten::_scaled_dot_product_flash_attention_for_cpu"),
              () -> causal(named, named, named));
      attended.square().sum().backward();
      expected.square().sum().backward();

      assertThat(attended.toFloats()).containsExactly(expected.toFloats(), within(1e-6f));
      assertThat(named.grad().orElseThrow().toFloats())
          .containsExactly(bound.grad().orElseThrow().toFloats(), within(1e-5f));
    }
  }

  private static IValueVector causal(Tensor q, Tensor k, Tensor v) {
    IValueVector stack = new IValueVector();
    stack.push_back(new IValue(q.raw));
    stack.push_back(new IValue(k.raw));
    stack.push_back(new IValue(v.raw));
    stack.push_back(new IValue(0.0)); // dropout_p
    stack.push_back(new IValue(true)); // is_causal
    stack.push_back(new IValue()); // attn_mask
    stack.push_back(new IValue()); // scale
    return stack;
  }

  private static OperatorHandle operator(String name) {
    return Dispatcher.singleton().findSchemaOrThrow(name, "");
  }
}
