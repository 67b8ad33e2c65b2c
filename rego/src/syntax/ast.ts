/**
 * The syntax tree of Rego v1, close to OPA's own (`ast/policy.go`, `ast/term.go`), so that OPA's documentation applies.
 * Operators are calls: `a = b` is `eq`, `a := b` is `assign`, `a == b` is `equal`, `a + b` is `plus`, `a | b` is `or`, `a & b` is `and`,
 * `a in b` is `internal.member_2`, `k, v in b` is `internal.member_3`, and unary minus is `minus(0, a)`.
 */

/**
 * The location of a node in a source file. Rows and columns start at 1, and columns count code points; `offset` starts at 0 and counts
 * UTF-16 units.
 */
export interface Location {
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly offset: number;
  /** The source text of the node, like OPA's `location.text`. */
  readonly text: string;
}

export interface NullTerm {
  readonly kind: 'null';
  readonly loc: Location;
}
export interface BooleanTerm {
  readonly kind: 'boolean';
  readonly loc: Location;
  readonly value: boolean;
}
/** A number. `text` is the literal as written (`1e3`; `0x` is not Rego). `values/number.ts` converts it to a value. */
export interface NumberTerm {
  readonly kind: 'number';
  readonly loc: Location;
  readonly text: string;
}
export interface StringTerm {
  readonly kind: 'string';
  readonly loc: Location;
  readonly value: string;
}
/** A template string, `$"…{expr}…"`. Its parts are literal text, or expressions whose undefined values print as `<undefined>`. */
export interface TemplateTerm {
  readonly kind: 'template';
  readonly loc: Location;
  readonly parts: readonly (string | Term)[];
  readonly multiLine: boolean;
}
/** A variable. Each `_` is a different variable, named `$0`, `$1`, … (no source can contain such a name). */
export interface VarTerm {
  readonly kind: 'var';
  readonly loc: Location;
  readonly name: string;
}
/**
 * A reference, `head.path[…]`. The head is a variable, a call, or a composite value; `.name` is a string term in the path. The path has at
 * least one element.
 */
export interface RefTerm {
  readonly kind: 'ref';
  readonly loc: Location;
  readonly head: Term;
  readonly path: readonly Term[];
}
export interface ArrayTerm {
  readonly kind: 'array';
  readonly loc: Location;
  readonly items: readonly Term[];
}
export interface SetTerm {
  readonly kind: 'set';
  readonly loc: Location;
  readonly items: readonly Term[];
}
export interface ObjectTerm {
  readonly kind: 'object';
  readonly loc: Location;
  readonly entries: readonly (readonly [Term, Term])[];
}
export interface ArrayComprehension {
  readonly kind: 'arrayComprehension';
  readonly loc: Location;
  readonly value: Term;
  readonly body: Body;
}
export interface SetComprehension {
  readonly kind: 'setComprehension';
  readonly loc: Location;
  readonly value: Term;
  readonly body: Body;
}
export interface ObjectComprehension {
  readonly kind: 'objectComprehension';
  readonly loc: Location;
  readonly key: Term;
  readonly value: Term;
  readonly body: Body;
}
/** A call. `operator` is a dotted name: `count`, `json.patch`, `eq` or, after resolution, a rule's path such as `data.lib.f`. */
export interface CallTerm {
  readonly kind: 'call';
  readonly loc: Location;
  readonly operator: string;
  readonly args: readonly Term[];
}

export type Scalar = NullTerm | BooleanTerm | NumberTerm | StringTerm;
export type Comprehension = ArrayComprehension | SetComprehension | ObjectComprehension;
export type Term =
  Scalar | TemplateTerm | VarTerm | RefTerm | ArrayTerm | SetTerm | ObjectTerm | Comprehension | CallTerm;

/** `with target as value`. The target is a variable (`input`, a built-in function) or a reference (`input.x`, `data.y`, `time.now_ns`). */
export interface With {
  readonly loc: Location;
  readonly target: VarTerm | RefTerm;
  readonly value: Term;
}

interface ExprBase {
  readonly loc: Location;
  readonly negated: boolean;
  readonly with: readonly With[];
}
/** A term that must be neither false nor undefined. Calls of `eq` and `assign` are also expressions of this kind. */
export interface TermExpr extends ExprBase {
  readonly kind: 'term';
  readonly term: Term;
}
/** A declaration, `some x, y`. */
export interface SomeDeclaration extends ExprBase {
  readonly kind: 'some';
  readonly names: readonly VarTerm[];
}
/** `some v in xs`, `some k, v in xs`. Key and value are patterns. */
export interface SomeIn extends ExprBase {
  readonly kind: 'someIn';
  readonly key: Term | undefined;
  readonly value: Term;
  readonly domain: Term;
}
/** An `every` expression: `every v in xs { … }`, `every k, v in xs { … }`. */
export interface Every extends ExprBase {
  readonly kind: 'every';
  readonly key: VarTerm | undefined;
  readonly value: VarTerm;
  readonly domain: Term;
  readonly body: Body;
}
export type Expr = TermExpr | SomeDeclaration | SomeIn | Every;
export type Body = readonly Expr[];

/**
 * The head of a rule; `ref` omits the package. The forms (OPA `ast.RuleKind` and "ref heads") are:
 * - `f(x) := v`: `args` is set;
 * - `p := v`, `p.q := v`, `p[x].r := v`: `value` is set (`true` if not written) and `key` is not;
 * - `p contains k`, `p.q[x] contains k`: `key` is set and `value` is not.
 * `p[k] := v` is the second form with `k` as the last path element of `ref`. A rule with path elements that are not scalars is a partial
 * rule.
 */
export interface RuleHead {
  readonly loc: Location;
  readonly name: VarTerm;
  readonly path: readonly Term[];
  readonly args: readonly Term[] | undefined;
  readonly key: Term | undefined;
  readonly value: Term | undefined;
  /** The operator before the value; `undefined` if the form implies the value. */
  readonly assignment: ':=' | '=' | undefined;
}

export interface Rule {
  readonly loc: Location;
  readonly default: boolean;
  readonly head: RuleHead;
  /** A rule without a body has the body `[true]`, with `bodyWritten` false. */
  readonly body: Body;
  readonly bodyWritten: boolean;
  readonly else: Rule | undefined;
  readonly annotations: readonly Annotations[];
}

export interface Import {
  readonly loc: Location;
  /** The path: `data.a.b`, `input.x`, `rego.v1`, `future.keywords.in`. */
  readonly path: readonly string[];
  readonly alias: string | undefined;
}

/** A `# METADATA` block (OPA "Annotations"); `raw` contains the members as JSON-like data. */
export interface Annotations {
  readonly loc: Location;
  readonly scope: 'rule' | 'document' | 'package' | 'subpackages';
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface Comment {
  readonly loc: Location;
  /** The text without the `#`. */
  readonly text: string;
}

export interface Module {
  readonly file: string;
  readonly package: { readonly loc: Location; readonly path: readonly string[] };
  readonly imports: readonly Import[];
  readonly rules: readonly Rule[];
  readonly comments: readonly Comment[];
  /** Annotations with the scope `package` or `subpackages`. Each rule stores its own annotations. */
  readonly annotations: readonly Annotations[];
}
