package io.braid;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values of metrics, in insertion order. A metric that was not measured is absent, never 0. */
public final class MetricValues {
  private final Map<String, Double> values = new LinkedHashMap<>();

  /** Sets a value. NaN and infinities mean that the metric was measured but is not finite. */
  public MetricValues put(Metric metric, double value) {
    values.put(metric.name(), value);
    return this;
  }

  /** Sets a value if it was measured. */
  public MetricValues putIf(boolean measured, Metric metric, double value) {
    return measured ? put(metric, value) : this;
  }

  /** Adds to a value, which is initially 0. */
  public MetricValues add(Metric metric, double value) {
    values.merge(metric.name(), value, Double::sum);
    return this;
  }

  /** Sets all values in {@code others}. */
  public MetricValues putAll(MetricValues others) {
    values.putAll(others.values);
    return this;
  }

  /** Returns whether a metric has a value. */
  public boolean has(Metric metric) {
    return values.containsKey(metric.name());
  }

  /** Returns a value, or NaN if there is none. */
  public double get(Metric metric) {
    return get(metric, Double.NaN);
  }

  /** Returns a value, or {@code otherwise} if there is none. */
  public double get(Metric metric, double otherwise) {
    return values.getOrDefault(metric.name(), otherwise);
  }

  /** Returns a read-only view of all values, by the metrics' names. */
  public Map<String, Double> byName() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricValues those && those.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
