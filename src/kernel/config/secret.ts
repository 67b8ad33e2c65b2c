import { inspect } from 'node:util';

const DOTS = '••••••';

/** A value that must not be seen: every way of printing it gives dots. `reveal()` is the only way to the text. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself, for the one place that uses it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return DOTS;
  }

  toJSON(): string {
    return DOTS;
  }

  [inspect.custom](): string {
    return DOTS;
  }
}
