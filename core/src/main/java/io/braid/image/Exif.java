package io.braid.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads the orientation from EXIF data, which is a TIFF header and its first directory. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3; // TIFF's type of the tag
  private static final int ENTRY = 12; // bytes
  private static final int MOST_ENTRIES = 1_000;

  private Exif() {}

  /**
   * Returns the orientation. Data that cannot be read are ignored, as viewers do.
   *
   * @param data bytes that contain a TIFF header
   * @param from offset of the TIFF header, to which the offsets in it are relative
   */
  static Orientation orientation(byte[] data, int from) {
    if (from < 0 || from + 8 > data.length) {
      return Orientation.NORMAL;
    }
    ByteBuffer tiff = ByteBuffer.wrap(Arrays.copyOfRange(data, from, data.length));
    int order = tiff.getShort(0);
    if (order != 0x4949 && order != 0x4d4d) { // II or MM
      return Orientation.NORMAL;
    }
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = tiff.getInt(4) & 0xffffffffL;
    if (tiff.getShort(2) != 42 || directory + 2 > tiff.limit()) {
      return Orientation.NORMAL;
    }
    int entries = Math.min(MOST_ENTRIES, tiff.getShort((int) directory) & 0xffff);
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) i * ENTRY;
      if (at + ENTRY > tiff.limit()) {
        break;
      }
      if ((tiff.getShort((int) at) & 0xffff) == ORIENTATION
          && tiff.getShort((int) at + 2) == SHORT) {
        return Orientation.of(tiff.getShort((int) at + 8) & 0xffff);
      }
    }
    return Orientation.NORMAL;
  }
}
