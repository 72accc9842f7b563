package io.braid.verify.serve;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A response that was extracted from a query, which holds the prompt and the response, perhaps in a
 * chat template.
 *
 * @param response the response alone, without prompt and template
 * @param finished whether the model ended the response; in a chat template, whether an end token
 *     follows
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
   * Extracts the response from a query. The response begins after the prompt and after the first
   * assistant header that follows the prompt. If the query does not contain the prompt, the
   * response begins after the last assistant header. A response that contains a header itself gains
   * nothing from it: it is judged from the header on, or as a whole.
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
            .filter(index -> index >= 0)
            .min()
            .orElse(response.length());
    return new Query(response.substring(0, end).strip(), end < response.length());
  }
}
