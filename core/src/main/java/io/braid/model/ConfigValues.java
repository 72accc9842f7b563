package io.braid.model;

import io.braid.model.ModelConfig.Rope;
import java.util.List;
import java.util.Optional;

/**
 * The values of a {@code config.json}, as a {@link Family} reads its own keys. A value of the wrong
 * kind is a {@link io.braid.UserError} that names the key.
 */
public interface ConfigValues {
  /** Whether a key is there and not null. */
  boolean isSet(String key);

  /** Whether a key is there and null. */
  boolean isNull(String key);

  /**
   * A whole number.
   *
   * @param otherwise its value where the key is missing
   */
  int whole(String key, int otherwise);

  /**
   * A setting that is on or off.
   *
   * @param otherwise its value where the key is missing
   */
  boolean flag(String key, boolean otherwise);

  /** A list of names; empty where the key is missing or null. */
  Optional<List<String>> names(String key);

  /** A list of whole numbers; empty where the key is missing or null. */
  Optional<List<Integer>> wholes(String key);

  /**
   * Rotary settings of one kind of layer: what {@code rope_parameters} has under that name, and the
   * older keys beside it.
   *
   * @param kind such as {@code full_attention}
   * @param thetaKey the top level's key for the base
   * @param scaled whether the top level's {@code rope_scaling} is meant for these layers
   * @param theta the base where nothing names one
   */
  Rope rope(String kind, String thetaKey, boolean scaled, double theta);

  /** Tells the user something, in a line. */
  void note(String text);
}
