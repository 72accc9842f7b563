package io.braid.templates.jinja;

import java.util.List;

/** Python's built-in functions that give the truth, length, entries and text of a value. */
final class Python {
  private Python() {}

  static boolean truth(Value value) {
    return switch (value) {
      case Value.Undefined u -> false;
      case Value.None n -> false;
      case Value.Bool(boolean b) -> b;
      case Value.Whole(long n) -> n != 0;
      case Value.Real(double r) -> r != 0;
      case Value.Text(String text, _) -> !text.isEmpty();
      case Items items -> !items.values().isEmpty();
      case Table table -> !table.entries().isEmpty();
      case Once o -> true;
      case Namespace n -> true;
      case Loop l -> true;
      case Function f -> true;
    };
  }

  static long length(Value value) {
    return switch (value) {
      case Value.Undefined u -> 0;
      case Value.Text(String text, _) -> PythonText.length(text);
      case Items items -> items.values().size();
      case Table table -> table.entries().size();
      default -> throw new Refusal(value.kind() + " has no length");
    };
  }

  /** Returns the entries that a loop over the value visits. */
  static List<Value> entries(Value value) {
    return switch (value) {
      case Value.Undefined u -> List.of();
      case Value.Text(String text, _) -> PythonText.characters(text);
      case Items items -> items.values();
      case Table table -> {
        Work.spend(table.entries().size());
        yield List.copyOf(table.entries().keySet());
      }
      case Once once -> once.rest();
      default -> throw new Refusal(value.kind() + " cannot be iterated over");
    };
  }

  /** Returns the string that printing the value gives. */
  static String str(Value value) {
    return switch (value) {
      case Value.Undefined u -> "";
      case Value.Text(String text, _) -> text;
      default -> repr(value);
    };
  }

  /** Returns Python's representation of the value in a list. */
  static String repr(Value value) {
    TextBuilder out = new TextBuilder();
    repr(value, out);
    return out.toString();
  }

  private static void repr(Value value, TextBuilder out) {
    Work.spend(1);
    switch (value) {
      case Value.Undefined u -> out.append("Undefined");
      case Value.None n -> out.append("None");
      case Value.Bool(boolean b) -> out.append(b ? "True" : "False");
      case Value.Whole(long n) -> out.append(Long.toString(n));
      case Value.Real(double r) -> out.append(PythonText.real(r));
      case Value.Text(String text, _) -> out.append(PythonText.repr(text));
      case Items items -> repr(items, out);
      case Table table -> repr(table, out);
      default -> throw new Refusal(value.kind() + " cannot be printed");
    }
  }

  private static void repr(Items items, TextBuilder out) {
    boolean tuple = items.sort() == Items.Kind.TUPLE || items.sort() == Items.Kind.GROUP;
    if (!tuple && items.sort() != Items.Kind.LIST) {
      throw new Refusal("a range or view cannot be printed; make a list of it first");
    }
    out.append(tuple ? "(" : "[");
    String between = "";
    for (Value entry : items.values()) {
      repr(entry, out.append(between));
      between = ", ";
    }
    out.append(tuple && items.values().size() == 1 ? "," : "").append(tuple ? ")" : "]");
  }

  private static void repr(Table table, TextBuilder out) {
    out.append("{");
    String between = "";
    for (var entry : table.entries().entrySet()) {
      repr(entry.getKey(), out.append(between));
      repr(entry.getValue(), out.append(": "));
      between = ", ";
    }
    out.append("}");
  }
}
