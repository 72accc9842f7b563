package io.braid.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Elementwise arithmetic and comparisons, and matrix products. */
abstract sealed class TensorArithmetic extends TensorHandle permits TensorReductions {
  TensorArithmetic(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  /** Adds elementwise, with broadcasting. */
  public Tensor plus(Tensor other) {
    return new Tensor(raw.add(other.raw));
  }

  /** Adds a number to every element. */
  public Tensor plus(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.add(scalar));
    }
  }

  /** Subtracts elementwise, with broadcasting. */
  public Tensor minus(Tensor other) {
    return new Tensor(raw.sub(other.raw));
  }

  /** Subtracts a number from every element. */
  public Tensor minus(double number) {
    return plus(-number);
  }

  /** Multiplies elementwise, with broadcasting. */
  public Tensor times(Tensor other) {
    return new Tensor(raw.mul(other.raw));
  }

  /** Multiplies every element by a number. */
  public Tensor times(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.mul(scalar));
    }
  }

  /** Divides elementwise, with broadcasting. */
  public Tensor div(Tensor other) {
    return new Tensor(raw.div(other.raw));
  }

  /** Divides every element by a number. */
  public Tensor div(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.div(scalar));
    }
  }

  /** Returns the negative of every element. */
  public Tensor negate() {
    return new Tensor(raw.neg());
  }

  /** Rounds every element to the nearest integer, halves to even. */
  public Tensor round() {
    return new Tensor(raw.round());
  }

  /** Returns the square of every element. */
  public Tensor square() {
    return new Tensor(raw.square());
  }

  /** Raises every element to a power. */
  public Tensor pow(double exponent) {
    try (Scalar scalar = new Scalar(exponent)) {
      return new Tensor(raw.pow(scalar));
    }
  }

  /** Returns e^x for every element x. */
  public Tensor exp() {
    return new Tensor(raw.exp());
  }

  /** Returns the natural logarithm of every element. */
  public Tensor log() {
    return new Tensor(raw.log());
  }

  /** Returns the square root of every element. */
  public Tensor sqrt() {
    return new Tensor(raw.sqrt());
  }

  /** Returns the reciprocal of every element. */
  public Tensor reciprocal() {
    return new Tensor(raw.reciprocal());
  }

  /** Returns the absolute value of every element. */
  public Tensor abs() {
    return new Tensor(raw.abs());
  }

  /** Returns the cosine of every element. */
  public Tensor cos() {
    return new Tensor(raw.cos());
  }

  /** Returns the sine of every element. */
  public Tensor sin() {
    return new Tensor(raw.sin());
  }

  /** Clamps every element between two bounds; outside the bounds the gradient is zero. */
  public Tensor clamp(double low, double high) {
    try (Scalar lowest = new Scalar(low);
        Scalar highest = new Scalar(high)) {
      return new Tensor(raw.clamp_min(lowest).clamp_max(highest));
    }
  }

  /** Returns the elementwise minimum, with broadcasting. */
  public Tensor minimum(Tensor other) {
    return new Tensor(torch.minimum(raw, other.raw));
  }

  /** Returns the elementwise maximum, with broadcasting. */
  public Tensor maximum(Tensor other) {
    return new Tensor(torch.maximum(raw, other.raw));
  }

  /** Adds the product of two tensors to this tensor. */
  public Tensor plusProduct(Tensor a, Tensor b) {
    return new Tensor(torch.addcmul(raw, a.raw, b.raw));
  }

  /**
   * Computes the matrix product over the last two dimensions, with broadcasting of the other
   * dimensions.
   */
  public Tensor matmul(Tensor other) {
    return new Tensor(raw.matmul(other.raw));
  }

  // ---- comparisons (BOOL)
  // ------------------------------------------------------------------------

  /** Returns whether each element is less than a number. */
  public Tensor lt(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.lt(scalar));
    }
  }

  /** Returns whether each element is less than the other tensor's. */
  public Tensor lt(Tensor other) {
    return new Tensor(raw.lt(other.raw));
  }

  /** Returns whether each element is greater than the other tensor's. */
  public Tensor gt(Tensor other) {
    return new Tensor(raw.gt(other.raw));
  }

  /** Returns whether each element is at least the other tensor's. */
  public Tensor ge(Tensor other) {
    return new Tensor(raw.ge(other.raw));
  }

  /** Returns whether each element equals a number. */
  public Tensor eq(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.eq(scalar));
    }
  }

  /** Returns the elementwise "and" of two BOOL tensors, with broadcasting. */
  public Tensor and(Tensor other) {
    return new Tensor(raw.logical_and(other.raw));
  }

  /** Returns the elementwise "not" of a BOOL tensor. */
  public Tensor not() {
    return new Tensor(raw.logical_not());
  }

  /** Returns whether every element is a finite number. */
  public boolean isFinite() {
    try (Scope scope = Scope.open()) {
      return raw.isfinite().all().item_bool();
    }
  }

  /** Returns whether shapes, dtypes and all elements are the same. */
  public boolean sameAs(Tensor other) {
    return raw.equal(other.raw);
  }
}
