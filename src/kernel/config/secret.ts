import { inspect } from 'node:util';

const DOTS = '••••••';

/** A value that must not be displayed: every way of printing it shows dots. Only `reveal()` returns the string. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the plain string. Call it only where the string is used. */
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
