package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** The position of a parser in a list of tokens. */
final class TokenCursor {
  private final List<Token> tokens;
  private int at;

  /** Starts before the first token. */
  TokenCursor(List<Token> tokens) {
    this.tokens = new ArrayList<>(tokens);
  }

  boolean more() {
    return at < tokens.size();
  }

  /** Returns the next token, which must exist. */
  Token here() {
    return tokens.get(at);
  }

  /** Returns the token that was consumed last. */
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

  /** Returns whether the token at an offset from the next one has this kind. */
  boolean seesAhead(int places, Kind kind) {
    return at + places < tokens.size() && tokens.get(at + places).is(kind);
  }

  boolean seesAhead(int places, Kind kind, String text) {
    return at + places < tokens.size() && tokens.get(at + places).is(kind, text);
  }

  /** Returns the token at an offset from the next one, which must exist. */
  Token ahead(int places) {
    return tokens.get(at + places);
  }

  /** Consumes the next token if it is the given one; returns whether it was. */
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

  /** Replaces the next token. */
  void replace(Token token) {
    tokens.set(at, token);
  }

  /** Returns the position, for {@link #goBack}. */
  int place() {
    return at;
  }

  void goBack(int place) {
    at = place;
  }

  /** Returns the tokens consumed since a position. */
  List<Token> since(int place) {
    return tokens.subList(place, at);
  }

  /** Consumes plus and minus signs; returns whether they negate a number. */
  boolean takesSigns() throws UnreadableException {
    boolean negative = false;
    while (seesOperator("+") || seesOperator("-")) {
      negative ^= take().text().equals("-");
    }
    return negative;
  }
}
