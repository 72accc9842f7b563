package io.braid.app.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Prints responses that grow at the same time: one after another, the current one piece by piece.
 * What the later ones already have is printed when their turn comes.
 */
public final class ResponseStream {
  private final PrintStream out;
  private final int samples;
  private final IntFunction<String> heading;
  private final List<StringBuilder> waiting = new ArrayList<>();
  private final boolean[] ended;
  private int current;
  private boolean begun;

  /**
   * Creates a stream.
   *
   * @param prompts number of prompts
   * @param samples number of responses to each prompt
   * @param heading the line before the responses to a prompt; empty for none
   */
  public ResponseStream(PrintStream out, int prompts, int samples, IntFunction<String> heading) {
    this.out = out;
    this.samples = samples;
    this.heading = heading;
    this.ended = new boolean[prompts * samples];
    for (int r = 0; r < ended.length; r++) {
      waiting.add(new StringBuilder());
    }
  }

  /** Adds text to a response. */
  public void text(int prompt, int sample, String piece) {
    int response = prompt * samples + sample;
    waiting.get(response).append(piece);
    if (response == current) {
      print();
    }
  }

  /** Ends a response. */
  public void end(int prompt, int sample) {
    ended[prompt * samples + sample] = true;
    while (current < ended.length && ended[current]) {
      print();
      out.println();
      current++;
      begun = false;
      if (current < ended.length) {
        print();
      }
    }
    out.flush();
  }

  private void print() {
    if (!begun) {
      begun = true;
      String line = current % samples == 0 ? heading.apply(current / samples) : "";
      if (!line.isEmpty()) {
        out.println(Printable.line(line));
      }
    }
    StringBuilder text = waiting.get(current);
    out.print(Printable.text(text.toString()));
    text.setLength(0);
    out.flush();
  }
}
