package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Where a parser stands in its tokens. */
final class TokenCursor {
  private final List<Token> tokens;
  private int at;

  /** Stands before the first. */
  TokenCursor(List<Token> tokens) {
    this.tokens = new ArrayList<>(tokens);
  }

  boolean more() {
    return at < tokens.size();
  }

  /** The next one, which must be there. */
  Token here() {
    return tokens.get(at);
  }

  /** The last one that was taken. */
  Token before() {
    return tokens.get(at - 1);
  }

  boolean sees(Kind kind) {
    return seesAhead(0, kind);
  }

  boolean sees(Kind kind, String text) {
    return seesAhead(0, kind, text);
  }

  boolean seesOperator(String text) {
    return sees(Kind.OPERATOR, text);
  }

  /** Whether a kind of token stands some places behind the next one. */
  boolean seesAhead(int places, Kind kind) {
    return at + places < tokens.size() && tokens.get(at + places).is(kind);
  }

  boolean seesAhead(int places, Kind kind, String text) {
    return at + places < tokens.size() && tokens.get(at + places).is(kind, text);
  }

  /** The one that stands some places behind the next one, which must be there. */
  Token ahead(int places) {
    return tokens.get(at + places);
  }

  /** Whether it was the next one, which then is behind. */
  boolean takes(Kind kind, String text) {
    if (sees(kind, text)) {
      at++;
      return true;
    }
    return false;
  }

  Token take() throws UnreadableException {
    if (!more()) {
      throw new UnreadableException("something is missing at the end");
    }
    return tokens.get(at++);
  }

  void skip(int places) {
    at += places;
  }

  /** Leaves something else in the place of the next one. */
  void replace(Token token) {
    tokens.set(at, token);
  }

  /** To come back to by {@link #goBack}. */
  int place() {
    return at;
  }

  void goBack(int place) {
    at = place;
  }

  /** What was taken from there on. */
  List<Token> since(int place) {
    return tokens.subList(place, at);
  }

  /** Takes signs; whether they make a number negative. */
  boolean takesSigns() throws UnreadableException {
    boolean negative = false;
    while (seesOperator("+") || seesOperator("-")) {
      negative ^= take().text().equals("-");
    }
    return negative;
  }
}
