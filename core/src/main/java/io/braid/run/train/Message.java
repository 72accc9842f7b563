package io.braid.run.train;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Encodes a protocol buffer message: each field has a tag with its number and wire type. */
final class Message {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Message varint(int field, long value) {
    return tag(field, 0).raw(value);
  }

  Message fixed64(int field, double value) {
    tag(field, 1).out.writeBytes(little(8).putDouble(value).array());
    return this;
  }

  Message fixed32(int field, float value) {
    tag(field, 5).out.writeBytes(little(4).putFloat(value).array());
    return this;
  }

  Message text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Message message(int field, Message value) {
    return bytes(field, value.bytes());
  }

  private Message bytes(int field, byte[] value) {
    tag(field, 2).raw(value.length).out.writeBytes(value);
    return this;
  }

  private Message tag(int field, int wireType) {
    return raw(((long) field << 3) | wireType);
  }

  private Message raw(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
