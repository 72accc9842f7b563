package io.braid.task.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flatbuf.Message;

/**
 * Checks the frames of an Arrow stream. Each frame consists of a marker, the length of a
 * description, the description itself, and as many bytes as the description states. The library
 * allocates memory according to these lengths, so all of them are first checked against the file's
 * size.
 */
final class ArrowFrames {
  private static final String FILE_MARK = "ARROW1";
  private static final int FILE_HEAD = 8; // the marker, padded
  private static final int CONTINUATION = -1;
  private static final int LARGEST_DESCRIPTION = 64 << 20;

  private final FileChannel channel;
  private long position;

  private ArrowFrames(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Checks all frames and positions the channel at the first one.
   *
   * @throws IOException if the stream is truncated or a length is invalid
   */
  static FileChannel enter(FileChannel channel) throws IOException {
    ArrowFrames frames = new ArrowFrames(channel);
    long first = frames.isFile() ? FILE_HEAD : 0;
    frames.position = first;
    while (frames.next()) {
      // checked by next()
    }
    return channel.position(first);
  }

  private boolean isFile() throws IOException {
    byte[] head = new byte[FILE_MARK.length()];
    read(head.length).get(head);
    return new String(head, StandardCharsets.US_ASCII).equals(FILE_MARK);
  }

  /** Checks the next frame; returns false at the end of the stream. */
  private boolean next() throws IOException {
    int length = read(Integer.BYTES).getInt();
    if (length == CONTINUATION) {
      length = read(Integer.BYTES).getInt();
    }
    if (length == 0) {
      return false;
    }
    if (length < 0 || length > LARGEST_DESCRIPTION) {
      throw new DamagedArrow("a description of %,d bytes".formatted(length));
    }
    long body = Message.getRootAsMessage(read(length)).bodyLength();
    if (body < 0 || body > channel.size() - position) {
      throw new DamagedArrow("it ends too early, or contains an invalid length");
    }
    position += body;
    return true;
  }

  private ByteBuffer read(int length) throws IOException {
    if (length > channel.size() - position) {
      throw new DamagedArrow("it ends too early");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new DamagedArrow("it ends too early");
      }
    }
    position += length;
    return bytes.flip();
  }
}
