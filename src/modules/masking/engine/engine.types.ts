/** The position, in text, of a value that identifies a person or grants access. */
export interface Finding {
  /** The name of the entity, such as `EMAIL_ADDRESS`. For a caller's pattern, the name that the caller gave it, or `CUSTOM`. */
  readonly entity: string;
  /** The index of the first UTF-16 unit of the value. */
  readonly start: number;
  /** The index of the first UTF-16 unit after the value. */
  readonly end: number;
  /** The detector's confidence, from 0 to 1. A valid checksum or a context word raises it. */
  readonly score: number;
}

export interface DetectOptions {
  /** Names of the entities to find. Default: the entities with `onByDefault`. Unknown names have no effect. */
  readonly entities?: readonly string[];
  /** Omits findings below this score, 0 to 1. Default 0.5. */
  readonly threshold?: number;
  /** The caller's additional patterns; each match has a score of 1. */
  readonly extraPatterns?: readonly CompiledPattern[];
  /**
   * The time until which these patterns may run, on the `threadCpuMs` clock. If you mask many texts for one caller, pass the same deadline
   * for all of them; by default, each text has its own deadline (see `patternDeadline`).
   */
  readonly deadline?: number;
  /** Words around the text, such as the name of its field, that count as context. */
  readonly context?: readonly string[];
  /** The required quality of telephone numbers: 0 possible, 1 valid (default), 2 and 3 valid and grouped as usual. */
  readonly phoneLeniency?: 0 | 1 | 2 | 3;
  /** Limits entities with check digits to values whose check digits are valid. Default false. */
  readonly checkedOnly?: boolean;
}

/** An entity that the engine can find. */
export interface EntityInfo {
  readonly name: string;
  readonly description: string;
  /** True if the entity is found even when a caller does not name any entities. */
  readonly onByDefault: boolean;
  /** True if the entity grants access (a key, a token, a password) rather than identifying a person. */
  readonly secret: boolean;
  /** The ISO 3166 code of the country that issues the identifier. */
  readonly country?: string;
}

/** A caller's pattern that was accepted; a search takes time linear in the text. */
export interface CompiledPattern {
  readonly ok: true;
  readonly source: string;
  /** The entity that the pattern's findings are classified as. */
  readonly entity: string;
  /**
   * Returns the matches in order, except empty matches.
   * @param deadline the deadline on the `threadCpuMs` clock. Once it has passed, the rest of the text counts as one match.
   */
  find(text: string, deadline?: number): Iterable<{ readonly start: number; readonly end: number }>;
}

/** A caller's pattern that was refused, with the reason as a message for the pattern's author. */
export interface PatternRefusal {
  readonly ok: false;
  readonly source: string;
  readonly reason: string;
}

/** Returns the replacement for a found value. An empty replacement becomes `[REDACTED]`. */
export type Replacer = (value: string, finding: Finding) => string;

/** Selects, by name, the members of a JSON value that are masked entirely. */
export interface FieldRules {
  /** Returns true if the member at this path is selected. The path consists of the keys from the root, with array indexes as text. */
  matches(path: readonly string[]): boolean;
}

export interface MaskJsonOptions {
  readonly fields: FieldRules;
  /** Returns the replacement for a blocked field's value (any JSON value). */
  readonly replaceField: (value: unknown, path: readonly string[]) => unknown;
  /**
   * Masks a string. Also called with the text of numbers that have more than seven digits. The path is the value's path; for the name of a
   * member, it is the path of the object.
   */
  readonly maskString: (text: string, path: readonly string[]) => string;
  /** The number of levels below which `[REDACTED]` replaces all values. Default 64. */
  readonly maxDepth?: number;
  /** The number of values after which `[REDACTED]` replaces all further values. Default 1,000,000. */
  readonly maxNodes?: number;
}
