/** A JSON object as read: only its own properties are used, whatever their names. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Metadata that a flag or a flag set adds to its evaluations (OpenFeature, flag metadata). */
export type FlagMetadata = Readonly<Record<string, string | number | boolean>>;

/** A flag in flagd's JSON. */
export interface FlagDefinition {
  readonly state: 'ENABLED' | 'DISABLED';
  /** At least one; all values have the same type. */
  readonly variants: JsonObject;
  /** Absent or `null`: the caller's own default applies. */
  readonly defaultVariant?: string | null;
  /** A JSON Logic expression that returns the name of a variant, or `null` for the default. */
  readonly targeting?: JsonObject;
  readonly metadata?: FlagMetadata;
}

/** The flags of a tenant in flagd's JSON. */
export interface FlagDocument {
  readonly $schema?: string;
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  /** Named expressions that targeting references with `{"$ref": name}`. */
  readonly $evaluators?: JsonObject;
  /** Metadata that each flag inherits; its own takes precedence. */
  readonly metadata?: FlagMetadata;
}

/** The document of a tenant without flags. */
export const NO_FLAGS: FlagDocument = Object.freeze({ flags: Object.freeze({}) });

/** The limits of a flag document. A document that exceeds them is rejected before anything is compiled or stored. */
export const FLAG_LIMITS = {
  /** Size of the document as a string; also of one flag. */
  maxBytes: 1024 * 1024,
  maxFlags: 2_000,
  maxVariants: 200,
  maxEvaluators: 500,
  /** Length of the name of a flag, a variant or an evaluator in UTF-8. */
  maxKeyBytes: 256,
  /** Size of a flag's or the document's own metadata as JSON. Every evaluation includes the metadata of the document. */
  maxMetadataBytes: 1_024,
  /** Levels of JSON anywhere in the document. */
  maxDepth: 96,
  /** Levels of one targeting expression with its shared evaluators expanded. */
  maxTargetingDepth: 32,
  /** Operators and lists of one targeting expression, also expanded. */
  maxTargetingNodes: 1_000,
  /** Plain values of one targeting expression, also expanded: a list of users may be long. */
  maxTargetingValues: 20_000,
  /** Total values of all variants and expanded targeting expressions: the cost of preparing the document. */
  maxExpandedSize: 100_000,
  /** Faults per response. */
  maxFaults: 50,
} as const;

/** A fault of a document, and its position. */
export interface FlagFault {
  /** JSON Pointer (RFC 6901) into the JSON that was sent. */
  readonly pointer: string;
  /** Machine-readable, such as `unknown_operator`. */
  readonly code: string;
  readonly message: string;
  /** Line in the JSON that was sent, starting at 1. */
  readonly line?: number;
  readonly column?: number;
}
