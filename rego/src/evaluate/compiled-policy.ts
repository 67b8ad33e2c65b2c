import type { Builtin } from '../builtins/builtin.js';
import { compileQuery, type CompiledQuery } from '../compile/compile-query.js';
import type { Program, RuleNode } from '../compile/program.js';
import { evaluatePartially } from '../partial/partial-query.js';
import type {
  CompileResult,
  PartialOptions,
  PartialResult,
  Policy,
  PreparedQuery,
  PreparedRule,
  RuleInfo,
} from '../policy-engine.js';
import type { RefTerm, Term } from '../syntax/ast.js';
import { parseBody, parseTerm } from '../syntax/parser.js';
import type { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { lookupPath } from './access.js';
import { coverableLines } from './coverable-lines.js';
import { dataConflicts } from './data-conflicts.js';
import { inputPathsOf } from './input-paths.js';
import { LinkedProgram } from './linked-program.js';
import { DocumentQuery, failureOf, ResultQuery } from './prepared.js';
import { Runtime } from './runtime.js';

const PLAIN_PATH = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** The maximum number of prepared paths to cache. Callers can query any path below a rule, and policies are long-lived. */
const MAX_PREPARED = 1_000;

/** Limits for creating the code of a policy, which the limits of compilation already restrict. */
const UNLIMITED = {
  deadlineMs: Number.POSITIVE_INFINITY,
  maxSteps: Number.MAX_SAFE_INTEGER,
  maxBytes: Number.MAX_SAFE_INTEGER,
};

/** A program with its base document, in the form that callers use. */
export class CompiledPolicy implements Policy {
  private readonly rt: Runtime;
  private readonly plain: LinkedProgram;
  private traced: LinkedProgram | undefined;
  private readonly prepared = new Map<string, PreparedRule>();
  private ruleList: readonly RuleInfo[] | undefined;

  constructor(
    private readonly program: Program,
    private readonly base: RegoObject,
    private readonly builtins: ReadonlyMap<string, Builtin>,
    private readonly allowedHosts: readonly string[],
  ) {
    this.rt = new Runtime(base, allowedHosts);
    this.plain = new LinkedProgram(this.rt, program, { builtins, traced: false });
  }

  /** Compiles the code that every evaluation will try. Throws `RegoError` if it cannot run, and `RangeError` if it nests too deeply. */
  link(): void {
    this.rt.run(undefined, { limits: UNLIMITED }, () => this.plain.prepare());
  }

  withData(base: RegoObject): CompileResult {
    const errors = dataConflicts(this.program.root, base);
    return errors.length > 0
      ? { ok: false, errors }
      : { ok: true, policy: new CompiledPolicy(this.program, base, this.builtins, this.allowedHosts) };
  }

  rules(): readonly RuleInfo[] {
    return (this.ruleList ??= [...rulesBelow(this.program.root)]);
  }

  coverableLines(): ReadonlyMap<string, readonly number[]> {
    return coverableLines(this.program);
  }

  has(path: string): boolean {
    const parts = partsOf(path);
    return parts !== undefined && this.stands(parts);
  }

  prepareRule(path: string): PreparedRule | undefined {
    const parts = partsOf(path);
    if (parts === undefined || !this.stands(parts)) {
      return undefined;
    }
    const key = JSON.stringify(parts);
    let known = this.prepared.get(key);
    if (known === undefined) {
      if (this.prepared.size >= MAX_PREPARED) {
        this.prepared.clear();
      }
      known = new DocumentQuery(this.rt, ['data', ...parts].join('.'), documentTerm(parts), this.worlds(), () =>
        parts.every(isName) ? inputPathsOf(this.program, parts) : null,
      );
      this.prepared.set(key, known);
    }
    return known;
  }

  prepareQuery(query: string): ReturnType<Policy['prepareQuery']> {
    const parsed = parseBody(query, 'query');
    if (!parsed.ok) {
      return parsed;
    }
    const compiled: CompiledQuery = compileQuery(parsed.body, this.program, { builtins: this.builtins });
    if (!compiled.ok) {
      return compiled;
    }
    const prepared: PreparedQuery = new ResultQuery(this.rt, compiled.body, compiled.variables, this.worlds());
    return { ok: true, query: prepared };
  }

  partial(query: string, input: Value | undefined, options: PartialOptions = {}): PartialResult {
    const { program, builtins, rt } = this;
    try {
      return evaluatePartially({ program, builtins, rt, world: this.plain }, query, input, options);
    } catch (error) {
      return failureOf(error);
    }
  }

  /** Returns the linked programs. The program that reports to a trace is linked when a trace is first used. */
  private worlds(): (traced: boolean) => LinkedProgram {
    return (traced) =>
      traced
        ? (this.traced ??= new LinkedProgram(this.rt, this.program, { builtins: this.builtins, traced: true }))
        : this.plain;
  }

  private stands(parts: readonly PathPart[]): boolean {
    let node: RuleNode | undefined = this.program.root;
    for (const part of parts) {
      if (node?.group !== undefined && node.group.kind !== 'function') {
        return true;
      }
      node = typeof part === 'string' ? node?.children.get(part) : undefined;
    }
    return node !== undefined || lookupPath(this.base, parts) !== undefined;
  }
}

/** A name, or an index in an array. */
type PathPart = string | number;

function isName(part: PathPart): part is string {
  return typeof part === 'string';
}

/** Splits a path such as `data.a.b`, `a.b`, `data.a["b c"]` or `data.a[0]` into its parts. */
function partsOf(path: string): readonly PathPart[] | undefined {
  if (PLAIN_PATH.test(path)) {
    const parts = path.split('.');
    return parts[0] === 'data' ? parts.slice(1) : parts;
  }
  const parsed = parseTerm(path);
  if (!parsed.ok || parsed.term.kind !== 'ref' || parsed.term.head.kind !== 'var') {
    return undefined;
  }
  const { head, path: rest } = parsed.term;
  const parts: PathPart[] = head.name === 'data' ? [] : [head.name];
  for (const part of rest) {
    const value = part.kind === 'string' ? part.value : part.kind === 'number' ? Number(part.text) : undefined;
    if (value === undefined || (typeof value === 'number' && !Number.isSafeInteger(value))) {
      return undefined;
    }
    parts.push(value);
  }
  return parts;
}

function documentTerm(parts: readonly PathPart[]): Term {
  const loc = { file: '', row: 1, col: 1, offset: 0, text: '' };
  const head = { kind: 'var', loc, name: 'data' } as const;
  const path: RefTerm['path'] = parts.map((value) =>
    typeof value === 'string' ? { kind: 'string', loc, value } : { kind: 'number', loc, text: String(value) },
  );
  return parts.length === 0 ? head : { kind: 'ref', loc, head, path };
}

function* rulesBelow(node: RuleNode): Generator<RuleInfo> {
  const { group } = node;
  const first = group?.rules[0] ?? group?.default;
  if (group !== undefined && first !== undefined) {
    const path = ['data', ...group.path].join('.');
    yield { path, kind: group.kind, file: first.loc.file, row: first.loc.row };
  }
  for (const child of node.children.values()) {
    yield* rulesBelow(child);
  }
}
