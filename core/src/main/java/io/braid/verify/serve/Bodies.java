package io.braid.verify.serve;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of requests into memory that all of them share. A body takes its part of it as
 * it arrives and keeps it until its request is answered; when nothing is left, a request is told to
 * come back.
 */
final class Bodies {
  private static final int CHUNK = 64 << 10;

  /** A body, its JSON and the texts taken from it stand in memory together. */
  private static final int SHARE_OF_HEAP = 8;

  private final int mostBytes;
  private final Semaphore chunks;

  Bodies(int mostBytes) {
    this(mostBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * Memory for bodies.
   *
   * @param mostBytes of one body
   * @param allBytes of all bodies at once; never less than one of them
   */
  Bodies(int mostBytes, long allBytes) {
    this.mostBytes = mostBytes;
    long count = Math.ceilDiv(Math.max(allBytes, mostBytes + 1L), CHUNK);
    this.chunks = new Semaphore((int) Math.min(count, Integer.MAX_VALUE));
  }

  /** A body that holds its part of the memory until it is closed. */
  final class Body implements AutoCloseable {
    private final List<byte[]> parts = new ArrayList<>();

    private Body() {}

    InputStream stream() {
      return new SequenceInputStream(
          Collections.enumeration(parts.stream().map(ByteArrayInputStream::new).toList()));
    }

    private void readFrom(InputStream in) throws IOException, Refusal {
      long length = 0;
      byte[] buffer = new byte[CHUNK];
      while (true) {
        if (!chunks.tryAcquire()) {
          throw new Refusal(503, "no memory for more requests at once; come back");
        }
        int read;
        try {
          read = in.readNBytes(buffer, 0, CHUNK);
          length += read;
          parts.add(Arrays.copyOf(buffer, read)); // holds the chunk from now on
        } catch (IOException | RuntimeException e) {
          chunks.release();
          throw e;
        }
        if (length > mostBytes) {
          throw tooLarge();
        }
        if (read < CHUNK) {
          return;
        }
      }
    }

    @Override
    public void close() {
      chunks.release(parts.size());
      parts.clear();
    }
  }

  /** Reads a body no further than it may be long; one that says so itself is not read at all. */
  Body read(HttpExchange exchange) throws IOException, Refusal {
    refuseTooLarge(exchange);
    Body body = new Body();
    try {
      body.readFrom(exchange.getRequestBody());
      return body;
    } catch (IOException | Refusal | RuntimeException e) {
      body.close();
      throw e;
    }
  }

  /** Looks only at what the headers say. */
  private void refuseTooLarge(HttpExchange exchange) throws Refusal {
    Optional<String> length =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length"));
    if (length.filter(said -> said.matches("\\d{1,18}")).map(Long::parseLong).orElse(0L)
        > mostBytes) {
      throw tooLarge();
    }
  }

  private Refusal tooLarge() {
    return new Refusal(413, "a body above %s bytes; send fewer at a time".formatted(mostBytes));
  }
}
