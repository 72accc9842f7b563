package io.braid.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/** Where a step's responses come from. */
sealed interface Draws extends AutoCloseable permits FreshDraws, DrawsAhead {
  /** The fact under which a checkpoint keeps where the next draw goes on. */
  String END = "draws.end";

  /** The step's responses. Called before the step trains. */
  Draw next(int step);

  /** The step that {@link #next} was for has been learned from; until then it is kept. */
  void learned();

  /**
   * What of the last {@link #next} went into copying the policy's weights to where they are sampled
   * from, in seconds; none when they are sampled from where they are.
   */
  OptionalDouble publishSeconds();

  /**
   * Writes what is needed to go on.
   *
   * @param state takes short facts by name
   */
  void save(Path checkpoint, Map<String, String> state);

  /** Takes up what {@link #save} wrote. */
  void restore(Path checkpoint, Map<String, String> state);

  @Override
  void close();
}
