import type { CompiledRule } from '../compile/program.js';
import type { Expr, Term } from '../syntax/ast.js';
import { RegoSet } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import { isPrimitive, type Primitive } from '../values/value-map.js';
import { lookupPath } from './access.js';
import { constantOf } from './constants.js';
import { IndexSources, type Source } from './index-sources.js';

/** The smallest group that is indexed. The rules of smaller groups are tried one at a time. */
const SMALLEST_INDEXED = 5;

/** A condition of a rule: the source must have one of these values. */
interface Demand {
  readonly source: Source;
  readonly values: readonly Primitive[];
}

interface Entry<R> {
  readonly order: number;
  readonly item: R;
  readonly demands: readonly Demand[];
}

type Node<R> =
  | { readonly kind: 'leaf'; readonly entries: readonly Entry<R>[]; readonly items: readonly R[] }
  | {
      readonly kind: 'branch';
      readonly source: Source;
      readonly byValue: ReadonlyMap<Primitive, Node<R>>;
      /** The rules without a demand on this source. */
      readonly others: Node<R> | undefined;
    };

/**
 * Finds the rules of a group that can hold. Skips rules that compare `input…` or a given value with a constant (`input.method == "GET"`,
 * `f("x", y)`) if that comparison is known to be false. Like OPA's "rule indexing", this makes the cost grow with the number of rules that
 * match.
 */
export class RuleIndex<R extends { readonly rule: CompiledRule }> {
  private readonly root: Node<R>;

  /** `givenOf` returns the patterns of the given values, in the order in which `select` receives them. */
  constructor(items: readonly R[], givenOf: (rule: CompiledRule) => readonly Term[]) {
    const isSmall = items.length < SMALLEST_INDEXED;
    const reader = new DemandReader();
    const entries = items.map((item, order): Entry<R> => {
      return { order, item, demands: isSmall ? NO_DEMANDS : reader.demandsOf(item.rule, givenOf(item.rule)) };
    });
    this.root = build(entries, new Set());
  }

  /** Returns the rules that are tried for all values. */
  always(): readonly R[] {
    return this.select(undefined, []);
  }

  /** Returns the rules to try, in source order. */
  select(input: Value | undefined, given: readonly Value[]): readonly R[] {
    if (this.root.kind === 'leaf') {
      return this.root.items;
    }
    const leaves: Extract<Node<R>, { kind: 'leaf' }>[] = [];
    collect(this.root, input, given, leaves);
    const [only] = leaves;
    if (leaves.length < 2) {
      return only?.items ?? [];
    }
    const entries = leaves.flatMap((leaf) => leaf.entries);
    return entries.sort((a, b) => a.order - b.order).map((entry) => entry.item);
  }
}

function collect<R>(
  node: Node<R>,
  input: Value | undefined,
  given: readonly Value[],
  leaves: Extract<Node<R>, { kind: 'leaf' }>[],
): void {
  if (node.kind === 'leaf') {
    leaves.push(node);
    return;
  }
  const { source } = node;
  const value = source.kind === 'input' ? lookupPath(input, source.path) : given[source.position];
  const matching = value !== undefined && isPrimitive(value) ? node.byValue.get(value) : undefined;
  if (matching !== undefined) {
    collect(matching, input, given, leaves);
  }
  if (node.others !== undefined) {
    collect(node.others, input, given, leaves);
  }
}

function build<R>(entries: readonly Entry<R>[], used: ReadonlySet<Source>): Node<R> {
  const best = entries.length < SMALLEST_INDEXED ? undefined : mostDemanded(entries, used);
  if (best === undefined) {
    return { kind: 'leaf', entries, items: entries.map((entry) => entry.item) };
  }
  const byValue = new Map<Primitive, Entry<R>[]>();
  const others: Entry<R>[] = [];
  for (const entry of entries) {
    const demand = entry.demands.find((candidate) => candidate.source === best);
    if (demand === undefined) {
      others.push(entry);
      continue;
    }
    for (const value of demand.values) {
      const sharing = byValue.get(value);
      if (sharing === undefined) {
        byValue.set(value, [entry]);
      } else if (sharing[sharing.length - 1] !== entry) {
        sharing.push(entry);
      }
    }
  }
  const deeper = new Set(used).add(best);
  const nodes = new Map<Primitive, Node<R>>();
  byValue.forEach((sharing, value) => nodes.set(value, build(sharing, deeper)));
  return {
    kind: 'branch',
    source: best,
    byValue: nodes,
    others: others.length === 0 ? undefined : build(others, deeper),
  };
}

/** Returns the source on which most of these rules have a demand; `undefined` if it would not distinguish rules. */
function mostDemanded<R>(entries: readonly Entry<R>[], used: ReadonlySet<Source>): Source | undefined {
  const counts = new Map<Source, number>();
  for (const { demands } of entries) {
    for (const { source } of demands) {
      counts.set(source, (counts.get(source) ?? 0) + 1);
    }
  }
  let best: Source | undefined;
  let most = 1;
  for (const [source, count] of counts) {
    if (count > most && !used.has(source)) {
      best = source;
      most = count;
    }
  }
  return best;
}

const NO_DEMANDS: readonly Demand[] = [];
const NO_POSITIONS: ReadonlyMap<string, number> = new Map();

/** Reads the demands of the rules of one group. */
class DemandReader {
  private readonly sources = new IndexSources();

  /** Returns the demands of a rule. A rule with `else` has no demands, since a branch can hold when the rule does not. */
  demandsOf(rule: CompiledRule, given: readonly Term[]): readonly Demand[] {
    if (rule.else !== undefined) {
      return NO_DEMANDS;
    }
    const demands: Demand[] = [];
    given.forEach((pattern, position) => {
      const value = constantOf(pattern);
      if (value !== undefined && isPrimitive(value)) {
        demands.push({ source: this.sources.given(position), values: [value] });
      }
    });
    const positions = positionsOf(given);
    for (const expr of rule.body) {
      const demand = this.demandOf(expr, positions);
      if (demand !== undefined && !demands.some((known) => known.source === demand.source)) {
        demands.push(demand);
      }
    }
    return demands;
  }

  private demandOf(expr: Expr, positions: ReadonlyMap<string, number>): Demand | undefined {
    if (expr.kind !== 'term' || expr.negated || expr.with.length > 0 || expr.term.kind !== 'call') {
      return undefined;
    }
    const { operator, args } = expr.term;
    const [a, b] = args;
    if (a === undefined || b === undefined || args.length !== 2) {
      return undefined;
    }
    if (operator === 'eq' || operator === 'equal') {
      return this.comparison(a, b, positions) ?? this.comparison(b, a, positions);
    }
    return operator === 'internal.member_2' ? this.membership(a, b, positions) : undefined;
  }

  private comparison(side: Term, other: Term, positions: ReadonlyMap<string, number>): Demand | undefined {
    const source = this.sourceOf(side, positions);
    const value = source === undefined ? undefined : constantOf(other);
    return source === undefined || value === undefined || !isPrimitive(value) ? undefined : { source, values: [value] };
  }

  private membership(item: Term, domain: Term, positions: ReadonlyMap<string, number>): Demand | undefined {
    const source = this.sourceOf(item, positions);
    const value = source === undefined ? undefined : constantOf(domain);
    const values =
      value instanceof RegoSet ? value.sorted() : value !== undefined && isArray(value) ? value : undefined;
    return source === undefined || values === undefined || !values.every(isPrimitive) ? undefined : { source, values };
  }

  private sourceOf(term: Term, positions: ReadonlyMap<string, number>): Source | undefined {
    if (term.kind === 'var' && term.name !== 'input') {
      const position = positions.get(term.name);
      return position === undefined ? undefined : this.sources.given(position);
    }
    const head = term.kind === 'ref' ? term.head : term;
    if (head.kind !== 'var' || head.name !== 'input') {
      return undefined;
    }
    const path: string[] = [];
    for (const part of term.kind === 'ref' ? term.path : []) {
      if (part.kind !== 'string') {
        return undefined;
      }
      path.push(part.value);
    }
    return this.sources.inputAt(path);
  }
}

/** Returns the first position of each variable among the given patterns. */
function positionsOf(given: readonly Term[]): ReadonlyMap<string, number> {
  if (given.length === 0) {
    return NO_POSITIONS;
  }
  const positions = new Map<string, number>();
  given.forEach((pattern, position) => {
    if (pattern.kind === 'var' && !positions.has(pattern.name)) {
      positions.set(pattern.name, position);
    }
  });
  return positions;
}
