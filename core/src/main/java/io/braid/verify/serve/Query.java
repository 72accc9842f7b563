package io.braid.verify.serve;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A response as it stands in a query, behind its prompt and perhaps in a chat template.
 *
 * @param response without what is around it
 * @param finished whether it ended by itself: in a chat template, whether an end mark follows
 */
record Query(String response, boolean finished) {
  private static final List<String> HEADERS =
      List.of(
          "<|im_start|>assistant\n",
          "<|start_header_id|>assistant<|end_header_id|>\n\n",
          "<|start_header_id|>assistant<|end_header_id|>\n",
          "<｜Assistant｜>");
  private static final List<String> ENDS =
      List.of(
          "<|im_end|>",
          "<|endoftext|>",
          "<|eot_id|>",
          "<|end_of_text|>",
          "<｜end▁of▁sentence｜>",
          "</s>");

  /**
   * Takes a query apart. The response begins behind the prompt, and behind the first header of the
   * assistant that follows it; where the prompt is not in the query, behind the last header. A
   * response that holds a header itself cannot win by that: it is judged from there on or whole.
   */
  static Query of(String query, String prompt) {
    int at = prompt.isEmpty() ? -1 : query.indexOf(prompt);
    if (at < 0) {
      return HEADERS.stream()
          .filter(query::contains)
          .max(Comparator.comparingInt(query::lastIndexOf))
          .map(header -> templated(query.substring(query.lastIndexOf(header) + header.length())))
          .orElseGet(() -> new Query(query, true));
    }
    String rest = query.substring(at + prompt.length());
    if (HEADERS.stream().anyMatch(header -> prompt.strip().endsWith(header.strip()))) {
      return templated(rest);
    }
    Optional<String> header =
        HEADERS.stream().filter(rest::contains).min(Comparator.comparingInt(rest::indexOf));
    return header
        .map(first -> templated(rest.substring(rest.indexOf(first) + first.length())))
        .orElseGet(() -> new Query(rest, true));
  }

  private static Query templated(String response) {
    int end =
        ENDS.stream()
            .mapToInt(response::indexOf)
            .filter(place -> place >= 0)
            .min()
            .orElse(response.length());
    return new Query(response.substring(0, end).strip(), end < response.length());
  }
}
