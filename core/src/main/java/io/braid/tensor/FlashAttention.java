package io.braid.tensor;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;

/**
 * Causal attention over concatenated sequences, in one kernel and without a matrix of scores
 * (FlashAttention-2, Dao 2023). In libtorch the kernel exists only for 16-bit types on CUDA devices
 * since Ampere. It has no static binding, so it is called by name; autograd knows its gradient.
 */
public final class FlashAttention {
  static {
    Engine.start();
  }

  private static final OperatorHandle OPERATOR =
      Constants.forever(
          Dispatcher.singleton().findSchemaOrThrow("aten::_flash_attention_forward", ""));

  private FlashAttention() {}

  /**
   * Computes softmax(scale·q·kᵀ)·v for each head. Each token attends to the last tokens of its own
   * sequence, up to and including itself.
   *
   * @param q [n, heads, d], of a type and width that the kernel supports
   * @param k [n, kvHeads, d]; heads is a multiple of kvHeads
   * @param v [n, kvHeads, d]
   * @param starts [sequences + 1] INT32: index at which each sequence begins, then n
   * @param longest length of the longest sequence
   * @param scale factor of q·k
   * @param window maximum number of tokens that a token attends to, including itself
   * @return [n, heads, d]
   */
  public static Tensor causal(
      Tensor q, Tensor k, Tensor v, Tensor starts, int longest, double scale, int window) {
    return call(OPERATOR, () -> arguments(q, k, v, starts, longest, scale, window));
  }

  /** Calls an operator, recorded for a backward pass, and keeps its first output. */
  static Tensor call(OperatorHandle operator, Supplier<IValueVector> arguments) {
    try (Scope scope = Scope.open()) {
      IValueVector stack = arguments.get();
      operator.callBoxed(stack);
      // The stack frees its contents, so take another reference.
      return scope.keep(new Tensor(new org.bytedeco.pytorch.Tensor(stack.get(0).toTensor())));
    }
  }

  static IValueVector arguments(
      Tensor q, Tensor k, Tensor v, Tensor starts, int longest, double scale, int window) {
    boolean slides = window < longest;
    IValueVector stack = new IValueVector();
    stack.push_back(new IValue(q.raw));
    stack.push_back(new IValue(k.raw));
    stack.push_back(new IValue(v.raw));
    stack.push_back(new IValue(starts.raw)); // cum_seq_q
    stack.push_back(new IValue(starts.raw)); // cum_seq_k
    stack.push_back(new IValue((long) longest)); // max_q
    stack.push_back(new IValue((long) longest)); // max_k
    stack.push_back(new IValue(0.0)); // dropout_p
    stack.push_back(new IValue(true)); // is_causal
    stack.push_back(new IValue(false)); // return_debug_mask
    boolean usual = scale == 1 / Math.sqrt(q.raw.size(-1));
    stack.push_back(usual ? new IValue() : new IValue(scale)); // scale: 1/√d
    stack.push_back(slides ? new IValue(window - 1L) : new IValue()); // window_size_left
    stack.push_back(slides ? new IValue(0L) : new IValue()); // window_size_right
    stack.push_back(new IValue()); // seqused_k
    stack.push_back(new IValue()); // alibi_slopes
    return stack;
  }
}
