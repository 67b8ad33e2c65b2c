/** A JSON object as it is read: own members only are ever looked at, whatever they are called. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Values that a flag or a flag set may tell besides its evaluation (OpenFeature, flag metadata). */
export type FlagMetadata = Readonly<Record<string, string | number | boolean>>;

/** A flag in flagd's JSON. */
export interface FlagDefinition {
  readonly state: 'ENABLED' | 'DISABLED';
  /** At least one; all values of one type. */
  readonly variants: JsonObject;
  /** Absent or `null`: the caller's own default. */
  readonly defaultVariant?: string | null;
  /** A JSON Logic expression that gives the name of a variant, or `null` for the default. */
  readonly targeting?: JsonObject;
  readonly metadata?: FlagMetadata;
}

/** The flags of a tenant in flagd's JSON. */
export interface FlagDocument {
  readonly $schema?: string;
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  /** Named expressions that targeting shares by `{"$ref": name}`. */
  readonly $evaluators?: JsonObject;
  /** Inherited by each flag, whose own comes first. */
  readonly metadata?: FlagMetadata;
}

/** What a tenant without flags has. */
export const NO_FLAGS: FlagDocument = Object.freeze({ flags: Object.freeze({}) });

/** What a flag document may be. What exceeds them is refused before anything is compiled or stored. */
export const FLAG_LIMITS = {
  /** Of the whole document as text; also of one flag. */
  maxBytes: 1024 * 1024,
  maxFlags: 2_000,
  maxVariants: 200,
  maxEvaluators: 500,
  /** Of the name of a flag, a variant or an evaluator in UTF-8. */
  maxKeyBytes: 256,
  /** Of a flag's or the document's own metadata as JSON. Every evaluation of every flag carries the document's. */
  maxMetadataBytes: 1_024,
  /** Levels of JSON anywhere in the document. */
  maxDepth: 96,
  /** Levels of one targeting expression with its shared evaluators put in. */
  maxTargetingDepth: 32,
  /** Operators and lists of one targeting expression, likewise. */
  maxTargetingNodes: 1_000,
  /** Plain values of one targeting expression, likewise: a list of users may be long. */
  maxTargetingValues: 20_000,
  /** Values of all variants and targeting expressions together, likewise: what preparing the whole document costs. */
  maxExpandedSize: 100_000,
  /** Faults told at once. */
  maxFaults: 50,
} as const;

/** A fault of a document, and where it is. */
export interface FlagFault {
  /** JSON Pointer (RFC 6901) into what was sent. */
  readonly pointer: string;
  /** Machine-readable, such as `unknown_operator`. */
  readonly code: string;
  readonly message: string;
  /** Of the text that was sent, from 1. */
  readonly line?: number;
  readonly column?: number;
}
