import type { Body, Expr } from '../syntax/ast.js';
import type { CompileClock } from './compile-clock.js';
import type { FunctionTable } from './functions.js';
import { IndexQueue } from './index-queue.js';
import { type Clause, clausesOf } from './safety-clauses.js';
import { addClosureVariables, exprVariables, hasClosures } from './variables.js';

/** An expression and the facts known from its form. */
export interface BodyItem {
  readonly expr: Expr;
  /** All variables outside closures. */
  readonly variables: ReadonlySet<string>;
  /** True if the expression contains closures. */
  readonly closes: boolean;
}

/** A body with the variables of all its expressions. */
interface BodyItems {
  readonly items: readonly BodyItem[];
  readonly variables: ReadonlySet<string>;
}

export interface Reordered {
  readonly items: readonly BodyItem[];
  /** Expressions that never become safe, each with its unbound variables. */
  readonly unsafe: readonly { readonly expr: Expr; readonly variables: ReadonlySet<string> }[];
}

/** A waiting expression, and the variables that it waits for. */
class Waiting {
  readonly derived = new Set<string>();
  private readonly byBound = new Map<string, OpenClause[]>();
  private readonly byDerived = new Map<string, OpenClause[]>();
  private missing: number;
  placed = false;

  constructor(
    readonly item: BodyItem,
    clauses: readonly Clause[],
    /** Variables of closures, which other expressions must bind. */
    readonly closed: Set<string>,
  ) {
    this.missing = item.variables.size;
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

  /** Records that a variable is bound before the expression. */
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
        this.missing -= Number(this.item.variables.has(name));
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
 * Orders the expressions so that the variables that each one needs are bound, and otherwise keeps their order (OPA `reorderBodyForSafety`).
 * OPA passes over the body repeatedly. As in OPA, an expression that becomes safe because of a later expression follows all expressions
 * that were safe in the same pass. Each variable of each expression is checked once, so the time is nearly linear.
 */
export function reorderBody(
  { items, variables }: BodyItems,
  isBound: (name: string) => boolean,
  functions: FunctionTable,
  clock: CompileClock,
): Reordered {
  const waitingOf = (item: BodyItem): Waiting => {
    clock.tick();
    return waiting(item, variables, isBound, functions);
  };
  if (isOrdered(items, isBound, waitingOf)) {
    return { items, unsafe: [] };
  }
  return new Reordering(items.map(waitingOf), isBound, clock).run();
}

export function bodyItems(body: Body, functions: FunctionTable): BodyItems {
  const items = body.map((expr): BodyItem => {
    return { expr, variables: exprVariables(expr, functions), closes: hasClosures(expr) };
  });
  const all = new Set<string>();
  items.forEach(({ variables }) => variables.forEach((name) => all.add(name)));
  return { items, variables: all };
}

function waiting(
  item: BodyItem,
  all: ReadonlySet<string>,
  isBound: (name: string) => boolean,
  functions: FunctionTable,
): Waiting {
  const { expr, variables, closes } = item;
  const closed = new Set<string>();
  if (closes) {
    addClosureVariables(expr, closed);
  }
  for (const name of closed) {
    if (!all.has(name) || isBound(name)) {
      closed.delete(name);
    }
  }
  return new Waiting(item, clausesOf(expr, variables, functions), closed);
}

/** Returns whether every expression is safe in its current position. Usually all of them are safe, so no expression has to wait. */
function isOrdered(
  items: readonly BodyItem[],
  isBound: (name: string) => boolean,
  waitingOf: (item: BodyItem) => Waiting,
): boolean {
  const bound = new Set<string>();
  const isKnown = (name: string): boolean => bound.has(name) || isBound(name);
  return items.every((item) => {
    const { variables, closes } = item;
    const known = [...variables].filter(isKnown);
    if (known.length === variables.size && !closes) {
      return true;
    }
    const open = waitingOf(item);
    [...known, ...[...open.closed].filter(isKnown)].forEach((name) => open.bind(name));
    variables.forEach((name) => bound.add(name));
    return open.ready;
  });
}

class Reordering {
  private readonly byVariable = new Map<string, number[]>();
  private readonly bound = new Set<string>();
  private readonly ordered: BodyItem[] = [];
  private current = new IndexQueue();
  private next = new IndexQueue();
  private position = -1;

  constructor(
    private readonly waiting: readonly Waiting[],
    isBound: (name: string) => boolean,
    private readonly clock: CompileClock,
  ) {
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
    return {
      items: this.ordered,
      unsafe: this.waiting.filter((item) => !item.placed).map((item) => this.unsafe(item)),
    };
  }

  private watch(isBound: (name: string) => boolean): void {
    this.waiting.forEach((waiter, index) => {
      for (const name of new Set([...waiter.item.variables, ...waiter.closed])) {
        if (isBound(name)) {
          waiter.bind(name);
        } else {
          add(this.byVariable, name, index);
        }
      }
      if (waiter.ready) {
        this.current.push(index);
      }
    });
  }

  private place(index: number): void {
    const waiter = this.waiting[index];
    if (waiter === undefined || waiter.placed) {
      return;
    }
    this.clock.tick();
    waiter.placed = true;
    this.position = index;
    this.ordered.push(waiter.item);
    waiter.item.variables.forEach((name) => this.bind(name));
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

  private unsafe({ item, derived, closed }: Waiting): Reordered['unsafe'][number] {
    const missing = [...item.variables].filter((name) => !derived.has(name));
    return { expr: item.expr, variables: new Set([...missing, ...closed]) };
  }
}
