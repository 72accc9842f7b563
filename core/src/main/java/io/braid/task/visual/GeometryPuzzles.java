package io.braid.task.visual;

import java.util.List;
import java.util.Random;

/** Areas, perimeters and missing sides of rectangles, right triangles and L shapes. */
final class GeometryPuzzles {
  private static final int LARGEST_AREA = 99;
  private static final String UNKNOWN = Figure.UNKNOWN;
  private static final String SIDE = "How long is side x?";
  private static final String AREA = "What is the area?";
  private static final String PERIMETER = "What is the perimeter?";

  /** Three whole sides of a right triangle. */
  private record Triple(int one, int two, int hypotenuse) {}

  private static final List<Triple> TRIPLES =
      List.of(
          new Triple(3, 4, 5), new Triple(6, 8, 10), new Triple(5, 12, 13), new Triple(8, 15, 17));

  private GeometryPuzzles() {}

  static Puzzle draw(int difficulty, Random random) {
    return switch (difficulty) {
      case 1 -> rectangle(9, random);
      case 2 -> random.nextBoolean() ? rectangle(12, random) : triangleArea(random);
      case 3 -> random.nextBoolean() ? missingInRectangle(random) : missingInTriangle(random);
      default -> random.nextInt(3) == 0 ? missingInTriangle(random) : cornered(random);
    };
  }

  private record Sides(int width, int height) {
    int area() {
      return width * height;
    }
  }

  /** Returns two different sides from 2 on. */
  private static Sides sides(int most, Random random) {
    while (true) {
      Sides sides = new Sides(Draw.between(2, most, random), Draw.between(2, most, random));
      if (sides.width != sides.height && sides.area() <= LARGEST_AREA) {
        return sides;
      }
    }
  }

  private static Puzzle rectangle(int most, Random random) {
    Sides sides = sides(most, random);
    List<Mark> marks =
        Figure.rectangle(sides.width, sides.height, random)
            .drawn(String.valueOf(sides.width), String.valueOf(sides.height));
    return random.nextBoolean()
        ? Puzzle.of(
            AREA,
            String.valueOf(sides.area()),
            marks,
            "%s * %s = %s".formatted(sides.width, sides.height, sides.area()))
        : perimeter(sides, marks);
  }

  private static Puzzle perimeter(Sides sides, List<Mark> marks) {
    int perimeter = 2 * (sides.width + sides.height);
    return Puzzle.of(
        PERIMETER,
        String.valueOf(perimeter),
        marks,
        "2 * (%s + %s) = %s".formatted(sides.width, sides.height, perimeter));
  }

  private static Puzzle triangleArea(Random random) {
    Sides legs = sides(12, random);
    while (legs.area() % 2 != 0) {
      legs = sides(12, random);
    }
    return Puzzle.of(
        AREA,
        String.valueOf(legs.area() / 2),
        Figure.triangle(legs.width, legs.height, random)
            .drawn(String.valueOf(legs.width), String.valueOf(legs.height), ""),
        "%s * %s / 2 = %s".formatted(legs.width, legs.height, legs.area() / 2));
  }

  private static Puzzle missingInRectangle(Random random) {
    Sides sides = sides(12, random);
    boolean across = random.nextBoolean(); // the missing side
    int known = across ? sides.height : sides.width;
    int missing = across ? sides.width : sides.height;
    List<Mark> marks =
        Figure.rectangle(sides.width, sides.height, random)
            .drawn(
                across ? UNKNOWN : String.valueOf(known), across ? String.valueOf(known) : UNKNOWN);
    if (random.nextBoolean()) {
      return Puzzle.of(
          "The area is %s. %s".formatted(sides.area(), SIDE),
          String.valueOf(missing),
          marks,
          "%s / %s = %s".formatted(sides.area(), known, missing));
    }
    int perimeter = 2 * (known + missing);
    return Puzzle.of(
        "The perimeter is %s. %s".formatted(perimeter, SIDE),
        String.valueOf(missing),
        marks,
        "%s / 2 - %s = %s".formatted(perimeter, known, missing));
  }

  private static Puzzle missingInTriangle(Random random) {
    Triple triple = Draw.one(TRIPLES, random);
    boolean turned = random.nextBoolean();
    int width = turned ? triple.two : triple.one;
    int height = turned ? triple.one : triple.two;
    Figure figure = Figure.triangle(width, height, random);
    String w = String.valueOf(width);
    String h = String.valueOf(height);
    String longest = String.valueOf(triple.hypotenuse);
    return switch (random.nextInt(3)) {
      case 0 -> Puzzle.of(SIDE, w, figure.drawn(UNKNOWN, h, longest), squares(longest, "-", h, w));
      case 1 -> Puzzle.of(SIDE, h, figure.drawn(w, UNKNOWN, longest), squares(longest, "-", w, h));
      default -> Puzzle.of(SIDE, longest, figure.drawn(w, h, UNKNOWN), squares(w, "+", h, longest));
    };
  }

  /** Returns {@code 3 * 3 + 4 * 4 = 5 * 5}. */
  private static String squares(String first, String sign, String second, String result) {
    return "%s * %s %s %s * %s = %s * %s"
        .formatted(first, first, sign, second, second, result, result);
  }

  /** An L shape: a rectangle without a corner. */
  private static Puzzle cornered(Random random) {
    Sides whole = sides(10, random);
    while (whole.width < 4 || whole.height < 4) {
      whole = sides(10, random);
    }
    int top = Draw.between(2, whole.width - 2, random);
    int right = Draw.between(2, whole.height - 2, random);
    List<Mark> marks = Figure.cornered(whole.width, whole.height, top, right, random);
    if (random.nextBoolean()) {
      return perimeter(whole, marks);
    }
    int rest = whole.width - top;
    int area = top * whole.height + rest * right;
    return Puzzle.of(
        AREA,
        String.valueOf(area),
        marks,
        "%s * %s + %s * %s = %s".formatted(top, whole.height, rest, right, area));
  }
}
