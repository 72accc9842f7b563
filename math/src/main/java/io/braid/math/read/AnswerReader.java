package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import io.braid.math.value.Answer;
import io.braid.math.value.Answer.Link;
import io.braid.math.value.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a normalised answer: first its kind, then its parts. An answer of no known kind becomes
 * text.
 */
public final class AnswerReader {
  private static final WordLists LISTS = WordLists.of(AnswerReader.class);

  private static final int LONGEST = 2000;
  private static final int MOST_ITEMS = 64;
  static final int DEEPEST = 8;
  private static final Set<String> AND = LISTS.set("AnswerReader.AND");
  private static final Set<String> OR = LISTS.set("AnswerReader.OR");

  /** Relations whose left side may be missing, {@code = 5}. */
  private static final Set<String> OPENING = LISTS.set("AnswerReader.OPENING");

  /** A short first name, {@code Amy}, which is not a product of letters. */
  private static final Pattern FIRST_NAME = Pattern.compile("[A-Z](?:[aeiouy][a-z]|[a-z][aeiouy])");

  private AnswerReader() {}

  /** Reads normalised text in which commas between digits may separate thousands. */
  public static Answer read(String normalised) {
    return read(normalised, true);
  }

  /** Reads normalised text in which commas between digits separate answers. */
  public static Answer readUngrouped(String normalised) {
    return read(normalised, false);
  }

  private static Answer read(String normalised, boolean grouping) {
    if (normalised.length() > LONGEST) {
      return new Answer.Words(WordText.key(normalised.substring(0, LONGEST)) + "…");
    }
    Optional<Answer> choice = ChoiceText.read(normalised);
    if (choice.isPresent()) {
      return choice.get();
    }
    try {
      return answer(Lexer.tokens(normalised, grouping), 0);
    } catch (UnreadableException e) {
      return new Answer.Words(WordText.key(normalised));
    }
  }

  private static Answer answer(List<Token> given, int depth) throws UnreadableException {
    if (depth > DEEPEST) {
      throw new UnreadableException("too deep");
    }
    List<Token> tokens = trimmed(given);
    if (tokens.isEmpty()) {
      throw new UnreadableException("nothing");
    }
    if (link(given.getFirst()).isPresent() && given.getFirst().text().strip().contains(" ")) {
      throw new UnreadableException("words before it"); // anything or 5
    }
    Optional<Answer> listing = listing(tokens, depth);
    return listing.isPresent() ? listing.get() : item(tokens, depth);
  }

  private static List<Token> trimmed(List<Token> tokens) {
    int from = 0;
    int to = tokens.size();
    while (from < to && isSeparator(tokens.get(from))) {
      from++;
    }
    while (to > from && isSeparator(tokens.get(to - 1))) {
      to--;
    }
    return tokens.subList(from, to);
  }

  private static boolean isSeparator(Token token) {
    return token.is(Kind.COMMA) || token.is(Kind.SEMICOLON) || link(token).isPresent();
  }

  /**
   * Returns how a token joins two answers. It does so if it is "and" or "or", possibly after a
   * comma or a remark in the same token.
   */
  private static Optional<Link> link(Token token) {
    if (!token.is(Kind.TEXT) && !token.is(Kind.WORD)) {
      return Optional.empty();
    }
    String text = token.text().toLowerCase(Locale.ROOT).replace(',', ' ').strip();
    String last = text.substring(text.lastIndexOf(' ') + 1);
    boolean remark = token.is(Kind.TEXT) && text.chars().noneMatch(Character::isDigit);
    boolean only = text.equals(last) || remark;
    if (only && AND.contains(last) && (last.length() > 1 || token.is(Kind.TEXT))) {
      return Optional.of(Link.AND);
    }
    return only && OR.contains(last) ? Optional.of(Link.OR) : Optional.empty();
  }

  private static Optional<Answer> listing(List<Token> tokens, int depth)
      throws UnreadableException {
    List<Integer> strong = Slices.outside(tokens, t -> t.is(Kind.SEMICOLON) || link(t).isPresent());
    boolean or = strong.stream().anyMatch(i -> link(tokens.get(i)).equals(Optional.of(Link.OR)));
    List<List<Token>> groups =
        Slices.between(tokens, strong).stream()
            .map(AnswerReader::trimmed)
            .filter(group -> !group.isEmpty())
            .toList();
    List<Answer> items = new ArrayList<>();
    boolean nested = groups.size() > 1 && groups.stream().allMatch(AnswerReader::isSystem);
    for (List<Token> group : groups) {
      List<Answer> parts = parts(group, depth);
      if (nested) {
        items.add(new Answer.Listing(parts, Link.AND));
      } else {
        items.addAll(parts);
      }
    }
    if (items.size() > MOST_ITEMS) {
      throw new UnreadableException("too many answers");
    }
    return items.size() > 1
        ? Optional.of(new Answer.Listing(items, or ? Link.OR : Link.AND))
        : Optional.empty();
  }

  /** Reads several equations that belong together, such as {@code p = 5, q = 2}. */
  private static boolean isSystem(List<Token> group) {
    List<List<Token>> parts = Slices.between(group, Slices.outside(group, t -> t.is(Kind.COMMA)));
    return parts.size() > 1
        && parts.stream().allMatch(part -> part.stream().anyMatch(t -> t.is(Kind.RELATION, "=")));
  }

  private static List<Answer> parts(List<Token> group, int depth) throws UnreadableException {
    List<List<Token>> pieces = Slices.between(group, Slices.outside(group, t -> t.is(Kind.COMMA)));
    List<Answer> parts = new ArrayList<>();
    if (pieces.size() > MOST_ITEMS) {
      throw new UnreadableException("too many answers");
    }
    for (List<Token> piece : pieces) {
      parts.add(item(trimmed(piece), depth));
    }
    return parts;
  }

  static Answer item(List<Token> tokens, int depth) throws UnreadableException {
    if (tokens.isEmpty()) {
      throw new UnreadableException("nothing");
    }
    if (tokens.stream().anyMatch(AnswerReader::isTwofold)) {
      return new Answer.Listing(
          List.of(item(signed(tokens, "+", "-"), depth), item(signed(tokens, "-", "+"), depth)),
          tokens.stream().anyMatch(t -> t.is(Kind.RELATION, "≠")) ? Link.AND : Link.OR);
    }
    boolean words = tokens.stream().allMatch(t -> t.is(Kind.WORD) || ValueReader.isProse(t));
    boolean name = tokens.size() == 1 && FIRST_NAME.matcher(tokens.getFirst().text()).matches();
    if (words && (name || tokens.stream().anyMatch(ValueReader::isProse))) {
      return prose(tokens);
    }
    List<Integer> unions = Slices.outside(tokens, AnswerReader::combines);
    if (!unions.isEmpty() && relations(tokens).isEmpty()) {
      return combined(tokens, unions, depth);
    }
    return single(tokens, depth);
  }

  private static boolean isTwofold(Token token) {
    return token.is(Kind.OPERATOR, "±") || token.is(Kind.OPERATOR, "∓");
  }

  private static List<Token> signed(List<Token> tokens, String plusMinus, String minusPlus) {
    return tokens.stream()
        .map(token ->
            token.is(Kind.OPERATOR, "±")
                ? new Token(Kind.OPERATOR, plusMinus, token.spaced())
                : token.is(Kind.OPERATOR, "∓")
                    ? new Token(Kind.OPERATOR, minusPlus, token.spaced())
                    : token)
        .toList();
  }

  private static Answer prose(List<Token> tokens) {
    String text = tokens.stream().map(Token::text).collect(Collectors.joining(" "));
    return prose(text);
  }

  private static Answer prose(String text) {
    List<String> pieces =
        Arrays.stream(text.split("[,;]", MOST_ITEMS))
            .map(String::strip)
            .filter(p -> !p.isEmpty())
            .toList();
    Optional<Answer> letters = ChoiceText.several(text);
    if (letters.isPresent()) {
      return letters.get();
    }
    if (pieces.size() > 1) {
      return new Answer.Listing(pieces.stream().map(AnswerReader::prose).toList(), Link.AND);
    }
    return ChoiceText.read(text).orElseGet(() -> new Answer.Words(WordText.key(text)));
  }

  private static boolean combines(Token token) {
    return token.is(Kind.UNION) || token.is(Kind.OPERATOR, "∖");
  }

  private static Answer combined(List<Token> tokens, List<Integer> places, int depth)
      throws UnreadableException {
    List<Answer> parts = new ArrayList<>();
    for (List<Token> piece : Slices.between(tokens, places)) {
      parts.add(answer(piece, depth + 1));
    }
    if (parts.size() != places.size() + 1) {
      throw new UnreadableException("a set is missing");
    }
    return new Answer.Combined(parts, places.stream().map(i -> tokens.get(i).text()).toList());
  }

  private static List<Integer> relations(List<Token> tokens) {
    return Slices.outside(tokens, t -> t.is(Kind.RELATION));
  }

  private static Answer single(List<Token> tokens, int depth) throws UnreadableException {
    if (!relations(tokens).isEmpty()) {
      return relation(tokens, relations(tokens), depth);
    }
    List<Integer> colons = Slices.outside(tokens, t -> t.is(Kind.OPERATOR, ":"));
    if (!colons.isEmpty()) {
      return ratio(tokens, colons);
    }
    if (Slices.isBracketed(tokens) || isHalfOpen(tokens)) {
      Optional<Answer> bracketed = bracketed(tokens, depth);
      if (bracketed.isPresent()) {
        return bracketed.get();
      }
    }
    return ValueReader.read(tokens);
  }

  /** Returns whether the tokens are a half-open interval: {@code [0, 1)} or {@code ]0, 1]}. */
  private static boolean isHalfOpen(List<Token> tokens) {
    return tokens.size() > 2
        && (tokens.getFirst().is(Kind.OPEN) || tokens.getFirst().is(Kind.CLOSE, "]"))
        && (tokens.getLast().is(Kind.CLOSE) || tokens.getLast().is(Kind.OPEN, "["))
        && Slices.outside(tokens.subList(1, tokens.size() - 1), AnswerReader::parts).size() == 1;
  }

  private static boolean parts(Token token) {
    return token.is(Kind.COMMA) || token.is(Kind.SEMICOLON);
  }

  private static Optional<Answer> bracketed(List<Token> tokens, int depth)
      throws UnreadableException {
    List<Token> inside = trimmed(Slices.inside(tokens));
    String open = tokens.getFirst().text();
    boolean several = !Slices.outside(inside, AnswerReader::parts).isEmpty();
    boolean related = !relations(inside).isEmpty();
    if (inside.isEmpty()) {
      Answer empty = new Answer.Value(new Expr.Symbol("\\emptyset"), "∅", "");
      return open.equals("\\{") ? Optional.of(empty) : Optional.empty();
    }
    return switch (open) {
      case "\\{" ->
          Optional.of(
              isBuilt(inside)
                  ? answer(inside.subList(bar(inside) + 1, inside.size()), depth + 1)
                  : set(inside, Link.SET, depth));
      case "{" ->
          several
              ? Optional.of(set(inside, Link.GROUP, depth))
              : Optional.of(answer(inside, depth + 1));
      case "(", "[", "⟨", "]" -> {
        if (several) {
          yield Optional.of(tuple(tokens, inside, depth));
        }
        yield related || isWords(inside)
            ? Optional.of(answer(inside, depth + 1))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  /** Returns whether the braces hold a set in builder notation, {@code {x | x > 3}}. */
  private static boolean isBuilt(List<Token> inside) {
    int bar = bar(inside);
    return bar > 0
        && inside.size() > bar + 2
        && inside.getFirst().is(Kind.SYMBOL)
        && !relations(inside.subList(bar + 1, inside.size())).isEmpty();
  }

  /**
   * Returns the index of the bar in builder notation, after the variable and its domain; 0 if there
   * is none.
   */
  private static int bar(List<Token> inside) {
    int at = inside.size() > 3 && inside.get(1).is(Kind.RELATION, "∈") ? 3 : 1;
    boolean bar =
        at < inside.size()
            && (inside.get(at).is(Kind.OPERATOR, "|") || inside.get(at).is(Kind.OPERATOR, ":"));
    return bar ? at : 0;
  }

  private static boolean isWords(List<Token> tokens) {
    return tokens.stream().allMatch(ValueReader::isProse) || Slices.isBracketed(tokens);
  }

  private static Answer set(List<Token> inside, Link link, int depth) throws UnreadableException {
    List<Answer> items = new ArrayList<>();
    Answer held = answer(inside, depth + 1);
    if (held instanceof Answer.Listing(List<Answer> parts, _)) {
      items.addAll(parts);
    } else {
      items.add(held);
    }
    return new Answer.Listing(items, link);
  }

  private static Answer tuple(List<Token> tokens, List<Token> inside, int depth)
      throws UnreadableException {
    List<Integer> semicolons = Slices.outside(inside, t -> t.is(Kind.SEMICOLON));
    List<List<Token>> pieces =
        Slices.between(
            inside,
            semicolons.isEmpty() ? Slices.outside(inside, t -> t.is(Kind.COMMA)) : semicolons);
    if (pieces.size() > MOST_ITEMS) {
      throw new UnreadableException("too many terms");
    }
    List<Answer> items = new ArrayList<>();
    for (List<Token> piece : pieces) {
      items.add(answer(piece, depth + 1));
    }
    String open = tokens.getFirst().text();
    String close = tokens.getLast().text();
    return new Answer.Tuple(open.equals("]") ? "(" : open, items, close.equals("[") ? ")" : close);
  }

  private static Answer relation(List<Token> tokens, List<Integer> places, int depth)
      throws UnreadableException {
    List<Answer> sides = new ArrayList<>();
    List<String> signs = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= places.size(); i++) {
      int to = i < places.size() ? places.get(i) : tokens.size();
      if (to > from) {
        sides.add(side(tokens.subList(from, to), depth));
        if (i < places.size()) {
          signs.add(tokens.get(to).text());
        }
      } else if (i < places.size() && !signs.isEmpty()) {
        throw new UnreadableException("a side is missing");
      } else if (i == 0 && !OPENING.contains(tokens.get(to).text())) {
        sides.add(new Answer.Words(""));
        signs.add(tokens.get(to).text());
      }
      from = to + 1;
    }
    if (sides.isEmpty()) {
      throw new UnreadableException("both sides are missing");
    }
    while (signs.size() >= sides.size()) {
      if (!OPENING.contains(signs.removeLast())) {
        throw new UnreadableException("a side is missing");
      }
    }
    return sides.size() == 1 ? sides.getFirst() : new Answer.Relation(sides, signs);
  }

  /**
   * Reads one side of a relation; a side that cannot be read, such as the name of a thing, becomes
   * text.
   */
  private static Answer side(List<Token> tokens, int depth) {
    try {
      return answer(tokens, depth + 1);
    } catch (UnreadableException e) {
      return new Answer.Words(ValueReader.written(tokens));
    }
  }

  private static Answer ratio(List<Token> tokens, List<Integer> colons) throws UnreadableException {
    List<Expr> terms = new ArrayList<>();
    String unit = "";
    for (List<Token> piece : Slices.between(tokens, colons)) {
      int end = ValueReader.unitStart(piece);
      terms.add(ExprParser.parse(piece.subList(0, end)));
      unit = ValueReader.written(piece.subList(end, piece.size()));
    }
    if (terms.size() != colons.size() + 1) {
      throw new UnreadableException("a term is missing");
    }
    Token last = tokens.get(colons.getFirst() + 1);
    boolean clock = terms.size() == 2 && last.is(Kind.NUMBER) && last.text().length() == 2;
    return new Answer.Ratio(terms, clock, WordText.key(unit).replace(" ", ""));
  }
}
