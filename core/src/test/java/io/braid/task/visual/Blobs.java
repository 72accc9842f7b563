package io.braid.task.visual;

import io.braid.image.PixelImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Reads a picture from its pixels alone: the connected areas of one colour. */
final class Blobs {
  /** A connected area. Right and bottom are the last column and row that it touches. */
  record Blob(int rgb, int left, int top, int right, int bottom, List<Integer> rowWidths) {
    int width() {
      return right - left + 1;
    }

    int height() {
      return bottom - top + 1;
    }

    /** Tells a shape by the widths of its first, middle and last row. */
    Shape shape() {
      int first = rowWidths.getFirst();
      int middle = rowWidths.get(height() / 2);
      int last = rowWidths.getLast();
      if (first == middle && middle == last) {
        return Shape.SQUARE;
      }
      if (last > middle) {
        return Shape.TRIANGLE;
      }
      return rowWidths.get(height() / 4) > 0.7 * middle ? Shape.CIRCLE : Shape.DIAMOND;
    }
  }

  private Blobs() {}

  static List<Blob> in(PixelImage image, Hue hue) {
    return in(image).stream().filter(blob -> blob.rgb == hue.rgb()).toList();
  }

  /** Returns all areas but those that are black, grey or white. */
  static List<Blob> in(PixelImage image) {
    boolean[] seen = new boolean[image.width() * image.height()];
    List<Blob> blobs = new ArrayList<>();
    for (int at = 0; at < seen.length; at++) {
      int rgb = rgb(image, at);
      if (!seen[at] && Hue.NAMED.stream().anyMatch(hue -> hue.rgb() == rgb)) {
        blobs.add(blob(image, at, seen));
      }
    }
    return blobs;
  }

  private static int rgb(PixelImage image, int at) {
    int x = at % image.width();
    int y = at / image.width();
    return image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2);
  }

  private static Blob blob(PixelImage image, int start, boolean[] seen) {
    int width = image.width();
    int rgb = rgb(image, start);
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    List<Integer> pixels = new ArrayList<>();
    seen[start] = true;
    while (!open.isEmpty()) {
      int at = open.pop();
      pixels.add(at);
      int x = at % width;
      int[] around = {at - width, at + width, x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1};
      for (int next : around) {
        if (next >= 0 && next < seen.length && !seen[next] && rgb(image, next) == rgb) {
          seen[next] = true;
          open.push(next);
        }
      }
    }
    int top = pixels.stream().mapToInt(at -> at / width).min().orElseThrow();
    int bottom = pixels.stream().mapToInt(at -> at / width).max().orElseThrow();
    int[] rows = new int[bottom - top + 1];
    pixels.forEach(at -> rows[at / width - top]++);
    return new Blob(
        rgb,
        pixels.stream().mapToInt(at -> at % width).min().orElseThrow(),
        top,
        pixels.stream().mapToInt(at -> at % width).max().orElseThrow(),
        bottom,
        Arrays.stream(rows).boxed().toList());
  }
}
