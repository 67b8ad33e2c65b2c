/** The position of a value in a text that identifies a person or grants access. */
export interface Finding {
  /** Name of the entity, such as `EMAIL_ADDRESS`; for a caller's pattern the name given with it, else `CUSTOM`. */
  readonly entity: string;
  /** First UTF-16 unit of the value. */
  readonly start: number;
  /** First UTF-16 unit after the value. */
  readonly end: number;
  /** Confidence of the detector, from 0 to 1. A valid checksum or a context word raises it. */
  readonly score: number;
}

export interface DetectOptions {
  /** Names of the entities to look for. Default: those with `onByDefault`. Unknown names find nothing. */
  readonly entities?: readonly string[];
  /** Omits findings below this score, 0 to 1. Default 0.5. */
  readonly threshold?: number;
  /** Additional patterns of the caller; each hit has the score 1. */
  readonly extraPatterns?: readonly CompiledPattern[];
  /**
   * The time until which these patterns may run, by the clock `threadCpuMs`. Masking many texts for one caller uses one deadline for all;
   * by default each text has its own, see `patternDeadline`.
   */
  readonly deadline?: number;
  /** Words around the text, such as the name of its field; they count as context. */
  readonly context?: readonly string[];
  /** How strictly telephone numbers are judged: 0 possible, 1 valid (default), 2 and 3 valid and grouped as usual. */
  readonly phoneLeniency?: 0 | 1 | 2 | 3;
  /** Limits entities with check digits to values whose check digits hold. Default false. */
  readonly checkedOnly?: boolean;
}

/** An entity that the engine can find. */
export interface EntityInfo {
  readonly name: string;
  readonly description: string;
  /** True when it is found although a caller names no entities. */
  readonly onByDefault: boolean;
  /** True when it grants access (a key, a token, a password) rather than identifies a person. */
  readonly secret: boolean;
  /** ISO 3166 code of the country that issues it. */
  readonly country?: string;
}

/** A caller's pattern that was accepted; it runs in time linear in the text. */
export interface CompiledPattern {
  readonly ok: true;
  readonly source: string;
  /** Entity of its findings. */
  readonly entity: string;
  /**
   * Returns the matches in order, without the empty ones.
   * @param deadline by the clock `threadCpuMs`: once it has passed, the rest of the text is one match.
   */
  find(text: string, deadline?: number): Iterable<{ readonly start: number; readonly end: number }>;
}

/** A caller's pattern that was refused, and why, as a message for its author. */
export interface PatternRefusal {
  readonly ok: false;
  readonly source: string;
  readonly reason: string;
}

/** Returns the replacement of a found value. An empty one becomes `[REDACTED]`. */
export type Replacer = (value: string, finding: Finding) => string;

/** Selects the members of a JSON value that are masked whole, by their names. */
export interface FieldRules {
  /** Returns true when the member at this path is selected. The path has the keys from the root, and indexes of arrays as text. */
  matches(path: readonly string[]): boolean;
}

export interface MaskJsonOptions {
  readonly fields: FieldRules;
  /** Returns the replacement of a blocked field's value (any JSON value). */
  readonly replaceField: (value: unknown, path: readonly string[]) => unknown;
  /**
   * Masks one text; also called for numbers of more than seven digits, written as text. The path is that of the value; for the name of a
   * member it is the path of its object.
   */
  readonly maskString: (text: string, path: readonly string[]) => string;
  /** Levels below which `[REDACTED]` replaces everything. Default 64. */
  readonly maxDepth?: number;
  /** Values after which `[REDACTED]` replaces everything. Default 1,000,000. */
  readonly maxNodes?: number;
}
