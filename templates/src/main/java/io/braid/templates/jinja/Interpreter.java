package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renders a parsed template once. */
final class Interpreter {
  /** The ways in which a list of statements can end. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private final boolean strict;
  private int line = 1;
  private int depth;

  /**
   * Prepares one rendering.
   *
   * @param strict whether printing or filtering an undefined value is an error
   */
  Interpreter(boolean strict) {
    this.strict = strict;
  }

  /** Returns the line that was evaluated last, which is the line of an error. */
  int line() {
    return line;
  }

  String render(List<Statement> template, Scope scope) {
    TextBuilder out = new TextBuilder();
    run(template, scope, out);
    return out.toString();
  }

  private Flow run(List<Statement> statements, Scope scope, TextBuilder out) {
    enter();
    for (Statement statement : statements) {
      Flow flow = run(statement, scope, out);
      if (flow != Flow.ON) {
        depth--;
        return flow;
      }
    }
    depth--;
    return Flow.ON;
  }

  private Value known(Value value) {
    if (strict && value instanceof Value.Undefined undefined) {
      throw new Refusal("'" + undefined.what() + "' is undefined");
    }
    return value;
  }

  private Flow run(Statement statement, Scope scope, TextBuilder out) {
    Work.spend(1);
    switch (statement) {
      case Statement.Data(String text) -> out.append(text);
      case Statement.Output(Expression expression) ->
          out.append(Python.str(known(evaluate(expression, scope))));
      case Statement.If condition -> {
        return run(chosen(condition, scope), scope, out);
      }
      case Statement.For loop -> loop(loop, scope, out);
      case Statement.Set(Statement.Target target, Expression value) ->
          assign(target, evaluate(value, scope), scope);
      case Statement.Capture capture -> capture(capture, scope, out);
      case Statement.Macro macro ->
          scope.set(macro.name(), new Function(macro.name(), a -> call(macro, a, scope)));
      case Statement.CallBlock block -> callBlock(block, scope, out);
      case Statement.With with -> {
        return with(with, scope, out);
      }
      case Statement.Block(List<Statement> body, boolean scoped) ->
          run(body, (scoped ? scope : scope.outermost()).inner(), out);
      case Statement.Autoescape(Expression on, List<Statement> body) -> {
        if (Python.truth(evaluate(on, scope))) {
          throw new Refusal("escaping of all that is printed ('autoescape true') is not supported");
        }
        run(body, scope.inner(), out);
      }
      case Statement.OtherTemplate(String tag, int at) -> {
        line = at;
        throw new Refusal(
            "'" + tag + "' asks for another template, and a chat template has none beside it");
      }
      case Statement.Break b -> {
        return Flow.BREAK;
      }
      case Statement.Continue c -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private List<Statement> chosen(Statement.If condition, Scope scope) {
    for (Statement.Branch branch : condition.branches()) {
      if (Python.truth(evaluate(branch.test(), scope))) {
        return branch.body();
      }
    }
    return condition.otherwise();
  }

  private void loop(Statement.For loop, Scope scope, TextBuilder out) {
    loop(loop, evaluate(loop.items(), scope), 0, scope, out);
  }

  private void loop(Statement.For loop, Value items, int deep, Scope scope, TextBuilder out) {
    line = loop.line();
    List<Value> entries = new ArrayList<>();
    for (Value entry : Python.entries(items)) {
      if (loop.filter().isEmpty() || keeps(loop, loop.filter().get(), entry, scope)) {
        entries.add(entry);
      }
    }
    if (entries.isEmpty()) {
      run(loop.otherwise(), scope.inner(), out);
      return;
    }
    Loop state = new Loop(entries, deep, again(loop, deep, scope));
    for (Value entry : entries) {
      state.advance();
      Scope inner = scope.inner();
      inner.set("loop", state);
      line = loop.line();
      assign(loop.target(), entry, inner);
      if (run(loop.body(), inner, out) == Flow.BREAK) {
        return;
      }
    }
  }

  /** Returns the function that calls a recursive loop with new items. */
  private Optional<Function.Body> again(Statement.For loop, int deep, Scope scope) {
    return loop.recursive()
        ? Optional.of(arguments -> {
          enter();
          TextBuilder inner = new TextBuilder();
          loop(loop, arguments.bind("loop", "iterable").need("iterable"), deep + 1, scope, inner);
          depth--;
          return new Value.Text(inner.toString());
        })
        : Optional.empty();
  }

  private void callBlock(Statement.CallBlock block, Scope scope, TextBuilder out) {
    Expression.Call call = block.call();
    Value target = evaluate(call.target(), scope);
    Arguments given = arguments(call.given(), scope);
    Function caller = new Function("caller", a -> call(block.caller(), a, scope));
    out.append(Python.str(call(target, given.with("caller", caller), call.line())));
  }

  private Flow with(Statement.With with, Scope scope, TextBuilder out) {
    Scope inner = scope.inner();
    for (Statement.Set set : with.names()) {
      assign(set.target(), evaluate(set.value(), scope), inner);
    }
    return run(with.body(), inner, out);
  }

  private boolean keeps(Statement.For loop, Expression filter, Value entry, Scope scope) {
    Scope inner = scope.inner();
    assign(loop.target(), entry, inner);
    return Python.truth(evaluate(filter, inner));
  }

  private void assign(Statement.Target target, Value value, Scope scope) {
    switch (target) {
      case Statement.Target.Name(String name) -> scope.set(name, value);
      case Statement.Target.Member(String name, String member, int at) -> {
        line = at;
        if (!(scope.get(name).orElse(Value.None.NONE) instanceof Namespace namespace)) {
          throw new Refusal("'" + name + "' is not a namespace; only those have members to set");
        }
        namespace.set(member, value);
      }
      case Statement.Target.Several(List<Statement.Target> targets, int at) -> {
        line = at;
        List<Value> entries = Python.entries(value);
        if (entries.size() != targets.size()) {
          throw new Refusal(
              "%d entries cannot be given to %d names".formatted(entries.size(), targets.size()));
        }
        for (int i = 0; i < entries.size(); i++) {
          assign(targets.get(i), entries.get(i), scope);
        }
      }
    }
  }

  private void capture(Statement.Capture capture, Scope scope, TextBuilder out) {
    TextBuilder body = new TextBuilder();
    Scope inner = scope.inner();
    run(capture.body(), inner, body);
    inner.set(Statement.Capture.BODY, new Value.Text(body.toString()));
    Value value = evaluate(capture.value(), inner);
    if (capture.target().isPresent()) {
      assign(capture.target().get(), value, scope);
    } else {
      out.append(Python.str(value));
    }
  }

  private Value call(Statement.Macro macro, Arguments arguments, Scope scope) {
    enter();
    Scope inner = scope.inner();
    List<Value> byPlace = arguments.byPlace();
    Map<String, Value> byName = new LinkedHashMap<>(arguments.byName());
    List<Statement.Parameter> parameters = macro.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      Optional<Value> given =
          i < byPlace.size()
              ? Optional.of(byPlace.get(i))
              : Optional.ofNullable(byName.remove(name));
      Optional<Expression> otherwise = parameters.get(i).otherwise();
      inner.set(
          name,
          given
              .or(() -> otherwise.map(value -> evaluate(value, inner)))
              .orElseGet(() -> new Value.Undefined(name)));
    }
    giveRest(macro, byPlace, byName, inner);
    TextBuilder out = new TextBuilder();
    run(macro.body(), inner, out);
    depth--;
    return new Value.Text(out.toString());
  }

  /** Assigns surplus arguments of a macro to {@code varargs}, {@code kwargs} and {@code caller}. */
  private static void giveRest(
      Statement.Macro macro, List<Value> byPlace, Map<String, Value> byName, Scope inner) {
    boolean named = macro.parameters().stream().anyMatch(p -> p.name().equals("caller"));
    if (macro.reads().contains("caller") && !named) {
      Value caller = byName.remove("caller");
      inner.set("caller", caller == null ? new Value.Undefined("caller") : caller);
    }
    if (macro.reads().contains("kwargs")) {
      inner.set("kwargs", Table.of(byName));
    } else if (!byName.isEmpty()) {
      throw new Refusal(
          "the macro '%s' has no argument '%s' here"
              .formatted(macro.name(), byName.keySet().iterator().next()));
    }
    int places = macro.parameters().size();
    List<Value> more = byPlace.subList(Math.min(places, byPlace.size()), byPlace.size());
    if (macro.reads().contains("varargs")) {
      inner.set("varargs", new Items(Items.Kind.TUPLE, more));
    } else if (!more.isEmpty()) {
      throw new Refusal(
          "the macro '%s' takes at most %d arguments".formatted(macro.name(), places));
    }
  }

  private void enter() {
    if (++depth > Limits.DEPTH) {
      throw Limits.exceeded("statements, expressions and macros nest", Limits.DEPTH);
    }
  }

  private Value evaluate(Expression expression, Scope scope) {
    enter();
    Work.spend(1);
    line = expression.line();
    Value value = valueOf(expression, scope);
    depth--;
    return value;
  }

  private Value valueOf(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Constant(Value value, int at) -> value;
      case Expression.Name(String name, int at) ->
          scope.get(name).orElse(new Value.Undefined(name));
      case Expression.Listing(List<Expression> items, boolean tuple, int at) ->
          new Items(
              tuple ? Items.Kind.TUPLE : Items.Kind.LIST,
              items.stream().map(item -> evaluate(item, scope)).toList());
      case Expression.Mapping(List<Expression.Entry> entries, int at) -> mapping(entries, scope);
      case Expression.Attribute(Expression target, String name, int at) ->
          Members.attribute(operand(target, scope, at), name);
      case Expression.Item(Expression target, Expression key, int at) -> {
        Value container = evaluate(target, scope);
        yield Members.item(container, operand(key, scope, at));
      }
      case Expression.Sliced sliced -> slice(sliced, scope);
      case Expression.Call(Expression target, Expression.Given given, int at) ->
          call(evaluate(target, scope), arguments(given, scope), at);
      case Expression.Filtered(Expression input, String filter, Expression.Given given, int at) -> {
        Value value = evaluate(input, scope);
        Arguments arguments = arguments(given, scope);
        line = at;
        yield Filters.apply(
            filter,
            filter.equals("default") || filter.equals("d") ? value : known(value),
            arguments);
      }
      case Expression.Tested(Expression input, String test, Expression.Given given, int at) -> {
        Value value = evaluate(input, scope);
        Arguments arguments = arguments(given, scope);
        line = at;
        yield new Value.Bool(Tests.holds(test, value, arguments));
      }
      case Expression.Not(Expression operand, int at) ->
          new Value.Bool(!Python.truth(evaluate(operand, scope)));
      case Expression.Signed(boolean negative, Expression operand, int at) -> {
        Value value = operand(operand, scope, at);
        yield negative ? Operators.negate(value) : Operators.plus(value);
      }
      case Expression.Binary(String operator, Expression left, Expression right, int at) -> {
        Value first = evaluate(left, scope);
        yield Operators.apply(operator, first, operand(right, scope, at));
      }
      case Expression.Compared(Expression first, List<Expression.Comparison> others, int at) ->
          compare(first, others, scope, at);
      case Expression.Joined(List<Expression> operands, int at) -> {
        TextBuilder joined = new TextBuilder();
        for (Expression operand : operands) {
          joined.append(Python.str(operand(operand, scope, at)));
        }
        yield new Value.Text(joined.toString());
      }
      case Expression.Logical(boolean both, Expression left, Expression right, int at) -> {
        Value first = evaluate(left, scope);
        yield Python.truth(first) == both ? evaluate(right, scope) : first;
      }
      case Expression.Choice choice -> {
        if (Python.truth(evaluate(choice.test(), scope))) {
          yield evaluate(choice.then(), scope);
        }
        yield choice
            .otherwise()
            .map(otherwise -> evaluate(otherwise, scope))
            .orElse(new Value.Undefined("an inline if without else"));
      }
    };
  }

  /** Evaluates an operand, then restores the line of the whole expression. */
  private Value operand(Expression part, Scope scope, int at) {
    Value value = evaluate(part, scope);
    line = at;
    return value;
  }

  private Value mapping(List<Expression.Entry> entries, Scope scope) {
    Map<Value, Value> values = new LinkedHashMap<>();
    for (Expression.Entry entry : entries) {
      Value key = evaluate(entry.key(), scope);
      values.put(key, evaluate(entry.value(), scope));
    }
    return new Table(values);
  }

  private Value slice(Expression.Sliced sliced, Scope scope) {
    Value target = evaluate(sliced.target(), scope);
    Slice slice =
        new Slice(
            bound(sliced.start(), scope), bound(sliced.stop(), scope), bound(sliced.step(), scope));
    line = sliced.line();
    return slice.of(target);
  }

  private Optional<Long> bound(Optional<Expression> bound, Scope scope) {
    return bound
        .map(expression -> evaluate(expression, scope))
        .filter(value -> value != Value.None.NONE)
        .map(value -> Operators.whole(value, "a slice's bound"));
  }

  private Arguments arguments(Expression.Given given, Scope scope) {
    List<Value> byPlace = new ArrayList<>();
    for (Expression argument : given.byPlace()) {
      byPlace.add(evaluate(argument, scope));
    }
    Map<String, Value> byName = new LinkedHashMap<>();
    given.byName().forEach((name, argument) -> byName.put(name, evaluate(argument, scope)));
    given.more().ifPresent(more -> byPlace.addAll(Python.entries(evaluate(more, scope))));
    if (given.moreNamed().isPresent()) {
      if (!(evaluate(given.moreNamed().get(), scope) instanceof Table table)) {
        throw new Refusal("the value after '**' in a call is not a mapping");
      }
      for (Map.Entry<Value, Value> entry : table.entries().entrySet()) {
        if (!(entry.getKey() instanceof Value.Text(String name, _))) {
          throw new Refusal("a mapping after '**' in a call has a key that is not a string");
        }
        if (byName.put(name, entry.getValue()) != null) {
          throw new Refusal("the argument '" + name + "' is given twice");
        }
      }
    }
    return new Arguments(byPlace, byName);
  }

  private Value call(Value target, Arguments arguments, int at) {
    line = at;
    return switch (target) {
      case Function function -> function.body().call(arguments);
      case Loop loop -> loop.again().call(arguments);
      case Value.Undefined(String what) -> throw new Refusal("'" + what + "' is undefined");
      default -> throw new Refusal(target.kind() + " cannot be called");
    };
  }

  private Value compare(Expression first, List<Expression.Comparison> others, Scope scope, int at) {
    Value left = evaluate(first, scope);
    for (Expression.Comparison other : others) {
      Value right = operand(other.operand(), scope, at);
      if (!Operators.compare(other.operator(), left, right)) {
        return new Value.Bool(false);
      }
      left = right;
    }
    return new Value.Bool(true);
  }
}
