import type { MaskJsonOptions } from './engine.types';
import { REDACTED } from './redacted-text';

const DEFAULT_MAX_DEPTH = 64;
const DEFAULT_MAX_NODES = 1_000_000;
/** Deeper recursion would need more stack than a worker has. */
const DEEPEST = 1_000;
/** The smallest number that has at least as many digits as a telephone number. */
const LONG_NUMBER = 10_000_000;

/**
 * Returns a copy of a JSON value in which blocked fields are replaced entirely, and strings and member names are masked. A long number with
 * a finding becomes a string. Values that are nested too deeply or follow too many other values become `[REDACTED]`. The input is not
 * changed, and names such as `__proto__` are ordinary names. Values that JSON does not support (functions, symbols) become `null`.
 */
export function maskJson(value: unknown, options: MaskJsonOptions): unknown {
  return new JsonMask(options).mask(value, []);
}

class JsonMask {
  private nodes = 0;
  private readonly maxDepth: number;
  private readonly maxNodes: number;

  constructor(private readonly options: MaskJsonOptions) {
    this.maxDepth = Math.min(options.maxDepth ?? DEFAULT_MAX_DEPTH, DEEPEST);
    this.maxNodes = options.maxNodes ?? DEFAULT_MAX_NODES;
  }

  mask(value: unknown, path: string[]): unknown {
    this.nodes += 1;
    if (this.nodes > this.maxNodes || path.length > this.maxDepth) return REDACTED;
    switch (typeof value) {
      case 'string':
        return this.options.maskString(value, path);
      case 'number':
      case 'bigint':
        return this.number(value, path);
      case 'boolean':
        return value;
      case 'object':
        return value === null ? null : this.composite(value, path);
      case 'undefined':
      case 'function':
      case 'symbol':
        return null;
    }
  }

  private number(value: number | bigint, path: readonly string[]): unknown {
    if (typeof value === 'number' && !Number.isFinite(value)) return null;
    const isLong = typeof value === 'bigint' || (Number.isInteger(value) && Math.abs(value) >= LONG_NUMBER);
    if (!isLong) return value;
    const text = String(value);
    const masked = this.options.maskString(text, path);
    return masked === text ? value : masked;
  }

  private composite(value: object, path: string[]): unknown {
    if (Array.isArray(value)) return value.map((item, index) => this.within(path, String(index), item));
    if ('toJSON' in value && typeof value.toJSON === 'function')
      return this.mask((value.toJSON as () => unknown)(), path);
    if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) return REDACTED;
    const masked: Record<string, unknown> = {};
    const nextNumbers = new Map<string, number>();
    for (const [name, member] of Object.entries(value)) {
      // Not an assignment, because that would set the prototype for `__proto__`.
      Object.defineProperty(masked, this.freeName(masked, nextNumbers, this.options.maskString(name, path)), {
        value: this.member(path, name, member),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return masked;
  }

  private member(path: string[], name: string, member: unknown): unknown {
    path.push(name);
    const blocked = this.options.fields.matches(path);
    const masked = blocked ? this.options.replaceField(member, path.slice()) : this.mask(member, path);
    path.pop();
    return masked;
  }

  private within(path: string[], step: string, item: unknown): unknown {
    path.push(step);
    const masked = this.mask(item, path);
    path.pop();
    return masked;
  }

  /**
   * Returns the masked name, with a number if another member already has that name.
   * @param nextNumbers the next number by masked name: counting from 2 each time would take an hour for the names in a large object.
   */
  private freeName(members: object, nextNumbers: Map<string, number>, masked: string): string {
    if (!Object.hasOwn(members, masked)) return masked;
    let number = nextNumbers.get(masked) ?? 2;
    while (Object.hasOwn(members, `${masked} (${number})`)) number++;
    nextNumbers.set(masked, number + 1);
    return `${masked} (${number})`;
  }
}
