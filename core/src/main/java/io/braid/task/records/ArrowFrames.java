package io.braid.task.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flatbuf.Message;

/**
 * The frames of an Arrow stream: each is a mark, the length of a description, the description, and
 * as many bytes as it says. The library allocates what a length says; this goes through all of them
 * first, so that none is larger than what is there.
 */
final class ArrowFrames {
  private static final String FILE_MARK = "ARROW1";
  private static final int FILE_HEAD = 8; // the mark, padded
  private static final int CONTINUATION = -1;
  private static final int LARGEST_DESCRIPTION = 64 << 20;

  private final FileChannel channel;
  private long position;

  private ArrowFrames(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Checks all frames and leaves the channel at the first one.
   *
   * @throws IOException when the stream is cut or a length is wrong
   */
  static FileChannel enter(FileChannel channel) throws IOException {
    ArrowFrames frames = new ArrowFrames(channel);
    long first = frames.isFile() ? FILE_HEAD : 0;
    frames.position = first;
    while (frames.next()) {
      // goes on
    }
    return channel.position(first);
  }

  private boolean isFile() throws IOException {
    byte[] head = new byte[FILE_MARK.length()];
    read(head.length).get(head);
    return new String(head, StandardCharsets.US_ASCII).equals(FILE_MARK);
  }

  /** Whether there was another frame. */
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
      throw new DamagedArrow("it ends too early, or a length in it is wrong");
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
