package io.braid.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Elementwise arithmetic and comparisons, and matrix products. */
abstract sealed class TensorArithmetic extends TensorHandle permits TensorReductions {
  TensorArithmetic(org.bytedeco.pytorch.Tensor raw) {
    super(raw);
  }

  /** Elementwise sum, with broadcasting. */
  public Tensor plus(Tensor other) {
    return new Tensor(raw.add(other.raw));
  }

  /** Adds a number to every element. */
  public Tensor plus(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.add(scalar));
    }
  }

  /** Elementwise difference, with broadcasting. */
  public Tensor minus(Tensor other) {
    return new Tensor(raw.sub(other.raw));
  }

  /** Subtracts a number from every element. */
  public Tensor minus(double number) {
    return plus(-number);
  }

  /** Elementwise product, with broadcasting. */
  public Tensor times(Tensor other) {
    return new Tensor(raw.mul(other.raw));
  }

  /** Multiplies every element by a number. */
  public Tensor times(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.mul(scalar));
    }
  }

  /** Elementwise quotient, with broadcasting. */
  public Tensor div(Tensor other) {
    return new Tensor(raw.div(other.raw));
  }

  /** Divides every element by a number. */
  public Tensor div(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.div(scalar));
    }
  }

  /** The negative of every element. */
  public Tensor negate() {
    return new Tensor(raw.neg());
  }

  /** Every element rounded to the nearest integer, halves to even. */
  public Tensor round() {
    return new Tensor(raw.round());
  }

  /** The square of every element. */
  public Tensor square() {
    return new Tensor(raw.square());
  }

  /** Every element raised to a power. */
  public Tensor pow(double exponent) {
    try (Scalar scalar = new Scalar(exponent)) {
      return new Tensor(raw.pow(scalar));
    }
  }

  /** e to every element. */
  public Tensor exp() {
    return new Tensor(raw.exp());
  }

  /** The natural logarithm of every element. */
  public Tensor log() {
    return new Tensor(raw.log());
  }

  /** The square root of every element. */
  public Tensor sqrt() {
    return new Tensor(raw.sqrt());
  }

  /** The reciprocal of every element. */
  public Tensor reciprocal() {
    return new Tensor(raw.reciprocal());
  }

  /** The absolute value of every element. */
  public Tensor abs() {
    return new Tensor(raw.abs());
  }

  /** The cosine of every element. */
  public Tensor cos() {
    return new Tensor(raw.cos());
  }

  /** The sine of every element. */
  public Tensor sin() {
    return new Tensor(raw.sin());
  }

  /** Every element clamped between two bounds; outside them the gradient is zero. */
  public Tensor clamp(double low, double high) {
    try (Scalar lowest = new Scalar(low);
        Scalar highest = new Scalar(high)) {
      return new Tensor(raw.clamp_min(lowest).clamp_max(highest));
    }
  }

  /** Elementwise minimum, with broadcasting. */
  public Tensor minimum(Tensor other) {
    return new Tensor(torch.minimum(raw, other.raw));
  }

  /** Elementwise maximum, with broadcasting. */
  public Tensor maximum(Tensor other) {
    return new Tensor(torch.maximum(raw, other.raw));
  }

  /** This plus the product of two tensors. */
  public Tensor plusProduct(Tensor a, Tensor b) {
    return new Tensor(torch.addcmul(raw, a.raw, b.raw));
  }

  /** Matrix product over the last two dimensions, with broadcasting of the others. */
  public Tensor matmul(Tensor other) {
    return new Tensor(raw.matmul(other.raw));
  }

  // ---- comparisons (BOOL)
  // ------------------------------------------------------------------------

  /** Whether each element is less than a number. */
  public Tensor lt(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.lt(scalar));
    }
  }

  /** Whether each element is less than the other tensor's. */
  public Tensor lt(Tensor other) {
    return new Tensor(raw.lt(other.raw));
  }

  /** Whether each element is greater than the other tensor's. */
  public Tensor gt(Tensor other) {
    return new Tensor(raw.gt(other.raw));
  }

  /** Whether each element is at least the other tensor's. */
  public Tensor ge(Tensor other) {
    return new Tensor(raw.ge(other.raw));
  }

  /** Whether each element equals a number. */
  public Tensor eq(double number) {
    try (Scalar scalar = new Scalar(number)) {
      return new Tensor(raw.eq(scalar));
    }
  }

  /** Elementwise "and" of two BOOL tensors, with broadcasting. */
  public Tensor and(Tensor other) {
    return new Tensor(raw.logical_and(other.raw));
  }

  /** Elementwise "not" of a BOOL tensor. */
  public Tensor not() {
    return new Tensor(raw.logical_not());
  }

  /** Whether every element is a finite number. */
  public boolean isFinite() {
    try (Scope scope = Scope.open()) {
      return raw.isfinite().all().item_bool();
    }
  }

  /** Whether shapes, dtypes and all elements are the same. */
  public boolean sameAs(Tensor other) {
    return raw.equal(other.raw);
  }
}
