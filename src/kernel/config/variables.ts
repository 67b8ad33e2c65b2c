import { Secret } from './secret';

/** The result of parsing one variable: its value, or a fault that says what is wrong and how to fix it. */
type Parsed<T> = { readonly value: T } | { readonly fault: string };

/** One environment variable: its type, unit, default and a one-sentence description. Declared once, in the module's `*.config.ts`. */
export interface Variable<T> {
  readonly description: string;
  /** The values that {@link parse} accepts, as a description: `integer from 1 to 65535`. */
  readonly type: string;
  /** Shown in `.env.example`; `null` when there is no default. */
  readonly defaultText: string | null;
  /** `ms`, `seconds`, `bytes`, or empty. */
  readonly unit: string;
  /** The value if the variable is not set. */
  readonly fallback: T;
  parse(text: string): Parsed<T>;
}

interface Described {
  readonly description: string;
}

/** A string of 1–`maxLength` characters (default 2,048) that matches `pattern`, if set. */
export function text<D extends string | null>(
  options: Described & { default: D; pattern?: RegExp; patternHint?: string; maxLength?: number },
): Variable<string | D> {
  const maxLength = options.maxLength ?? 2048;
  return {
    ...described(options, options.default),
    type: `string of at most ${maxLength} characters`,
    fallback: options.default,
    parse: (value) => {
      if (value.length > maxLength) return { fault: `must have at most ${maxLength} characters` };
      if (options.pattern && !options.pattern.test(value)) {
        return { fault: options.patternHint ?? `must match ${String(options.pattern)}` };
      }
      return { value };
    },
  };
}

/** A whole number within `min`–`max`, in `unit`. */
export function integer(
  options: Described & { default: number; min: number; max: number; unit?: string },
): Variable<number> {
  return {
    ...described(options, String(options.default), options.unit),
    type: `integer from ${options.min} to ${options.max}`,
    fallback: options.default,
    parse: (value) => {
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= options.min && number <= options.max) return { value: number };
      return { fault: `must be a whole number from ${options.min} to ${options.max}` };
    },
  };
}

/** `true` or `false`. */
export function boolean(options: Described & { default: boolean }): Variable<boolean> {
  return {
    ...described(options, String(options.default)),
    type: '`true` or `false`',
    fallback: options.default,
    parse: (value) =>
      value === 'true' || value === 'false' ? { value: value === 'true' } : { fault: 'must be true or false' },
  };
}

/** One of a closed list of strings. */
export function oneOf<const W extends string>(options: Described & { words: readonly W[]; default: W }): Variable<W> {
  return {
    ...described(options, options.default),
    type: `one of ${options.words.map((word) => `\`${word}\``).join(', ')}`,
    fallback: options.default,
    parse: (value) => {
      const word = options.words.find((candidate) => candidate === value);
      return word === undefined ? { fault: `must be one of ${options.words.join(', ')}` } : { value: word };
    },
  };
}

/** An absolute URL with one of `protocols` (each with its colon), stored without a trailing slash. */
export function url<D extends string | null>(
  options: Described & { default: D; protocols: readonly string[] },
): Variable<string | D> {
  return {
    ...described(options, options.default),
    type: `URL that begins with ${options.protocols.map((protocol) => `\`${protocol}//\``).join(' or ')}`,
    fallback: options.default,
    parse: (value) => {
      const parsed = URL.canParse(value) ? new URL(value) : null;
      if (parsed && options.protocols.includes(parsed.protocol)) return { value: value.replace(/\/+$/, '') };
      return { fault: `must be a URL that begins with ${options.protocols.map((p) => `${p}//`).join(' or ')}` };
    },
  };
}

/** A comma-separated list of trimmed strings. */
export function list(options: Described & { default: readonly string[] }): Variable<readonly string[]> {
  return {
    ...described(options, options.default.join(',')),
    type: 'comma-separated list',
    fallback: options.default,
    parse: (value) => ({
      value: value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    }),
  };
}

/** A secret of at least `minLength` characters (or a URL that can contain a password). It is always printed as dots. */
export function secret(
  options: Described & { minLength?: number; pattern?: RegExp; patternHint?: string },
): Variable<Secret | null> {
  const minLength = options.minLength ?? 1;
  return {
    ...described(options, null),
    type: minLength === 1 ? 'secret' : `secret of at least ${minLength} characters`,
    fallback: null,
    parse: (value) => {
      if (value.length < minLength) return { fault: `must have at least ${minLength} characters` };
      if (options.pattern && !options.pattern.test(value)) {
        return { fault: options.patternHint ?? 'has an invalid format' };
      }
      return { value: new Secret(value) };
    },
  };
}

function described(
  options: Described,
  defaultText: string | null,
  unit = '',
): Pick<Variable<never>, 'description' | 'defaultText' | 'unit'> {
  return { description: options.description, defaultText, unit };
}
