/** Where a value that identifies somebody, or opens something, stands in a text. */
export interface Finding {
  /** Name of the entity, such as `EMAIL_ADDRESS`; for a caller's pattern the name given with it, else `CUSTOM`. */
  readonly entity: string;
  /** First UTF-16 unit of the value. */
  readonly start: number;
  /** First UTF-16 unit after the value. */
  readonly end: number;
  /** How sure the detector is, from 0 to 1. A checksum that holds, or a word of the context, raises it. */
  readonly score: number;
}

export interface DetectOptions {
  /** Names of the entities to look for. Default: those with `onByDefault`. Unknown names find nothing. */
  readonly entities?: readonly string[];
  /** Findings below this score are left out, 0 to 1. Default 0.5. */
  readonly threshold?: number;
  /** What the caller wants found besides; each hit has the score 1. */
  readonly extraPatterns?: readonly CompiledPattern[];
  /**
   * Until when these may look, by the clock `threadCpuMs`. Whoever masks many texts for one caller gives all the same;
   * by default each text has its own, see `patternDeadline`.
   */
  readonly deadline?: number;
  /** Words that surround the text, such as the name of the field it stands in; they count as context. */
  readonly context?: readonly string[];
  /** How strictly telephone numbers are judged: 0 possible, 1 valid (default), 2 and 3 valid and grouped as usual. */
  readonly phoneLeniency?: 0 | 1 | 2 | 3;
  /** Whether only values whose check digits hold count, of those entities that have any. Default false. */
  readonly checkedOnly?: boolean;
}

/** What the engine can find. */
export interface EntityInfo {
  readonly name: string;
  readonly description: string;
  /** Whether it is looked for when a caller names no entities. */
  readonly onByDefault: boolean;
  /** Whether it opens something (a key, a token, a password) rather than identifying somebody. */
  readonly secret: boolean;
  /** ISO 3166 code of the country whose identifier it is. */
  readonly country?: string;
}

/** A caller's pattern that was accepted; it runs in time linear in the text. */
export interface CompiledPattern {
  readonly ok: true;
  readonly source: string;
  /** Entity its findings are given. */
  readonly entity: string;
  /**
   * The matches in order, without the empty ones.
   * @param deadline by the clock `threadCpuMs`: when it has passed, all that is left of the text is one match.
   */
  find(text: string, deadline?: number): Iterable<{ readonly start: number; readonly end: number }>;
}

/** A caller's pattern that was refused, and why, in words for its author. */
export interface PatternRefusal {
  readonly ok: false;
  readonly source: string;
  readonly reason: string;
}

/** What stands in the place of a found value. An empty answer is replaced by `[REDACTED]`. */
export type Replacer = (value: string, finding: Finding) => string;

/** Which members of a JSON value are masked whole, by their names. */
export interface FieldRules {
  /** Whether the member at this path is one of them. The path has the keys from the root; of arrays the index as text. */
  matches(path: readonly string[]): boolean;
}

export interface MaskJsonOptions {
  readonly fields: FieldRules;
  /** What stands in the place of a blocked field's value (any JSON value). */
  readonly replaceField: (value: unknown, path: readonly string[]) => unknown;
  /**
   * Masks one text; also asked for numbers of more than seven digits, written as text. The path is that of the
   * value; for the name of a member it is the path of its object.
   */
  readonly maskString: (text: string, path: readonly string[]) => string;
  /** Levels below which everything is replaced by `[REDACTED]`. Default 64. */
  readonly maxDepth?: number;
  /** Values after which everything is replaced by `[REDACTED]`. Default 1,000,000. */
  readonly maxNodes?: number;
}
