package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Splits tokens outside of brackets. */
final class Slices {
  private Slices() {}

  /** Returns the indices of the wanted tokens outside of all brackets. */
  static List<Integer> outside(List<Token> tokens, Predicate<Token> wanted) {
    List<Integer> places = new ArrayList<>();
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.is(Kind.CLOSE) || token.is(Kind.END)) {
        depth--;
      }
      if (depth == 0 && wanted.test(token)) {
        places.add(i);
      }
      if (token.is(Kind.OPEN) || token.is(Kind.BEGIN)) {
        depth++;
      }
    }
    return places;
  }

  /** Returns the non-empty pieces between the given indices. */
  static List<List<Token>> between(List<Token> tokens, List<Integer> places) {
    List<List<Token>> pieces = new ArrayList<>();
    int from = 0;
    for (int place : places) {
      if (place > from) {
        pieces.add(tokens.subList(from, place));
      }
      from = place + 1;
    }
    if (from < tokens.size()) {
      pieces.add(tokens.subList(from, tokens.size()));
    }
    return pieces;
  }

  /** Returns whether the first token is a bracket that the last token closes. */
  static boolean isBracketed(List<Token> tokens) {
    if (tokens.size() < 2 || !tokens.getFirst().is(Kind.OPEN)) {
      return false;
    }
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      depth += tokens.get(i).is(Kind.OPEN) ? 1 : tokens.get(i).is(Kind.CLOSE) ? -1 : 0;
      if (depth == 0) {
        return i == tokens.size() - 1;
      }
    }
    return false;
  }

  static List<Token> inside(List<Token> tokens) {
    return tokens.subList(1, tokens.size() - 1);
  }
}
