package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * Computes the log-probabilities of chosen tokens, forward and backward, without a matrix of all
 * tokens by the whole vocabulary.
 *
 * <p>The forward pass computes some tokens at a time over the whole vocabulary, so a row is
 * computed as in a rollout. The backward pass computes a part of the vocabulary at a time for all
 * tokens: the gradient of each row of the head then comes from one product, which is summed in
 * FLOAT32 for every type of weights and written once. With z = h·Wᵀ/T and g the gradient at log
 * p(y):
 *
 * <pre>
 *   ∂/∂z = g (onehot(y) − p) ,   ∂/∂W = (∂/∂z)ᵀ h / T ,   ∂/∂h = (∂/∂z) W / T
 * </pre>
 */
public final class ChosenTokens {
  private static final long ROW_BYTES = 2L << 20; // of logits at once in the forward pass
  private static final int FEWEST_ROWS = 64;
  private static final long COLUMN_BYTES = 4L << 20; // of logits at once in the backward pass
  private static final int FEWEST_COLUMNS = 256;

  private final Transformer model;
  private final Tensor hidden; // [n, hidden]
  private final Tensor targets; // [n]
  private final double temperature;
  private final Tensor logProbs; // [n]
  private final Tensor logSums; // [n], log Σ exp z
  private final Optional<Tensor> entropies; // [n]

  /**
   * Runs the forward pass, without recording for autograd.
   *
   * @param hidden [n, hidden], after the final norm
   * @param targets [n] INT64, the chosen tokens
   * @param temperature T, by which the logits are divided
   * @param entropies whether to compute entropies as well
   */
  ChosenTokens(
      Transformer model, Tensor hidden, Tensor targets, double temperature, boolean entropies) {
    this.model = model;
    this.hidden = hidden.detach();
    this.targets = targets;
    this.temperature = temperature;
    long n = targets.numel();
    DType dtype = model.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    this.logProbs = Tensor.empty(dtype, n);
    this.logSums = Tensor.empty(dtype, n);
    this.entropies = entropies ? Optional.of(Tensor.empty(dtype, n)) : Optional.empty();
    long most = Math.max(FEWEST_ROWS, ROW_BYTES / ((long) dtype.bytes() * vocabulary()));
    long chunks = Math.ceilDiv(n, most); // of nearly equal size, so that none has very few rows
    try (Gradients off = Gradients.off()) {
      for (long chunk = 0; chunk < chunks; chunk++) {
        rows(chunk * n / chunks, (chunk + 1) * n / chunks);
      }
    }
  }

  private long vocabulary() {
    return model.config().vocabSize();
  }

  private void rows(long from, long to) {
    try (Scope scope = Scope.open()) {
      Tensor logits = scaled(model.logits(hidden.narrow(0, from, to - from))); // [rows, vocab]
      Tensor all = logits.logSoftmax();
      Tensor chosen = all.gather(1, targets.narrow(0, from, to - from).unsqueeze(1));
      logProbs.narrow(0, from, to - from).copyInPlace(chosen.squeeze(1));
      logSums.narrow(0, from, to - from).copyInPlace(logits.select(1, 0).minus(all.select(1, 0)));
      entropies.ifPresent(wanted ->
          wanted
              .narrow(0, from, to - from)
              .copyInPlace(all.exp().timesInPlace(all.clamp(-1e30, 0)).sum(-1).negate()));
    }
  }

  private Tensor scaled(Tensor logits) {
    return temperature == 1 ? logits : logits.div(temperature);
  }

  /** Returns log p of each token from log_softmax(logits / T): [n] FLOAT32, a constant. */
  public Tensor logProbs() {
    return logProbs;
  }

  /**
   * Returns the entropy of the whole distribution at each token, in nats: [n] FLOAT32, a constant.
   */
  public Optional<Tensor> entropies() {
    return entropies;
  }

  /**
   * Runs the backward pass and adds to the gradient of the head.
   *
   * @param gradient with respect to the log-probabilities, [n]
   * @return [n, hidden] gradient with respect to the hidden states
   */
  public Tensor backward(Tensor gradient) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Backward backward = new Backward(gradient);
      long columns =
          Math.max(
              FEWEST_COLUMNS,
              COLUMN_BYTES / (logProbs.dtype().bytes() * Math.max(1, targets.numel())));
      long chunks = Math.ceilDiv(vocabulary(), columns);
      for (long chunk = 0; chunk < chunks; chunk++) {
        backward.columns(chunk * vocabulary() / chunks, (chunk + 1) * vocabulary() / chunks);
      }
      return scope.keep(backward.atHidden());
    }
  }

  /** The sums that the backward pass accumulates over the parts of the vocabulary. */
  private final class Backward {
    private final Tensor weights; // [n, 1], −g / T
    private final Tensor weighted; // [n, hidden], the states times these
    private final Tensor head = model.head().weight(); // [vocab, hidden]
    private final Optional<Tensor> headGradient = // [vocab, hidden], where the head is trained
        head.requiresGrad() ? Optional.of(head.gradToAddTo()) : Optional.empty();
    private final Tensor missed; // [n, hidden], (p − onehot)·W
    private final long[] chosen = targets.toLongs();

    Backward(Tensor gradient) {
      weights = gradient.div(-temperature).unsqueeze(1);
      weighted = hidden.times(weights.to(hidden.dtype()));
      missed = Tensor.zeros(logProbs.dtype(), hidden.shape());
    }

    void columns(long from, long to) {
      try (Scope scope = Scope.open()) {
        Tensor part = head.narrow(0, from, to - from); // [columns, hidden]
        Tensor off = scaled(model.head().logits(hidden, part)).minusInPlace(logSums.unsqueeze(1));
        off.expInPlace(); // [n, columns], p
        takeOne(off, from, to);
        Tensor narrow = off.to(hidden.dtype());
        headGradient.ifPresent(all ->
            all.narrow(0, from, to - from).plusProductInPlace(narrow.transpose(0, 1), weighted));
        missed.plusProductInPlace(narrow, part.to(hidden.dtype()));
      }
    }

    /** Subtracts 1 from the probability of each chosen token in these columns. */
    private void takeOne(Tensor p, long from, long to) {
      long[] positions = new long[chosen.length];
      int count = 0;
      for (int i = 0; i < chosen.length; i++) {
        if (chosen[i] >= from && chosen[i] < to) {
          positions[count++] = i * (to - from) + chosen[i] - from;
        }
      }
      if (count > 0) {
        p.view(-1)
            .indexAddInPlace(
                0,
                Tensor.of(Arrays.copyOf(positions, count), count),
                Tensor.full(p.dtype(), -1, count));
      }
    }

    Tensor atHidden() {
      return missed.timesInPlace(weights).to(hidden.dtype());
    }
  }
}
