/** A JSON object as read: only its own properties are used, regardless of their names. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Metadata that a flag or a flag set adds to its evaluations (OpenFeature, flag metadata). */
export type FlagMetadata = Readonly<Record<string, string | number | boolean>>;

/** A flag in flagd's JSON. */
export interface FlagDefinition {
  readonly state: 'ENABLED' | 'DISABLED';
  /** At least one variant. All values have the same type. */
  readonly variants: JsonObject;
  /** If absent or `null`, the caller's own default applies. */
  readonly defaultVariant?: string | null;
  /** A JSON Logic expression that returns the name of a variant, or `null` for the default. */
  readonly targeting?: JsonObject;
  readonly metadata?: FlagMetadata;
}

/** The flags of a tenant in flagd's JSON. */
export interface FlagDocument {
  readonly $schema?: string;
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  /** Named expressions to which targeting can refer with `{"$ref": name}`. */
  readonly $evaluators?: JsonObject;
  /** Metadata that each flag inherits; a flag's own metadata takes precedence. */
  readonly metadata?: FlagMetadata;
}

/** The document of a tenant without flags. */
export const NO_FLAGS: FlagDocument = Object.freeze({ flags: Object.freeze({}) });

/** The limits of a flag document. A document that exceeds them is rejected before anything is compiled or stored. */
export const FLAG_LIMITS = {
  /** The size, as a string, of the document and of each flag. */
  maxBytes: 1024 * 1024,
  maxFlags: 2_000,
  maxVariants: 200,
  maxEvaluators: 500,
  /** The length in UTF-8 of the name of a flag, a variant or an evaluator. */
  maxKeyBytes: 256,
  /** The size, as JSON, of a flag's or the document's own metadata. Every evaluation includes the document's metadata. */
  maxMetadataBytes: 1_024,
  /** The number of JSON levels anywhere in the document. */
  maxDepth: 96,
  /** The number of levels in a targeting expression, with its shared evaluators expanded. */
  maxTargetingDepth: 32,
  /** The number of operators and lists in a targeting expression, expanded in the same way. */
  maxTargetingNodes: 1_000,
  /** The number of plain values in a targeting expression, expanded in the same way. It is high because a list of users can be long. */
  maxTargetingValues: 20_000,
  /** The total number of values in all variants and expanded targeting expressions, which is the cost of preparing the document. */
  maxExpandedSize: 100_000,
  /** The number of faults per response. */
  maxFaults: 50,
} as const;

/** A fault in a document, and its position. */
export interface FlagFault {
  /** A JSON Pointer (RFC 6901) into the JSON that was sent. */
  readonly pointer: string;
  /** A machine-readable code, such as `unknown_operator`. */
  readonly code: string;
  readonly message: string;
  /** The line in the JSON that was sent, starting at 1. */
  readonly line?: number;
  readonly column?: number;
}
