package io.braid.math.read;

import io.braid.math.value.Expr.Operation;
import java.util.Map;
import java.util.Set;

/** Words that TeX and plain answers use, and what they stand for. */
public final class Names {
  public static final Map<String, Operation> FUNCTIONS =
      Map.ofEntries(
          Map.entry("sin", Operation.SIN),
          Map.entry("cos", Operation.COS),
          Map.entry("tan", Operation.TAN),
          Map.entry("cot", Operation.COT),
          Map.entry("sec", Operation.SEC),
          Map.entry("csc", Operation.CSC),
          Map.entry("tg", Operation.TAN),
          Map.entry("ctg", Operation.COT),
          Map.entry("arcsin", Operation.ARCSIN),
          Map.entry("arccos", Operation.ARCCOS),
          Map.entry("arctan", Operation.ARCTAN),
          Map.entry("asin", Operation.ARCSIN),
          Map.entry("acos", Operation.ARCCOS),
          Map.entry("atan", Operation.ARCTAN),
          Map.entry("sinh", Operation.SINH),
          Map.entry("cosh", Operation.COSH),
          Map.entry("tanh", Operation.TANH),
          Map.entry("ln", Operation.LN),
          Map.entry("log", Operation.LOG),
          Map.entry("lg", Operation.LOG),
          Map.entry("exp", Operation.EXP),
          Map.entry("abs", Operation.ABS),
          Map.entry("floor", Operation.FLOOR),
          Map.entry("ceil", Operation.CEIL),
          Map.entry("gcd", Operation.GCD),
          Map.entry("lcm", Operation.LCM),
          Map.entry("max", Operation.MAX),
          Map.entry("min", Operation.MIN),
          Map.entry("factorial", Operation.FACTORIAL));

  /** Letters that name functions where a number or another letter follows in brackets. */
  static final Set<String> FUNCTION_LETTERS =
      Set.of("f", "g", "h", "F", "G", "H", "I", "V", "P", "T", "N", "E", "Q");

  /** Commands that hold words, or letters in another type. */
  static final Set<String> TEXT =
      Set.of(
          "text",
          "textbf",
          "textit",
          "textrm",
          "textnormal",
          "textsf",
          "texttt",
          "mathrm",
          "mathbf",
          "mathit",
          "mathsf",
          "mathtt",
          "mathcal",
          "mathbb",
          "mathfrak",
          "mathscr",
          "mbox",
          "hbox",
          "operatorname",
          "emph",
          "textup",
          "pmb",
          "underline",
          "uppercase");

  /** Marks over a letter, which make it another letter. */
  static final Set<String> ACCENTS =
      Set.of(
          "dot",
          "ddot",
          "hat",
          "bar",
          "vec",
          "tilde",
          "overline",
          "widehat",
          "overrightarrow",
          "overleftrightarrow",
          "overarc",
          "widetilde");

  static final Map<String, String> RELATIONS =
      Map.ofEntries(
          Map.entry("le", "≤"),
          Map.entry("leq", "≤"),
          Map.entry("leqslant", "≤"),
          Map.entry("ge", "≥"),
          Map.entry("geq", "≥"),
          Map.entry("geqslant", "≥"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("ne", "≠"),
          Map.entry("neq", "≠"),
          Map.entry("approx", "≈"),
          Map.entry("simeq", "≈"),
          Map.entry("sim", "≈"),
          Map.entry("doteq", "≈"),
          Map.entry("in", "∈"),
          Map.entry("equiv", "="),
          Map.entry("to", "→"),
          Map.entry("rightarrow", "→"),
          Map.entry("mapsto", "→"),
          Map.entry("implies", "→"),
          Map.entry("Rightarrow", "→"),
          Map.entry("cong", "="),
          Map.entry("iff", "→"),
          Map.entry("coloneqq", "="));

  static final Map<String, String> OPERATORS =
      Map.ofEntries(
          Map.entry("cdot", "*"),
          Map.entry("times", "*"),
          Map.entry("ast", "*"),
          Map.entry("div", "/"),
          Map.entry("pm", "±"),
          Map.entry("mp", "∓"),
          Map.entry("circ", "°"),
          Map.entry("degree", "°"),
          Map.entry("deg", "°"),
          Map.entry("prime", "'"),
          Map.entry("vert", "|"),
          Map.entry("lvert", "|"),
          Map.entry("rvert", "|"),
          Map.entry("mid", "|"),
          Map.entry("setminus", "∖"),
          Map.entry("backslash", "∖"),
          Map.entry("colon", ":"),
          Map.entry("percent", "%"));

  static final Map<String, String> OPEN =
      Map.of(
          "lfloor", "⌊", "lceil", "⌈", "langle", "⟨", "lbrace", "\\{", "lparen", "(", "lbrack",
          "[");

  static final Map<String, String> CLOSE =
      Map.of(
          "rfloor", "⌋", "rceil", "⌉", "rangle", "⟩", "rbrace", "\\}", "rparen", ")", "rbrack",
          "]");

  static final Set<String> COMMANDS =
      Set.of(
          "frac", "dfrac", "tfrac", "cfrac", "sqrt", "binom", "dbinom", "tbinom", "pmod", "choose",
          "boxed", "fbox", "bmod", "mod", "sum", "prod", "int", "lim", "over", "cancel");

  private static final Set<String> LETTERS =
      Set.of(
          "alpha",
          "beta",
          "gamma",
          "delta",
          "epsilon",
          "varepsilon",
          "zeta",
          "eta",
          "theta",
          "vartheta",
          "iota",
          "kappa",
          "lambda",
          "mu",
          "nu",
          "xi",
          "pi",
          "rho",
          "sigma",
          "tau",
          "upsilon",
          "phi",
          "varphi",
          "chi",
          "psi",
          "omega",
          "Gamma",
          "Delta",
          "Theta",
          "Lambda",
          "Xi",
          "Pi",
          "Sigma",
          "Upsilon",
          "Phi",
          "Psi",
          "Omega",
          "infty",
          "ell",
          "hbar",
          "emptyset",
          "varnothing");

  /** Commands without a meaning here, which are not others with letters glued to them. */
  static final Set<String> OTHERS =
      Set.of(
          "angle",
          "approxeq",
          "arg",
          "atop",
          "because",
          "begingroup",
          "big",
          "bigcap",
          "bigcup",
          "bigoplus",
          "bigotimes",
          "bullet",
          "cdots",
          "circled",
          "circledR",
          "color",
          "colorbox",
          "coloneq",
          "complement",
          "copyright",
          "coprod",
          "coth",
          "csch",
          "dagger",
          "ddots",
          "deg",
          "det",
          "diamond",
          "dim",
          "dots",
          "dotsb",
          "dotsc",
          "dotsm",
          "eqref",
          "equal",
          "equiv",
          "exists",
          "forall",
          "framebox",
          "geqq",
          "gets",
          "gg",
          "hphantom",
          "hookrightarrow",
          "iint",
          "iiint",
          "inf",
          "injlim",
          "intercal",
          "ker",
          "langle",
          "ldots",
          "leftarrow",
          "leftrightarrow",
          "Leftrightarrow",
          "leqq",
          "lesssim",
          "lim",
          "liminf",
          "limsup",
          "ll",
          "longleftrightarrow",
          "longmapsto",
          "longrightarrow",
          "Longrightarrow",
          "mathbin",
          "mathop",
          "mathord",
          "mathstrut",
          "measuredangle",
          "mod",
          "multicolumn",
          "nabla",
          "ne",
          "nearrow",
          "neg",
          "newcommand",
          "nexists",
          "ni",
          "nmid",
          "not",
          "notin",
          "nparallel",
          "nsubseteq",
          "oint",
          "operatornamewithlimits",
          "oplus",
          "otimes",
          "over",
          "overbrace",
          "overset",
          "parallel",
          "partial",
          "perp",
          "pmatrix",
          "Pr",
          "prec",
          "preceq",
          "propto",
          "sech",
          "sgn",
          "sim",
          "simeq",
          "sinh",
          "smallmatrix",
          "sqcup",
          "sqsubset",
          "square",
          "stackrel",
          "star",
          "subset",
          "subseteq",
          "succ",
          "sup",
          "supset",
          "textcolor",
          "textdegree",
          "textdollar",
          "textsuperscript",
          "therefore",
          "top",
          "triangle",
          "underbrace",
          "underset",
          "vdots",
          "vee",
          "Vert",
          "vphantom",
          "wedge",
          "xrightarrow");

  private Names() {}

  static boolean isCommand(String name) {
    return FUNCTIONS.containsKey(name)
        || TEXT.contains(name)
        || ACCENTS.contains(name)
        || RELATIONS.containsKey(name)
        || OPERATORS.containsKey(name)
        || OPEN.containsKey(name)
        || CLOSE.containsKey(name)
        || COMMANDS.contains(name)
        || LETTERS.contains(name)
        || Set.of("left", "right", "cup", "cap", "begin", "end", "quad", "qquad").contains(name);
  }
}
