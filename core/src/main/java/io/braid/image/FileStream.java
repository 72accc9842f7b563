package io.braid.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The bytes of a file for a reader. A reader that goes on and on after the end of a damaged file,
 * because it takes the end for something that passes, is stopped.
 */
final class FileStream extends MemoryCacheImageInputStream {
  private static final int MOST_PAST_THE_END = 1_000; // reads

  private int pastTheEnd;

  FileStream(byte[] file) {
    super(new ByteArrayInputStream(file));
  }

  @Override
  public int read() throws IOException {
    return counted(super.read());
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    return counted(super.read(bytes, from, length));
  }

  private int counted(int found) {
    if (found < 0 && ++pastTheEnd > MOST_PAST_THE_END) {
      throw new IllegalStateException("is cut off"); // not an IOException, which readers catch
    }
    return found;
  }
}
