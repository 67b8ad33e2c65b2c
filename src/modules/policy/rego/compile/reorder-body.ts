import type { Body, Expr } from '../syntax/ast';
import type { CompileClock } from './compile-clock';
import type { FunctionTable } from './functions';
import { IndexQueue } from './index-queue';
import { type Clause, needsOf } from './safety-clauses';
import { addClosureVariables, exprVariables } from './variables';

export interface Reordered {
  readonly body: Body;
  /** Expressions that never become safe, each with the variables that nothing binds. */
  readonly unsafe: readonly { readonly expr: Expr; readonly variables: ReadonlySet<string> }[];
}

/** What an expression still waits for. */
class Waiting {
  readonly derived = new Set<string>();
  private readonly byBound = new Map<string, OpenClause[]>();
  private readonly byDerived = new Map<string, OpenClause[]>();
  private missing: number;
  placed = false;

  constructor(
    readonly expr: Expr,
    readonly variables: ReadonlySet<string>,
    clauses: readonly Clause[],
    /** Variables of closures, which must be bound by other expressions. */
    readonly closed: Set<string>,
  ) {
    this.missing = variables.size;
    const ready: OpenClause[] = [];
    for (const clause of clauses) {
      const open: OpenClause = { open: clause.bound.length + clause.derived.length, gives: clause.gives };
      clause.bound.forEach((name) => add(this.byBound, name, open));
      clause.derived.forEach((name) => add(this.byDerived, name, open));
      if (open.open === 0) {
        ready.push(open);
      }
    }
    ready.forEach((clause) => this.derive(clause.gives));
  }

  get ready(): boolean {
    return this.missing === 0 && this.closed.size === 0;
  }

  /** A variable is bound before the expression. */
  bind(name: string): void {
    this.closed.delete(name);
    this.settle(this.byBound.get(name));
    this.derive([name]);
  }

  private derive(names: readonly string[]): void {
    const pending = [...names];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (!this.derived.has(name)) {
        this.derived.add(name);
        this.missing -= Number(this.variables.has(name));
        this.settle(this.byDerived.get(name), pending);
      }
    }
  }

  private settle(clauses: readonly OpenClause[] | undefined, pending?: string[]): void {
    for (const clause of clauses ?? []) {
      if (--clause.open === 0) {
        if (pending === undefined) {
          this.derive(clause.gives);
        } else {
          pending.push(...clause.gives);
        }
      }
    }
  }
}

interface OpenClause {
  open: number;
  readonly gives: readonly string[];
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
  } else {
    list.push(value);
  }
}

/**
 * Puts the expressions in an order in which each finds bound what it needs, and otherwise leaves them where they are (OPA
 * `reorderBodyForSafety`): as in OPA, which goes over the body again and again, an expression that becomes safe by a later one takes its place after
 * all that were safe in the same pass. Each variable of each expression is looked at once, so the work is near linear.
 */
export function reorderBody(
  body: Body,
  isBound: (name: string) => boolean,
  functions: FunctionTable,
  clock: CompileClock,
): Reordered {
  return new Reordering(body, isBound, functions, clock).run();
}

class Reordering {
  private readonly waiting: Waiting[];
  private readonly byVariable = new Map<string, number[]>();
  private readonly bound = new Set<string>();
  private readonly ordered: Expr[] = [];
  private current = new IndexQueue();
  private next = new IndexQueue();
  private position = -1;

  constructor(
    body: Body,
    isBound: (name: string) => boolean,
    functions: FunctionTable,
    private readonly clock: CompileClock,
  ) {
    const variables = new Set<string>();
    body.forEach((expr) => exprVariables(expr, functions).forEach((name) => variables.add(name)));
    this.waiting = body.map((expr) => {
      clock.tick();
      const needs = needsOf(expr, functions);
      const closed = new Set<string>();
      addClosureVariables(expr, closed);
      const open = [...closed].filter((name) => variables.has(name) && !isBound(name));
      return new Waiting(expr, needs.variables, needs.clauses, new Set(open));
    });
    this.watch(isBound);
  }

  run(): Reordered {
    for (;;) {
      const index = this.current.pop();
      if (index !== undefined) {
        this.place(index);
        continue;
      }
      const index2 = this.next.pop();
      if (index2 === undefined) {
        break;
      }
      [this.current, this.next] = [this.next, this.current];
      this.position = -1;
      this.place(index2);
    }
    return { body: this.ordered, unsafe: this.waiting.filter((item) => !item.placed).map((item) => this.unsafe(item)) };
  }

  private watch(isBound: (name: string) => boolean): void {
    this.waiting.forEach((item, index) => {
      for (const name of new Set([...item.variables, ...item.closed])) {
        if (isBound(name)) {
          item.bind(name);
        } else {
          add(this.byVariable, name, index);
        }
      }
      if (item.ready) {
        this.current.push(index);
      }
    });
  }

  private place(index: number): void {
    const item = this.waiting[index];
    if (item === undefined || item.placed) {
      return;
    }
    this.clock.tick();
    item.placed = true;
    this.position = index;
    this.ordered.push(item.expr);
    item.variables.forEach((name) => this.bind(name));
  }

  private bind(name: string): void {
    if (this.bound.has(name)) {
      return;
    }
    this.bound.add(name);
    for (const index of this.byVariable.get(name) ?? []) {
      const item = this.waiting[index];
      if (item !== undefined && !item.placed && !item.ready) {
        item.bind(name);
        if (item.ready) {
          (index > this.position ? this.current : this.next).push(index);
        }
      }
    }
  }

  private unsafe(item: Waiting): Reordered['unsafe'][number] {
    const missing = [...item.variables].filter((name) => !item.derived.has(name));
    return { expr: item.expr, variables: new Set([...missing, ...item.closed]) };
  }
}
