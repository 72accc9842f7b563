package io.braid;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A reported number: its name, unit and meaning.
 *
 * <p>A metric is declared once, as a {@code static final} field of the class that computes it.
 * Numbers are reported only for declared metrics ({@link MetricValues}), and {@code
 * docs/metrics.md} is generated from all declarations, so the page explains every reported number.
 */
public final class Metric {
  private static final Map<String, Metric> DECLARED = new ConcurrentHashMap<>();
  private static final String EACH = "@k";
  private static final Set<String> RESERVED =
      Set.of("step", "time"); // keys of each line that are not metrics

  private final String name;
  private final Unit unit;
  private final String meaning;

  /** The unit of a metric. */
  public enum Unit {
    /** A fraction between 0 and 1. */
    FRACTION("fraction"),
    /** A count. */
    COUNT("count"),
    /** A number of tokens. */
    TOKENS("tokens"),
    /** A logarithm of a probability or of a ratio, or an entropy. */
    NATS("nats"),
    /** Wall-clock time. */
    SECONDS("s"),
    /** A reward on the verifier's scale. */
    REWARD("reward"),
    /** A number without a unit, such as a loss or a norm. */
    NONE("–");

    private final String sign;

    Unit(String sign) {
      this.sign = sign;
    }

    /** Returns the unit's abbreviation in {@code docs/metrics.md}. */
    public String sign() {
      return sign;
    }
  }

  private Metric(String name, Unit unit, String meaning) {
    this.name = name;
    this.unit = unit;
    this.meaning = meaning;
  }

  /**
   * Declares a metric.
   *
   * @param name the name in snake case, with its unit if that is not clear ({@code
   *     rollout_seconds}); a name that ends in {@code @k} stands for one metric per k ({@link #at})
   * @param meaning one or two sentences for its row in {@code docs/metrics.md}, including when the
   *     metric is absent
   * @throws IllegalArgumentException if the name is malformed or already declared with another unit
   *     or meaning
   */
  public static Metric declare(String name, Unit unit, String meaning) {
    if (!name.matches("[a-z][a-z0-9_]*(" + EACH + ")?") || RESERVED.contains(name)) {
      throw new IllegalArgumentException("'%s' is not a valid name of a metric".formatted(name));
    }
    Metric metric = new Metric(name, unit, meaning);
    Metric earlier = DECLARED.putIfAbsent(name, metric);
    if (earlier != null && !(earlier.unit == unit && earlier.meaning.equals(meaning))) {
      throw new IllegalArgumentException(
          "the metric '%s' is declared twice, with different meanings".formatted(name));
    }
    return metric;
  }

  /** Returns the metric for a single k: {@code pass@4} for {@code pass@k}. */
  public Metric at(int k) {
    if (!name.endsWith(EACH)) {
      throw new IllegalStateException(name + " is one metric");
    }
    return new Metric(name.substring(0, name.length() - 1) + k, unit, meaning);
  }

  /**
   * Returns the metric for one of several parts, such as a benchmark: {@code eval_aime24_avg@k} for
   * {@code eval_avg@k}.
   *
   * @param part the part's name, in snake case
   */
  public Metric of(String part) {
    int first = name.indexOf('_');
    return new Metric(name.substring(0, first) + "_" + part + name.substring(first), unit, meaning);
  }

  /** Returns whether a name is this metric's name, or the name for one of its values of k. */
  public boolean covers(String written) {
    return written.equals(name)
        || (name.endsWith(EACH)
            && written.matches(Pattern.quote(name.substring(0, name.length() - 1)) + "[0-9]+"));
  }

  /** Returns the metric's name. */
  public String name() {
    return name;
  }

  /** Returns the unit. */
  public Unit unit() {
    return unit;
  }

  /** Returns the metric's meaning, in Markdown. */
  public String meaning() {
    return meaning;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Metric metric && metric.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
