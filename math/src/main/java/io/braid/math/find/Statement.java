package io.braid.math.find;

import io.braid.math.read.WordLists;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the numbers and formulas in a sentence and their roles: in {@code Rosie can run 50 miles in
 * 7 hours}, 50 is stated and 7 only describes it.
 */
final class Statement {
  private static final WordLists LISTS = WordLists.of(Statement.class);

  /** The role of a number in a sentence. */
  enum Role {
    /** The sentence states it. */
    STATED,
    /** It is a difference or a ratio: {@code 3 more than before}. */
    COMPARED,
    /** It belongs to a circumstance, a reason or a calculation. */
    ASIDE,
    /** The sentence denies it. */
    DENIED
  }

  /**
   * A number or a formula.
   *
   * @param text the number or formula
   * @param start its start
   * @param end the position after it
   * @param role its role in the sentence
   * @param alternative whether "or" joins it to the previous mention
   */
  record Mention(String text, int start, int end, Role role, boolean alternative) {}

  private static final Pattern PIECE =
      Pattern.compile("[\\p{L}][\\p{L}\\p{M}'’]*|\\\\ne(?:q)?\\b|[,;:()=≈≠/]");

  /** Words that begin a phrase, which ends at the next verb or comma. */
  private static final Set<String> PHRASES = LISTS.set("Statement.PHRASES");

  /**
   * Words that begin a clause, which ends at the next comma, or after a number at the end of the
   * sentence.
   */
  private static final Set<String> CLAUSES = LISTS.set("Statement.CLAUSES");

  /** Verbs of main clauses; they end a phrase. */
  private static final Set<String> VERBS = LISTS.set("Statement.VERBS");

  private static final Set<String> COPULAS = LISTS.set("Statement.COPULAS");

  private static final Set<String> DENIALS = LISTS.set("Statement.DENIALS");

  /** Words that extend a denial before them to the end of the clause: {@code not true that}. */
  private static final Set<String> DENIED_CLAIMS = LISTS.set("Statement.DENIED_CLAIMS");

  private static final Set<String> EXCLUDING = LISTS.set("Statement.EXCLUDING");

  /** Words before a number that was already mentioned: {@code the 3 friends}. */
  private static final Set<String> KNOWN = LISTS.set("Statement.KNOWN");

  private static final Set<String> TURNS = LISTS.set("Statement.TURNS");

  private static final Set<String> OR = LISTS.set("Statement.OR");

  private static final Set<String> OF = LISTS.set("Statement.OF");

  private static final Set<String> KNOWN_WORDS =
      Stream.of(PHRASES, CLAUSES, VERBS, DENIALS, KNOWN, OF, Set.of("and", "or", "to"))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Words of a comparison. A denial before them does not deny a number: {@code not more than}. */
  private static final Set<String> LIMITING = LISTS.set("Statement.LIMITING");

  private static final Set<String> RELATIVE_PRONOUNS = LISTS.set("Statement.RELATIVE_PRONOUNS");

  /** Words after {@code to} that are not verbs. */
  private static final Set<String> BEFORE_NUMBERS = LISTS.set("Statement.BEFORE_NUMBERS");

  /** Words that deny the claim after them: {@code it is false that}. */
  private static final Set<String> FALSE = LISTS.set("Statement.FALSE");

  private static final Set<String> SUMS = LISTS.set("Statement.SUMS");

  private static final Pattern COMPARING =
      Pattern.compile(
          "(?i)(?:\\s+(?:%|percent|times|[a-z]+))?\\s+(?:more|less|fewer|greater|older|younger|larger|smaller|higher|lower|longer|shorter|taller)\\b"
              + "|\\s+times\\b");

  private static final Pattern DENIED_BEHIND =
      Pattern.compile(
          "(?i)(?:\\s+[a-z]{1,12}){0,2}?\\s+(?:(?:is|are|was|were)"
              + " (?:not|wrong|incorrect|false)|(?:is|are|was|were)n['’]t)\\b");

  /** Words that turn the number before them into a bound. */
  private static final Pattern OR_MORE =
      Pattern.compile("(?i)\\s+or (?:more|less|fewer|greater|higher|lower|above|below)\\b");

  private static final Pattern SYMBOL = Pattern.compile("\\s*\\\\?[A-Za-z]+(?:_.{1,4})?\\s*");

  private final List<Mention> mentions = new ArrayList<>();
  private final String sentence;

  /** Whether the current position of the sentence is in a phrase. */
  private boolean phrase;

  private boolean clause;
  private boolean toTheEnd;
  private boolean denied;
  private boolean excluded;
  private boolean known;
  private boolean relative;
  private boolean or;
  private int brackets;
  private int words;
  private int allWords;
  private boolean understood;

  private Statement(String sentence) {
    this.sentence = sentence;
  }

  /** Reads a sentence without its labels, such as {@code Step 5:}. */
  static Statement of(String sentence) {
    Statement statement = new Statement(Labels.blanked(sentence));
    statement.read();
    return statement;
  }

  private void read() {
    int at = 0;
    for (Mention found : places(sentence)) {
      if (found.start() < at) {
        continue;
      }
      between(sentence.substring(at, found.start()));
      mentions.add(
          new Mention(found.text(), found.start(), found.end(), role(found), isAlternative()));
      denied = false;
      relative = false;
      known = false;
      or = false;
      words = 0;
      at = found.end();
    }
  }

  /** Returns the formulas, and the numbers outside of them, in their order. */
  private static List<Mention> places(String text) {
    List<Mention> places = new ArrayList<>();
    for (Formulas.Span span : Formulas.readable(text)) {
      if (!SYMBOL.matcher(span.content()).matches()) {
        String content = Formulas.withPercent(text, span);
        places.add(new Mention(content, span.start(), span.end(), Role.STATED, false));
      }
    }
    List<Mention> formulas = List.copyOf(places);
    Numbers numbers = new Numbers(text, 0);
    for (Optional<Numbers.Span> next = numbers.next(); next.isPresent(); next = numbers.next()) {
      Numbers.Span span = next.get();
      boolean inside =
          formulas.stream().anyMatch(f -> f.start() <= span.start() && span.start() < f.end());
      if (!inside) {
        places.add(new Mention(span.text(), span.start(), span.end(), Role.STATED, false));
      }
    }
    places.sort((a, b) -> Integer.compare(a.start(), b.start()));
    return places;
  }

  private boolean isAlternative() {
    return or && !mentions.isEmpty() && words < 6;
  }

  private Role role(Mention found) {
    String rest = sentence.substring(found.end());
    boolean first = mentions.isEmpty();
    if (OR_MORE.matcher(rest).lookingAt()) {
      return Role.DENIED;
    }
    if (denied || excluded || or && first || DENIED_BEHIND.matcher(rest).lookingAt()) {
      return Role.DENIED;
    }
    boolean compound = rest.length() > 1 && rest.charAt(0) == '-' && isLetter(rest.charAt(1));
    if (phrase || clause || known || brackets > 0 || compound) {
      return Role.ASIDE;
    }
    boolean compared = COMPARING.matcher(rest).lookingAt();
    return !compared ? Role.STATED : relative ? Role.ASIDE : Role.COMPARED;
  }

  private static boolean isLetter(char c) {
    return Character.isLetter(c);
  }

  /** Reads the words between two numbers. */
  private void between(String gap) {
    Matcher pieces = PIECE.matcher(gap);
    List<String> all = new ArrayList<>();
    while (pieces.find()) {
      all.add(pieces.group().toLowerCase(Locale.ROOT).replace('’', '\''));
    }
    for (int i = 0; i < all.size(); i++) {
      String next = i + 1 < all.size() ? all.get(i + 1) : "";
      String before = i > 0 ? all.get(i - 1) : "";
      piece(before, all.get(i), next);
    }
  }

  private void piece(String before, String piece, String next) {
    switch (piece) {
      case "," -> {
        main(toTheEnd);
        relative = false;
      }
      case ";", ":" -> main(false);
      case "=", "≈" -> {
        main(false);
        mentions.replaceAll(Statement::aside);
      }
      case "≠", "\\ne", "\\neq" -> denied = true;
      case "(" -> brackets++;
      case ")" -> brackets = Math.max(0, brackets - 1);
      case "/" -> or |= words == 0 && !mentions.isEmpty();
      default -> word(before, piece, next);
    }
  }

  private static Mention aside(Mention mention) {
    return mention.role() == Role.DENIED
        ? mention
        : new Mention(mention.text(), mention.start(), mention.end(), Role.ASIDE, false);
  }

  /** Continues with the main clause, unless a clause extends to the end of the sentence. */
  private void main(boolean stays) {
    denied = false;
    excluded = false;
    if (!stays) {
      phrase = false;
      clause = false;
      toTheEnd = false;
    }
  }

  private void word(String before, String word, String next) {
    words++;
    allWords++;
    understood |= KNOWN_WORDS.contains(word);
    boolean exchange =
        word.equals("rather") && next.equals("than") || word.equals("instead") && next.equals("of");
    known = next.isEmpty() && KNOWN.contains(word);
    if (exchange) {
      denied = true;
    } else if (deniesClaim(word, next)) {
      excluded = true;
    } else if (EXCLUDING.contains(word)) {
      excluded = true;
    } else if (excluded && word.equals("but")) {
      return;
    } else if (TURNS.contains(word)) {
      main(false);
    } else if (DENIALS.contains(word)
        || word.endsWith("n't")
        || word.equals("no") && (next.equals("longer") || COPULAS.contains(next))) {
      denied |= !relative;
    } else if (LIMITING.contains(word)) {
      denied &= before.equals("other");
    } else if (word.equals("and")) {
      phrase &= next.isEmpty();
    } else if (OR.contains(word)) {
      or = true;
    } else if (RELATIVE_PRONOUNS.contains(word)) {
      relative = true;
    } else if (VERBS.contains(word)) {
      phrase &= before.equals("to");
      denied &= !COPULAS.contains(word) || before.equals("no") || DENIALS.contains(before);
    } else if (CLAUSES.contains(word)) {
      clause = true;
      toTheEnd |= isSomethingStated();
    } else if (OF.contains(word)) {
      phrase |= !next.isEmpty() && isSomethingStated();
    } else if (word.equals("to")) {
      boolean verb = next.length() > 1 && !BEFORE_NUMBERS.contains(next);
      phrase |= verb && !SUMS.contains(before) && !before.equals("need") && !before.equals("needs");
    } else if (PHRASES.contains(word)) {
      phrase = true;
    }
  }

  private static boolean deniesClaim(String word, String next) {
    boolean denial = word.equals("not") || word.equals("cannot") || word.endsWith("n't");
    boolean claim = FALSE.contains(word);
    return denial && DENIED_CLAIMS.contains(next)
        || claim && next.equals("that")
        || word.equals("no") && next.equals("answer");
  }

  private boolean isSomethingStated() {
    return mentions.stream().anyMatch(m -> m.role() == Role.STATED || m.role() == Role.COMPARED);
  }

  /** Returns all numbers and formulas of the sentence. */
  List<Mention> mentions() {
    return mentions;
  }

  /** Returns the mentions that have a given role. */
  private List<Mention> in(Role role) {
    return mentions.stream().filter(m -> m.role() == role).toList();
  }

  /** Returns whether the sentence denies all its numbers and formulas. */
  boolean isDenied() {
    return !mentions.isEmpty() && in(Role.DENIED).size() == mentions.size();
  }

  /** Returns several alternatives joined with "or" as one answer. */
  Optional<String> alternatives() {
    List<Mention> stated = in(Role.STATED);
    for (int i = 1; i < stated.size(); i++) {
      if (stated.get(i).alternative()) {
        return Optional.of(stated.get(i - 1).text() + " \\text{ or } " + stated.get(i).text());
      }
    }
    return Optional.empty();
  }

  /** Returns the only stated number; if none is stated, the only mentioned number. */
  Optional<String> only() {
    for (Role role : List.of(Role.STATED, Role.COMPARED, Role.ASIDE)) {
      List<String> found = in(role).stream().map(Mention::text).distinct().toList();
      if (!found.isEmpty()) {
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether the sentence contains no known word, so that the roles of its numbers are
   * unknown.
   */
  boolean isForeign() {
    return allWords > 0 && !understood;
  }

  /** Returns the number at the start of the sentence. */
  Optional<String> leading() {
    return mentions.stream()
        .filter(m -> m.role() == Role.STATED && sentence.substring(0, m.start()).length() < 3)
        .map(Mention::text)
        .findFirst();
  }
}
