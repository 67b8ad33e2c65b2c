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

  /** Copies a filled array, which stays packed, so its elements are cheap to read. */
  fresh(): Frame {
    this.template ??= Array.from<Value | undefined>({ length: this.size }).fill(undefined);
    return this.template.slice();
  }
}

/** The variables that have a slot, and those that are bound at the place being compiled. */
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
   * Returns the names for a body inside this one. It sees the variables bound outside, but its own bindings are not visible outside. Does
   * not copy anything, since a body can contain very many inner bodies. Compile the inner body before you continue with the outer one.
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

  /** Returns a name that no source can contain, for values between expressions. */
  temporary(): string {
    return `#${this.counter.temporaries++}`;
  }

  fresh(): Frame {
    return this.layout.fresh();
  }
}
