package io.braid.tensor;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.global.torch;

/** Sums, extrema, distributions and sorting along dimensions. */
abstract sealed class TensorReductions extends TensorArithmetic permits TensorShapes {
  TensorReductions(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  /** Returns the sum of all elements, as a scalar tensor. */
  public Tensor sum() {
    return new Tensor(raw.sum());
  }

  /** Computes sums along one dimension, which is removed. */
  public Tensor sum(long dim) {
    return new Tensor(raw.sum(dim));
  }

  /** Returns the mean of all elements, as a scalar tensor. */
  public Tensor mean() {
    return new Tensor(raw.mean());
  }

  /** Computes means along one dimension, which is removed. */
  public Tensor mean(long dim) {
    return new Tensor(raw.mean(dim));
  }

  /** Returns the largest elements along one dimension, which is kept with length 1. */
  public Tensor amax(long dim) {
    return new Tensor(raw.amax(new long[] {dim}, true));
  }

  /** Returns the largest of all elements, as a scalar tensor. */
  public Tensor max() {
    return new Tensor(raw.max());
  }

  /** Returns the index of the first largest element along the last dimension, which is removed. */
  public Tensor argmax() {
    return new Tensor(raw.argmax(Constants.LAST_DIM, false));
  }

  /** Computes cumulative sums along a dimension. */
  public Tensor cumsum(long dim) {
    return new Tensor(raw.cumsum(dim));
  }

  /** Computes log Σ exp along the last dimension, which is removed. */
  public Tensor logsumexp() {
    return new Tensor(torch.logsumexp(raw, -1));
  }

  /** Computes log-probabilities (log-softmax) along the last dimension. */
  public Tensor logSoftmax() {
    return new Tensor(torch.log_softmax(raw, -1));
  }

  /** Computes probabilities (softmax) along the last dimension. */
  public Tensor softmax() {
    return new Tensor(torch.softmax(raw, -1));
  }

  /** Returns the k largest elements along the last dimension, in descending order. */
  public Tensor.Ranked topk(long k) {
    try (var pair = torch.topk(raw, k)) {
      return new Tensor.Ranked(owned(pair.get0()), owned(pair.get1()));
    }
  }

  /** Sorts along the last dimension in descending order; equal elements keep their order. */
  public Tensor.Ranked sortDescending() {
    try (BoolOptional stable = new BoolOptional(true);
        var pair = torch.sort(raw, stable, -1, true)) {
      return new Tensor.Ranked(owned(pair.get0()), owned(pair.get1()));
    }
  }

  /**
   * Returns for each value the first index along the last dimension whose entry is greater. The
   * entries must be in ascending order.
   *
   * @param wanted the values; the leading dimensions are the same, the last dimension may differ
   */
  public Tensor searchSortedRight(Tensor wanted) {
    return new Tensor(
        torch.searchsorted(raw, wanted.raw, false, true, Constants.NO_STRING, Constants.NO_TENSOR));
  }
}
