package io.braid.task.visual;

import io.braid.Seeds;
import io.braid.task.Names;
import java.util.Random;

/** The kinds of questions about pictures. */
public enum VisualKind {
  /** How many things with a colour and a shape there are. */
  COUNT(CountPuzzles::draw),
  /** Which colour is the most common or the largest, or on which side of another it is. */
  COMPARE(ComparePuzzles::draw),
  /** A value in a bar chart, or the difference of two. */
  BARS(BarPuzzles::draw),
  /** Where a line ends that begins at a letter. */
  PATH(PathPuzzles::draw),
  /** The time that a clock shows. */
  CLOCK(ClockPuzzles::draw),
  /** An area, a perimeter or a missing side of a figure with its lengths. */
  GEOMETRY(GeometryPuzzles::draw),
  /** Questions with two to five right answers. */
  SEVERAL(SeveralPuzzles::draw);

  private final Artist artist;

  /** Draws a puzzle with a difficulty from 1 to 4. */
  @FunctionalInterface
  private interface Artist {
    Puzzle draw(int difficulty, Random random);
  }

  VisualKind(Artist artist) {
    this.artist = artist;
  }

  /**
   * Returns the puzzle with a number.
   *
   * @param seed other seeds give other puzzles
   */
  Puzzle draw(int difficulty, long seed, int number) {
    String key = "visual/%s/%s/%s".formatted(Names.of(this), difficulty, number);
    return artist.draw(difficulty, Seeds.keyed(seed, key));
  }
}
