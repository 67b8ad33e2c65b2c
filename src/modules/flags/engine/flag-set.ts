import { FeatureFlag } from '@openfeature/flagd-core';
import type { FlagDefinition, FlagDocument, FlagMetadata } from '../contract/flag-document.types';
import { isObject } from '../domain/json-object';
import { withEvaluators } from '../domain/evaluators';
import type {
  EvaluationContext,
  EvaluationErrorCode,
  EvaluationReason,
  FlagEvaluation,
} from '../contract/flag-evaluation.types';

/** flagd-core tells here what it made of odd arguments; the evaluation itself says what is of use. */
const SILENT = { error: ignore, warn: ignore, info: ignore, debug: ignore };
const NO_METADATA: FlagMetadata = Object.freeze({});

/** Tenants' expressions are interpreted: compiling would make program text out of what a tenant wrote. */
const OPTIONS = { disableDynamicCodeGeneration: true };

/**
 * The flags of one version of a document, as `@openfeature/flagd-core` evaluates them: the only file that knows that
 * library. Never changes, so that all evaluations by it are of one version. A flag is prepared when it is first asked for.
 */
export class FlagSet {
  private readonly flags = new Map<string, PreparedFlag>();
  private readonly evaluators: Readonly<Record<string, unknown>>;

  constructor(
    /** Version of the document; 0 for a tenant that has none. */
    readonly version: number,
    readonly document: FlagDocument,
  ) {
    this.evaluators = document.$evaluators ?? {};
  }

  /** What goes with an evaluation to tell by which flags it was made. */
  get snapshotId(): string {
    return String(this.version);
  }

  /** Never throws: what goes wrong is an evaluation with an error. */
  evaluate(key: string, context: EvaluationContext): FlagEvaluation {
    const flag = this.flags.get(key) ?? this.prepare(key);
    return flag === null ? notFound(key, this.document.metadata ?? NO_METADATA) : flag.evaluate(context);
  }

  /** The keys of all flags, in the order of the document. */
  get keys(): readonly string[] {
    return Object.keys(this.document.flags);
  }

  private prepare(key: string): PreparedFlag | null {
    const { flags, metadata } = this.document;
    const definition = Object.hasOwn(flags, key) ? flags[key] : undefined;
    if (definition === undefined) return null;
    const prepared = new PreparedFlag(key, definition, this.evaluators, { ...metadata, ...definition.metadata });
    this.flags.set(key, prepared);
    return prepared;
  }
}

/** One flag. Its evaluations without an error are made once for each variant, so that an answer can be kept with them. */
class PreparedFlag {
  /** What it always is; `null` when it depends on the context. */
  private readonly constant: FlagEvaluation | null;
  private readonly feature: FeatureFlag | null;
  private readonly made = new Map<string, FlagEvaluation>();

  constructor(
    private readonly key: string,
    definition: FlagDefinition,
    evaluators: Readonly<Record<string, unknown>>,
    private readonly metadata: FlagMetadata,
  ) {
    if (definition.state === 'DISABLED') {
      this.feature = null;
      this.constant = this.withoutValue('DISABLED');
      return;
    }
    this.feature = this.build(definition, evaluators);
    const isTargeted = isObject(definition.targeting) && Object.keys(definition.targeting).length > 0;
    this.constant = this.feature === null || !isTargeted ? this.ask({}) : null;
  }

  evaluate(context: EvaluationContext): FlagEvaluation {
    return this.constant ?? this.ask(context);
  }

  private build(definition: FlagDefinition, evaluators: Readonly<Record<string, unknown>>): FeatureFlag | null {
    try {
      const expanded = { ...definition, targeting: withEvaluators(definition.targeting, evaluators) };
      // flagd-core declares the expression as a text and takes it as the object that the format has.
      return new FeatureFlag(
        this.key,
        expanded as unknown as ConstructorParameters<typeof FeatureFlag>[1],
        SILENT,
        OPTIONS,
      );
    } catch {
      return null;
    }
  }

  private ask(context: EvaluationContext): FlagEvaluation {
    if (this.feature === null) return this.failed('PARSE_ERROR', `The definition of flag '${this.key}' is broken.`);
    try {
      const { value, variant, reason, errorCode, errorMessage } = this.feature.evaluate(context as Context, SILENT);
      if (errorCode !== undefined) return this.failed(codeOf(errorCode), errorMessage ?? '');
      if (value === undefined) return this.withoutValue('DEFAULT');
      return this.resolved(value, variant ?? '', reason as EvaluationReason);
    } catch {
      // What an expression gives may be an object of the context that cannot even be made a text.
      return this.failed('GENERAL', `The targeting of flag '${this.key}' gave no variant.`);
    }
  }

  private resolved(value: unknown, variant: string, reason: EvaluationReason): FlagEvaluation {
    const name = `${reason} ${variant}`;
    const known = this.made.get(name);
    if (known) return known;
    const { key, metadata } = this;
    const evaluation = {
      key,
      enabled: isOn(value, variant),
      value,
      variant,
      reason,
      errorCode: null,
      errorMessage: '',
      metadata,
    };
    this.made.set(name, evaluation);
    return evaluation;
  }

  private withoutValue(reason: 'DISABLED' | 'DEFAULT'): FlagEvaluation {
    const known = this.made.get(reason);
    if (known) return known;
    const { key, metadata } = this;
    const evaluation: FlagEvaluation = {
      key,
      enabled: false,
      variant: null,
      reason,
      errorCode: null,
      errorMessage: '',
      metadata,
    };
    this.made.set(reason, evaluation);
    return evaluation;
  }

  private failed(errorCode: EvaluationErrorCode, errorMessage: string): FlagEvaluation {
    const { key, metadata } = this;
    return { key, enabled: false, variant: null, reason: 'ERROR', errorCode, errorMessage, metadata };
  }
}

type Context = Parameters<FeatureFlag['evaluate']>[0];

function notFound(key: string, metadata: FlagMetadata): FlagEvaluation {
  const errorMessage = 'There is no such flag.';
  return { key, enabled: false, variant: null, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', errorMessage, metadata };
}

function isOn(value: unknown, variant: string): boolean {
  return Boolean(value) && variant !== 'off';
}

function codeOf(code: string): EvaluationErrorCode {
  return code === 'PARSE_ERROR' ? 'PARSE_ERROR' : 'GENERAL';
}

function ignore(): void {
  return undefined;
}
