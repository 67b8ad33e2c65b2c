import type { Value } from '../values/value.js';
import type { Frame } from './code.js';

/** The slots of a frame: one per variable name, and temporaries. Shared by all bodies of one rule. */
class FrameLayout {
  private readonly slots = new Map<string, number>();
  private template: Frame | undefined;
  private size = 0;

  slot(name: string): number {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = this.size++;
      this.slots.set(name, slot);
      this.template = undefined;
    }
    return slot;
  }

  /** A copy of a filled array stays packed, which makes its elements cheap to read. */
  fresh(): Frame {
    this.template ??= Array.from<Value | undefined>({ length: this.size }).fill(undefined);
    return this.template.slice();
  }
}

/** Which variables have a slot, and which of them are bound at the place that is being compiled. */
export class Names {
  private readonly bound = new Set<string>();

  private constructor(
    private readonly layout: FrameLayout,
    private readonly counter: { temporaries: number },
    private readonly outer?: Names,
  ) {}

  static empty(): Names {
    return new Names(new FrameLayout(), { temporaries: 0 });
  }

  /**
   * For a body inside another: it sees what is bound outside, and what it binds is not seen outside. Nothing is copied, since a body may hold very many
   * others: the inner one is to be compiled before the outer one goes on.
   */
  nested(): Names {
    return new Names(this.layout, this.counter, this);
  }

  slot(name: string): number {
    return this.layout.slot(name);
  }

  isBound(name: string): boolean {
    return this.bound.has(name) || (this.outer?.isBound(name) ?? false);
  }

  bind(name: string): number {
    this.bound.add(name);
    return this.layout.slot(name);
  }

  /** A name that no source can write, for values between expressions. */
  temporary(): string {
    return `#${this.counter.temporaries++}`;
  }

  fresh(): Frame {
    return this.layout.fresh();
  }
}
