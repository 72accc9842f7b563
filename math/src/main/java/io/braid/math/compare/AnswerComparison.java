package io.braid.math.compare;

import static io.braid.math.compare.Comparison.EQUAL;
import static io.braid.math.compare.Comparison.UNDECIDED;
import static io.braid.math.compare.Comparison.different;
import static io.braid.math.compare.Comparison.equalOr;

import io.braid.math.read.ExprParser;
import io.braid.math.read.Phrases;
import io.braid.math.read.WordText;
import io.braid.math.value.Answer;
import io.braid.math.value.Answer.Link;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares two answers, each kind by its own rules. */
public final class AnswerComparison {
  private final Tolerance tolerance;

  /** Creates a comparison with a tolerance. */
  public AnswerComparison(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  private boolean lenient() {
    return tolerance.lenient();
  }

  /**
   * Compares an answer with the reference; the outcome is never undecided.
   *
   * @param reference the parsed reference
   * @param answer the parsed answer
   */
  public Comparison compare(Answer reference, Answer answer) {
    Answer gold = asSet(withoutCondition(unwrapped(reference)), answer);
    Answer given = asSet(withoutCondition(unwrapped(answer)), reference);
    if (gold.equals(given)) {
      return EQUAL;
    }
    Comparison times = Clock.compare(gold, given);
    if (times != UNDECIDED) {
      return times;
    }
    if (isQuestion(gold, given)) {
      return different("not solved");
    }
    Comparison sets = regions(gold, given);
    if (sets != UNDECIDED) {
      return sets;
    }
    if (gold instanceof Answer.Relation || given instanceof Answer.Relation) {
      Comparison relations = relations(gold, given);
      return !relations.isEqual() && sameBounds(gold, given) ? EQUAL : relations;
    }
    return switch (gold) {
      case Answer.Choice choice -> choices(choice, given);
      case Answer.Words words -> words(words, given);
      case Answer.Listing listing -> lists(listing, given);
      case Answer.Tuple tuple -> tuples(tuple, given);
      case Answer.Ratio ratio -> Ratios.compare(ratio, given, lenient());
      case Answer.Combined _ -> different("another set");
      case Answer.Value value -> values(value, given);
      case Answer.Relation _ -> different("another relation");
    };
  }

  /**
   * Converts words that name a set, such as "real numbers", to the set, unless the other answer is
   * also words.
   */
  private static Answer asSet(Answer answer, Answer other) {
    return answer instanceof Answer.Words(String text) && !(other instanceof Answer.Words)
        ? Phrases.set(text).orElse(answer)
        : answer;
  }

  /** Unwraps a list with a single item; returns any other answer unchanged. */
  private static Answer unwrapped(Answer answer) {
    return answer instanceof Answer.Listing(List<Answer> items, _) && items.size() == 1
        ? unwrapped(items.getFirst())
        : answer;
  }

  /**
   * Returns whether the answer is still to be solved although the reference is solved. The lenient
   * comparison accepts a linear inequality as a set.
   */
  private boolean isQuestion(Answer gold, Answer given) {
    boolean set = gold instanceof Answer.Relation || Region.of(gold).isPresent();
    return Solved.isOpen(given)
        && Solved.isSolved(gold)
        && !(lenient() && set && Solved.isLinear(given));
  }

  /** In the lenient comparison, removes the condition that follows a formula. */
  private Answer withoutCondition(Answer answer) {
    boolean conditional =
        lenient()
            && answer instanceof Answer.Listing(List<Answer> items, Link link)
            && link == Link.AND
            && items.size() == 2
            && isFormula(items.getFirst())
            && items.getLast() instanceof Answer.Relation(_, List<String> signs)
            && signs.stream().allMatch(sign -> "<>≤≥≠∈".contains(sign));
    return conditional && answer instanceof Answer.Listing(List<Answer> items, _)
        ? items.getFirst()
        : answer;
  }

  private Comparison regions(Answer gold, Answer given) {
    Optional<Region> left = Region.of(gold);
    Optional<Region> right = left.isEmpty() ? left : Region.of(given);
    if (left.isEmpty() || right.isEmpty()) {
      return UNDECIDED;
    }
    boolean points = !left.get().certain() && !right.get().certain();
    boolean unclear = !left.get().certain() && !lenient();
    if (points || unclear) {
      return UNDECIDED;
    }
    if (!lenient() && holdsInfinity(given) && !holdsInfinity(gold)) {
      return different("infinity is no number");
    }
    Optional<String> undone = Bounds.undone(gold, given, lenient());
    if (undone.isPresent()) {
      return different(undone.get());
    }
    boolean same = left.get().isSame(right.get()) || lenient() && sameBounds(gold, given);
    return equalOr(same, "other numbers are in the set");
  }

  /** Returns whether an interval includes infinity, as in {@code [0, ∞]}. */
  private static boolean holdsInfinity(Answer answer) {
    return switch (answer) {
      case Answer.Tuple(String open, List<Answer> items, String close) ->
          open.equals("[") && isInfinite(items.getFirst())
              || close.equals("]") && isInfinite(items.getLast());
      case Answer.Combined(List<Answer> parts, _) ->
          parts.stream().anyMatch(AnswerComparison::holdsInfinity);
      case Answer.Listing(List<Answer> items, _) ->
          items.stream().anyMatch(AnswerComparison::holdsInfinity);
      default -> false;
    };
  }

  private static boolean isInfinite(Answer end) {
    return end instanceof Answer.Value(Expr expr, _, _)
        && (expr == Expr.Constant.INFINITY
            || expr instanceof Expr.Negative(Expr of) && of == Expr.Constant.INFINITY);
  }

  /**
   * Returns whether the ends of two intervals are equal. Each pair of ends is compared on its own,
   * so the ends may be rounded or contain letters. The strict comparison reads a pair in
   * parentheses as a point unless it is compared with an inequality.
   */
  private boolean sameBounds(Answer gold, Answer given) {
    if (gold instanceof Answer.Combined(List<Answer> parts, List<String> signs)
        && given instanceof Answer.Combined(List<Answer> others, List<String> between)) {
      return signs.equals(between) && parts.size() == others.size() && allEqual(parts, others);
    }
    Optional<Answer.Tuple> left = Bounds.of(gold);
    Optional<Answer.Tuple> right = left.isEmpty() ? left : Bounds.of(given);
    if (left.isEmpty() || right.isEmpty() || otherNames(gold, given)) {
      return false;
    }
    boolean point =
        gold instanceof Answer.Tuple(String open, _, String close)
            && open.equals("(")
            && close.equals(")");
    return (lenient() || !point)
        && left.get().open().equals(right.get().open())
        && left.get().close().equals(right.get().close())
        && sameMiddle(gold, given)
        && inOrder(left.get().items(), right.get().items()).isEqual();
  }

  private boolean allEqual(List<Answer> parts, List<Answer> others) {
    for (int i = 0; i < parts.size(); i++) {
      if (!compare(parts.get(i), others.get(i)).isEqual()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether two chains {@code a < b < c} have the same middle. */
  private boolean sameMiddle(Answer gold, Answer given) {
    return !(gold instanceof Answer.Relation(List<Answer> sides, _))
        || !(given instanceof Answer.Relation(List<Answer> others, _))
        || sides.size() != 3
        || others.size() != 3
        || compare(sides.get(1), others.get(1)).isEqual();
  }

  /** Returns whether both are inequalities of different variables. */
  private static boolean otherNames(Answer gold, Answer given) {
    return gold instanceof Answer.Relation(List<Answer> sides, _)
        && given instanceof Answer.Relation(List<Answer> others, _)
        && sides.stream().filter(Equations::isName).noneMatch(others::contains);
  }

  private Comparison relations(Answer gold, Answer given) {
    Optional<Answer> left =
        gold instanceof Answer.Relation reference
            ? Equations.ofReference(reference)
            : Optional.of(gold);
    Optional<Answer> right = value(given);
    if (gold instanceof Answer.Relation a && given instanceof Answer.Relation b) {
      boolean values = left.filter(Equations::isConstant).isPresent() && right.isPresent();
      if (!values && Equations.equal(a, b) || sameSides(a, b)) {
        return EQUAL;
      }
      Optional<Answer> reordered = NamedAnswers.reordered(b, a);
      if (reordered.isPresent()) {
        return compare(a.sides().getLast(), reordered.get());
      }
      boolean names = left.isPresent() && right.isPresent() && sameNames(a, b);
      return names ? compare(left.get(), right.get()) : different("another equation or inequality");
    }
    if (left.isEmpty() || right.isEmpty()) {
      return different("an equation or inequality is not a value");
    }
    return NamedAnswers.areReordered(given)
        ? different("names in another order")
        : compare(left.get(), right.get());
  }

  private Optional<Answer> value(Answer answer) {
    return answer instanceof Answer.Relation relation
        ? Equations.value(relation, lenient())
        : Optional.of(answer);
  }

  private boolean sameSides(Answer.Relation a, Answer.Relation b) {
    if (!a.signs().equals(b.signs())) {
      return false;
    }
    for (int i = 0; i < a.sides().size(); i++) {
      if (!compare(a.sides().get(i), b.sides().get(i)).isEqual()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether two named values have the same name; the argument of a function may have a
   * different name.
   */
  private boolean sameNames(Answer.Relation a, Answer.Relation b) {
    String left = headOf(a);
    String right = headOf(b);
    boolean formulas =
        lenient() && isFormula(a.sides().getLast()) && isFormula(b.sides().getLast());
    boolean calculation = left.isEmpty() || right.isEmpty();
    return calculation || left.equals(right) || formulas;
  }

  private static boolean isFormula(Answer side) {
    return side instanceof Answer.Value(Expr expr, _, _) && !Equivalence.variables(expr).isEmpty();
  }

  /**
   * Returns the name to which a relation assigns a value; the name of a function value includes its
   * argument.
   */
  private static String headOf(Answer.Relation relation) {
    Answer side = relation.sides().getFirst();
    String head = headOf(side);
    return isFormula(relation.sides().getLast()) ? head.replaceAll("\\(.*", "") : head;
  }

  private static String headOf(Answer side) {
    if (!Equations.isName(side)) {
      return "";
    }
    return switch (side) {
      case Answer.Value(Expr.Product(List<Expr> factors), _, _)
          when factors.size() == 2 && factors.getFirst() instanceof Expr.Symbol(String name) ->
          name;
      case Answer.Value(Expr.Symbol(String name), _, _) -> name;
      case Answer.Value(_, String text, _) -> text;
      case Answer.Words(String text) -> text;
      case Answer.Choice(char letter, _) -> String.valueOf(letter);
      default -> "";
    };
  }

  private Comparison choices(Answer.Choice gold, Answer given) {
    if (given instanceof Answer.Choice(char letter, String text)) {
      boolean same = letter == gold.letter();
      boolean texts = gold.text().isEmpty() || text.isEmpty() || gold.text().equals(text);
      return same && (texts || lenient()) ? EQUAL : different("another choice");
    }
    if (given instanceof Answer.Words(String text)) {
      return !gold.text().isEmpty() && gold.text().equals(text)
          ? EQUAL
          : different("another choice");
    }
    return given instanceof Answer.Value || given instanceof Answer.Listing
        ? compare(symbol(gold.letter()), given)
        : different("not a choice");
  }

  private static Answer symbol(char letter) {
    String name = String.valueOf(letter);
    return new Answer.Value(new Expr.Symbol(name), name, "");
  }

  private Comparison words(Answer.Words gold, Answer given) {
    return switch (given) {
      case Answer.Words(String text) -> {
        Optional<Boolean> affirms = Phrases.affirms(gold.text());
        boolean same =
            gold.text().equals(text)
                || affirms.isPresent() && affirms.equals(Phrases.affirms(text));
        yield same ? EQUAL : different("another text");
      }
      case Answer.Value value -> {
        String letters = WordText.key(value.text()).replace(" ", "");
        Optional<Expr> number = lenient() ? WordText.number(gold.text()) : Optional.empty();
        boolean same =
            value.text().chars().noneMatch(c -> "+-*/^=|!0123456789".indexOf(c) >= 0)
                    && gold.text().chars().noneMatch(Character::isDigit)
                    && letters.equalsIgnoreCase(gold.text().replace(" ", ""))
                || number.isPresent() && Equivalence.equal(number.get(), value.expr());
        yield same ? EQUAL : different("not the text");
      }
      case Answer.Choice(_, String text) when !text.isEmpty() && text.equals(gold.text()) -> EQUAL;
      default -> different("not the text");
    };
  }

  private Comparison lists(Answer.Listing gold, Answer given) {
    if (given instanceof Answer.Tuple(_, List<Answer> items, _)) {
      Optional<List<Answer>> named = NamedAnswers.sorted(gold.items());
      if (named.isPresent() || ordered(gold.link())) {
        return inOrder(named.orElse(gold.items()), items);
      }
    }
    if (!(given instanceof Answer.Listing(List<Answer> items, Link link))) {
      return different("one answer where there are " + gold.items().size());
    }
    boolean oneNamed = NamedAnswers.haveNames(gold.items()) != NamedAnswers.haveNames(items);
    if (tolerance.ordered() || oneNamed) {
      return inOrder(gold.items(), items);
    }
    boolean points = lenient() && gold.items().stream().allMatch(Answer.Tuple.class::isInstance);
    return gold.link() == Link.SET || link == Link.SET || points
        ? inAnyOrder(distinct(gold.items()), distinct(items))
        : inAnyOrder(gold.items(), items);
  }

  /** Returns whether a list may have been meant as a tuple. */
  private boolean ordered(Link link) {
    return lenient() && (link == Link.AND || link == Link.GROUP);
  }

  private List<Answer> distinct(List<Answer> items) {
    List<Answer> distinct = new ArrayList<>();
    for (Answer item : items) {
      if (distinct.stream().noneMatch(item::equals)) {
        distinct.add(item);
      }
    }
    return distinct;
  }

  private Comparison inAnyOrder(List<Answer> gold, List<Answer> given) {
    if (gold.size() != given.size()) {
      return different(given.size() + " answers where there are " + gold.size());
    }
    List<Answer> left = new ArrayList<>(given);
    for (Answer item : gold) {
      Optional<Answer> same =
          left.stream().filter(other -> compare(item, other).isEqual()).findFirst();
      if (same.isEmpty()) {
        return different("missing: " + item.reading());
      }
      left.remove(same.get());
    }
    return EQUAL;
  }

  private Comparison inOrder(List<Answer> gold, List<Answer> given) {
    if (gold.size() != given.size()) {
      return different(given.size() + " terms where there are " + gold.size());
    }
    for (int i = 0; i < gold.size(); i++) {
      if (compare(gold.get(i), given.get(i)) instanceof Comparison.Different(String reason)) {
        return different("term " + (i + 1) + ": " + reason);
      }
    }
    return EQUAL;
  }

  private Comparison tuples(Answer.Tuple gold, Answer given) {
    if (given instanceof Answer.Listing(List<Answer> items, Link link)) {
      Optional<List<Answer>> named = NamedAnswers.sorted(items);
      if (ordered(link) || named.isPresent() && link == Link.AND && isVector(gold)) {
        return inOrder(gold.items(), named.orElse(items));
      }
    }
    if (given instanceof Answer.Value(Expr.Matrix matrix, _, _)) {
      return isVector(matrix, gold.open(), gold.close())
          ? inOrder(gold.items(), vector(matrix))
          : different("a matrix is not a tuple");
    }
    if (!(given instanceof Answer.Tuple(String open, List<Answer> items, String close))) {
      return different("not a tuple or an interval");
    }
    boolean pair = gold.items().size() == 2;
    boolean brackets = open.equals(gold.open()) && close.equals(gold.close());
    boolean vectors = isVector(gold) && isVector(open, close);
    boolean matching = isMatching(gold.open(), gold.close()) && isMatching(open, close);
    if (!brackets && !vectors && (pair || !matching || !lenient())) {
      return different("other brackets");
    }
    return inOrder(gold.items(), items);
  }

  private static boolean isVector(Answer.Tuple tuple) {
    return isVector(tuple.open(), tuple.close());
  }

  private static boolean isVector(String open, String close) {
    return "⟨(".contains(open) && isMatching(open, close);
  }

  private static boolean isMatching(String open, String close) {
    return ExprParser.closing(open).equals(close);
  }

  /**
   * Returns whether a matrix and a tuple may be the same vector; the strict comparison requires a
   * column matrix, and a tuple that is not an interval.
   */
  private boolean isVector(Expr.Matrix matrix, String open, String close) {
    boolean column = matrix.columns() == 1 && isVector(open, close);
    return !vector(matrix).isEmpty() && (lenient() || column);
  }

  private static List<Answer> vector(Expr.Matrix matrix) {
    boolean vector = matrix.columns() == 1 || matrix.rows().size() == 1;
    return vector ? entries(matrix) : List.of();
  }

  private Comparison values(Answer.Value gold, Answer given) {
    return switch (given) {
      case Answer.Value value -> values(gold, value);
      case Answer.Choice(char letter, String text) when text.isEmpty() ->
          compare(gold, symbol(letter));
      case Answer.Words words -> equalOr(words(words, gold).isEqual(), "text is not a value");
      case Answer.Ratio ratio when lenient() -> Ratios.compare(ratio, gold, true);
      case Answer.Tuple(String open, List<Answer> items, String close)
          when gold.expr() instanceof Expr.Matrix matrix && isVector(matrix, open, close) ->
          inOrder(vector(matrix), items);
      case Answer.Listing(List<Answer> items, _) ->
          different(items.size() + " answers where there is one");
      default -> different("not a single value");
    };
  }

  private Comparison values(Answer.Value gold, Answer.Value given) {
    Optional<String> form = ValueForm.difference(gold, given);
    if (form.isPresent()) {
      return different(form.get());
    }
    if (!lenient() && ValueForm.isUnworkedMatrix(gold, given)) {
      return different("not worked out to a matrix");
    }
    Comparison values = new ValueComparison(tolerance).compare(gold, given);
    boolean entries =
        values.isEqual()
            && !lenient()
            && ValueForm.isBareMatrix(gold)
            && ValueForm.isBareMatrix(given);
    return entries ? inOrder(entries(gold.expr()), entries(given.expr())) : values;
  }

  private static List<Answer> entries(Expr matrix) {
    return matrix.parts().stream().<Answer>map(e -> new Answer.Value(e, "", "")).toList();
  }
}
