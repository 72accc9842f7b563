package io.braid.model;

import io.braid.model.ModelConfig.Rope;
import java.util.List;
import java.util.Optional;

/**
 * Access to the values of a {@code config.json}, with which a {@link Family} reads its own keys. A
 * value of the wrong type causes a {@link io.braid.UserError} that names the key.
 */
public interface ConfigValues {
  /** Returns whether a key is present and not null. */
  boolean isSet(String key);

  /** Returns whether a key is present and null. */
  boolean isNull(String key);

  /**
   * Returns an integer.
   *
   * @param otherwise the value if the key is missing
   */
  int whole(String key, int otherwise);

  /**
   * Returns a number, with or without a decimal point.
   *
   * @param otherwise the value if the key is missing
   */
  double number(String key, double otherwise);

  /**
   * Returns a name.
   *
   * @param otherwise the value if the key is missing
   */
  String name(String key, String otherwise);

  /** Returns the values of an object; empty if the key is missing or null. */
  Optional<ConfigValues> object(String key);

  /** Reports keys other than these to the user; they are ignored. */
  void noteUnknown(List<ConfigKey> known);

  /**
   * Returns a boolean.
   *
   * @param otherwise the value if the key is missing
   */
  boolean flag(String key, boolean otherwise);

  /** Returns a list of names; empty if the key is missing or null. */
  Optional<List<String>> names(String key);

  /** Returns a list of integers; empty if the key is missing or null. */
  Optional<List<Integer>> wholes(String key);

  /**
   * Returns the rotary settings of one kind of layer, from the entry of this name in {@code
   * rope_parameters} and from the older keys at the top level.
   *
   * @param kind kind of layer, such as {@code full_attention}
   * @param thetaKey key of the base at the top level
   * @param scaled whether {@code rope_scaling} at the top level applies to these layers
   * @param theta default base
   */
  Rope rope(String kind, String thetaKey, boolean scaled, double theta);

  /** Reports a one-line message to the user. */
  void note(String text);
}
