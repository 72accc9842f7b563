package io.braid;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A number that runs report: its name, its unit and what it means.
 *
 * <p>A metric is declared once, as a {@code static final} field of the class that computes it.
 * Numbers are reported only under such a declaration ({@link MetricValues}), and {@code
 * docs/metrics.md} is made from all of them, so nothing is written that the page does not explain.
 */
public final class Metric {
  private static final Map<String, Metric> DECLARED = new ConcurrentHashMap<>();
  private static final String EACH = "@k";
  private static final Set<String> RESERVED = Set.of("step", "time"); // other keys of a line

  private final String name;
  private final Unit unit;
  private final String meaning;

  /** What a metric is measured in. */
  public enum Unit {
    /** A share between 0 and 1. */
    FRACTION("fraction"),
    /** A number of things. */
    COUNT("count"),
    /** A number of tokens. */
    TOKENS("tokens"),
    /** A logarithm of a probability or of a ratio, or an entropy. */
    NATS("nats"),
    /** Wall-clock time. */
    SECONDS("s"),
    /** A reward as the verifier gives it. */
    REWARD("reward"),
    /** A number that has no unit, such as a loss or a norm. */
    NONE("–");

    private final String sign;

    Unit(String sign) {
      this.sign = sign;
    }

    /** As it stands on the page. */
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
   * @param name in snake case, with its unit where that is not clear ({@code rollout_seconds}); a
   *     name that ends in {@code @k} stands for one metric for each k ({@link #at})
   * @param meaning one sentence or two for its row in {@code docs/metrics.md}, saying also when it
   *     is absent
   * @throws IllegalArgumentException if the name is malformed or stands for something else already
   */
  public static Metric declare(String name, Unit unit, String meaning) {
    if (!name.matches("[a-z][a-z0-9_]*(" + EACH + ")?") || RESERVED.contains(name)) {
      throw new IllegalArgumentException("a metric cannot be called '%s'".formatted(name));
    }
    Metric metric = new Metric(name, unit, meaning);
    Metric earlier = DECLARED.putIfAbsent(name, metric);
    if (earlier != null && !(earlier.unit == unit && earlier.meaning.equals(meaning))) {
      throw new IllegalArgumentException(
          "the metric '%s' is declared twice, with different meanings".formatted(name));
    }
    return metric;
  }

  /** The metric of one k, where this one stands for several: {@code pass@4} of {@code pass@k}. */
  public Metric at(int k) {
    if (!name.endsWith(EACH)) {
      throw new IllegalStateException(name + " is one metric");
    }
    return new Metric(name.substring(0, name.length() - 1) + k, unit, meaning);
  }

  /** Whether a name is this one's, or that of one of the metrics that it stands for. */
  public boolean covers(String written) {
    return written.equals(name)
        || (name.endsWith(EACH)
            && written.matches(Pattern.quote(name.substring(0, name.length() - 1)) + "[0-9]+"));
  }

  /** The name under which it is written. */
  public String name() {
    return name;
  }

  /** The unit. */
  public Unit unit() {
    return unit;
  }

  /** What it means, in Markdown. */
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
