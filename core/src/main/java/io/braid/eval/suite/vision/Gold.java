package io.braid.eval.suite.vision;

import io.braid.math.MathAnswers;
import io.braid.math.Strictness;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The right answer to a problem with images, by its kind. */
sealed interface Gold {
  /** Returns the answer for people and judges. */
  String shown();

  /**
   * Compares an answer, without the text around it.
   *
   * @return whether it is right; empty if it is not an answer of this kind
   */
  Optional<Boolean> isRight(String answer);

  /** Returns a key of an answer, the same for equal answers. */
  String key(String answer);

  /**
   * The letters of the right options, of which there are several in few problems.
   *
   * @param labels the letters or digits, in upper case
   * @param options the texts of all options by their letters; empty if only the image or the
   *     question has them
   */
  record Letters(Set<String> labels, Map<String, String> options) implements Gold {
    private static final Pattern SEVERAL =
        Pattern.compile("\\(?([A-Za-z0-9])\\)?\\.?(?:(?:\\s*[,;&]\\s*|\\s+(?:and\\s+)?)|$)");

    @Override
    public String shown() {
      return String.join(", ", labels);
    }

    @Override
    public Optional<Boolean> isRight(String answer) {
      return given(answer).map(labels::equals);
    }

    @Override
    public String key(String answer) {
      return given(answer).map(set -> String.join(", ", set)).orElseGet(() -> plain(answer));
    }

    /** Returns the options that an answer names by their letters, or one by its text. */
    private Optional<Set<String>> given(String answer) {
      String text = answer.strip();
      Set<String> given = new LinkedHashSet<>();
      Matcher matcher = SEVERAL.matcher(text);
      int end = 0;
      while (end < text.length() && matcher.find(end) && matcher.start() == end) {
        given.add(matcher.group(1).toUpperCase(Locale.ROOT));
        end = matcher.end();
      }
      if (end == text.length() && !given.isEmpty()) {
        return Optional.of(Set.copyOf(given)).filter(this::areOptions).map(Letters::sorted);
      }
      return options.entrySet().stream()
          .filter(option ->
              plain(option.getValue()).equals(plain(text))
                  || plain(option.getKey() + ". " + option.getValue()).equals(plain(text)))
          .map(option -> Set.of(option.getKey()))
          .reduce((_, _) -> Set.of()) // two options with the same text
          .filter(set -> !set.isEmpty());
    }

    private boolean areOptions(Set<String> given) {
      return options.isEmpty() || options.keySet().containsAll(given);
    }

    private static Set<String> sorted(Set<String> labels) {
      return new TreeSet<>(labels);
    }
  }

  /**
   * A number.
   *
   * @param value the number
   * @param decimals to how many decimals an answer is rounded before it is compared
   */
  record Number(BigDecimal value, OptionalInt decimals) implements Gold {
    @Override
    public String shown() {
      return value.toPlainString();
    }

    @Override
    public Optional<Boolean> isRight(String answer) {
      Optional<BigDecimal> number = read(answer);
      if (number.isPresent()) {
        return Optional.of(rounded(number.get()).compareTo(rounded(value)) == 0);
      }
      return new Formula(shown()).isRight(answer).filter(right -> right);
    }

    @Override
    public String key(String answer) {
      return read(answer)
          .map(number -> rounded(number).stripTrailingZeros().toPlainString())
          .orElseGet(() -> plain(answer));
    }

    private BigDecimal rounded(BigDecimal number) {
      return decimals.isPresent()
          ? number.setScale(decimals.getAsInt(), RoundingMode.HALF_EVEN)
          : number;
    }

    private static final Pattern NUMBER =
        Pattern.compile(
            "[-+]?(?:\\d{1,3}(?:,\\d{3}){1,6}|\\d{1,40})(?:\\.\\d{0,40})?|[-+]?\\.\\d{1,40}");

    /** Reads a number as people and TeX write it, without a unit. */
    static Optional<BigDecimal> read(String text) {
      String bare = text.strip().replaceAll("^\\$|\\$$|\\.$", "").replace('\u2212', '-').strip();
      return NUMBER.matcher(bare).matches()
          ? Optional.of(new BigDecimal(bare.replace(",", "").replaceFirst("\\.$", "")))
          : Optional.empty();
    }
  }

  /**
   * A formula, or a number in TeX.
   *
   * @param text as the data set writes it
   */
  record Formula(String text) implements Gold {
    @Override
    public String shown() {
      return text;
    }

    @Override
    public Optional<Boolean> isRight(String answer) {
      return Optional.of(
          plain(answer).equals(plain(text))
              || MathAnswers.compare(text, "\\boxed{" + answer + "}", Strictness.LENIENT).equal());
    }

    @Override
    public String key(String answer) {
      return plain(answer);
    }
  }

  /**
   * Words, or a list.
   *
   * @param text as the data set writes it
   */
  record Words(String text) implements Gold {
    @Override
    public String shown() {
      return text;
    }

    @Override
    public Optional<Boolean> isRight(String answer) {
      return Optional.of(plain(answer).equals(plain(text)));
    }

    @Override
    public String key(String answer) {
      return plain(answer);
    }
  }

  /**
   * Returns a text without differences in case, white space, brackets of a list and a full stop.
   */
  static String plain(String text) {
    String line = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    String bare = line.replaceAll("^\\$(.*)\\$$", "$1").replaceAll("\\.$", "").strip();
    return bare.startsWith("[") && bare.endsWith("]")
        ? bare.substring(1, bare.length() - 1).replaceAll("[\\s'\"]", "")
        : bare;
  }
}
