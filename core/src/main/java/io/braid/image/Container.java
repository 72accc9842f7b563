package io.braid.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What Braid reads from an image file itself: the orientation, and how the colours of a JPEG file
 * are stored. Everything else that is not pixels is left out before the file is decoded, so that no
 * reader spends time or memory on it.
 *
 * @param file the file without other data
 * @param orientation how the image is to be turned
 * @param colours how the colours of a JPEG file are stored
 */
record Container(byte[] file, Orientation orientation, Colours colours) {
  /** How the colours of a JPEG file are stored. */
  enum Colours {
    /** Up to three components, or not a JPEG file: the reader knows. */
    USUAL,
    /** Four components: cyan, magenta, yellow and black, inverted. */
    INVERTED_CMYK,
    /** Four components: cyan, magenta, yellow and black. */
    CMYK,
    /** Four components: luma, two chromas, and black, inverted. */
    INVERTED_YCCK
  }

  private static final Set<String> PNG_PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
  private static final int MOST_SCANS = 200;

  /** Returns a container with the file as it is. */
  private static Container plain(byte[] file) {
    return new Container(file, Orientation.NORMAL, Colours.USUAL);
  }

  /**
   * Reads a file.
   *
   * @throws Damaged if its structure is broken
   */
  static Container of(ImageFormat format, byte[] file) throws Damaged {
    return switch (format) {
      case PNG -> png(file);
      case JPEG -> jpeg(file);
      case WEBP -> webp(file);
      case GIF, BMP -> plain(file);
    };
  }

  /** The structure of a file is broken. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged(String what) {
      super(what);
    }
  }

  // ---- PNG: length, name, content, checksum ---------------------------------------------------

  private static Container png(byte[] file) throws Damaged {
    ByteBuffer in = ByteBuffer.wrap(file);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, 8);
    Orientation orientation = Orientation.NORMAL;
    int at = 8;
    while (at + 12 <= file.length) {
      long length = in.getInt(at) & 0xffffffffL;
      if (at + 12 + length > file.length) {
        throw new Damaged("is cut off");
      }
      String name = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (PNG_PIXELS.contains(name)) {
        kept.write(file, at, (int) length + 12);
      } else if (name.equals("eXIf")) {
        orientation = Exif.orientation(file, at + 8);
      }
      at += (int) length + 12;
      if (name.equals("IEND")) {
        return new Container(kept.toByteArray(), orientation, Colours.USUAL);
      }
    }
    throw new Damaged("is cut off");
  }

  // ---- JPEG: segments with a marker, and entropy-coded data after each start of a scan --------

  private static Container jpeg(byte[] file) throws Damaged {
    Segments segments = new Segments(file);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, 2);
    Orientation orientation = Orientation.NORMAL;
    int components = 0;
    int transform = -1; // Adobe's; −1 if there is no such segment
    int scans = 0;
    while (segments.next()) {
      int marker = segments.marker;
      boolean isFrame =
          marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      if (isFrame && segments.length >= 8) {
        components = file[segments.content + 5] & 0xff;
      } else if (marker == 0xe1 && segments.startsWith("Exif\0\0")) {
        orientation = Exif.orientation(file, segments.content + 6);
      } else if (marker == 0xee && segments.startsWith("Adobe") && segments.length >= 14) {
        transform = file[segments.content + 11] & 0xff;
      } else if (marker == 0xda && ++scans > MOST_SCANS) {
        throw new Damaged("has more than %s scans".formatted(MOST_SCANS));
      }
      boolean isOther = marker >= 0xe1 && marker <= 0xef && marker != 0xee || marker == 0xfe;
      if (!isOther) { // application data and comments, such as colour profiles and thumbnails
        kept.write(file, segments.start, segments.end - segments.start);
      }
    }
    if (scans == 0 || !segments.ended) {
      throw new Damaged("is cut off");
    }
    return new Container(kept.toByteArray(), orientation, colours(components, transform));
  }

  private static Colours colours(int components, int transform) {
    if (components != 4) {
      return Colours.USUAL;
    }
    return switch (transform) {
      case -1 -> Colours.CMYK;
      case 2 -> Colours.INVERTED_YCCK;
      default -> Colours.INVERTED_CMYK;
    };
  }

  /** Walks through the segments of a JPEG file. */
  private static final class Segments {
    private final byte[] file;
    int start = 2; // of the marker's FF
    int end = 2; // after the segment and its entropy-coded data
    int marker;
    int content;
    int length; // with the two bytes of the length itself
    boolean ended; // by the end of the image

    Segments(byte[] file) {
      this.file = file;
    }

    boolean next() throws Damaged {
      start = end;
      int at = start;
      while (at + 1 < file.length && file[at] == (byte) 0xff && file[at + 1] == (byte) 0xff) {
        at++; // filling
      }
      if (ended || at + 1 >= file.length) {
        return false;
      }
      if (file[at] != (byte) 0xff) {
        throw new Damaged("has no marker where one must be");
      }
      marker = file[at + 1] & 0xff;
      content = at + 4;
      length = 2;
      if (marker == 0xd9) {
        ended = true;
        end = at + 2;
        return true;
      }
      if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd8) {
        end = at + 2;
        return true;
      }
      if (at + 3 >= file.length) {
        throw new Damaged("is cut off");
      }
      length = (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
      end = at + 2 + length;
      if (length < 2 || end > file.length) {
        throw new Damaged("is cut off");
      }
      if (marker == 0xda) {
        end = afterScan(end);
      }
      return true;
    }

    /** Returns the offset of the marker after entropy-coded data. */
    private int afterScan(int from) {
      int at = from;
      while (at + 1 < file.length) {
        int next = file[at + 1] & 0xff;
        if (file[at] == (byte) 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
          return at;
        }
        at++;
      }
      return file.length;
    }

    boolean startsWith(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return length >= bytes.length + 2
          && new String(file, content, bytes.length, StandardCharsets.ISO_8859_1).equals(text);
    }
  }

  // ---- WebP: RIFF chunks of a name, a length and content --------------------------------------

  private static Container webp(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long at = 12;
    while (at + 8 <= file.length) {
      String name = new String(file, (int) at, 4, StandardCharsets.ISO_8859_1);
      long length = in.getInt((int) at + 4) & 0xffffffffL;
      if (name.equals("EXIF")) {
        int content = (int) at + 8;
        boolean prefixed =
            content + 6 <= file.length
                && new String(file, content, 4, StandardCharsets.ISO_8859_1).equals("Exif");
        return new Container(
            file, Exif.orientation(file, prefixed ? content + 6 : content), Colours.USUAL);
      }
      at += 8 + length + length % 2;
    }
    return plain(file);
  }
}
