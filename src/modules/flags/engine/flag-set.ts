import type { FlagDefinition, FlagDocument, FlagMetadata } from '../contract/flag-document.types';
import { isObject } from '../domain/json-object';
import { withEvaluators } from '../domain/evaluators';
import type {
  EvaluationContext,
  EvaluationErrorCode,
  EvaluationReason,
  FlagEvaluation,
} from '../contract/flag-evaluation.types';
import { asText, type Step } from './step';
import { prepareTargeting } from './targeting';
import { weightOf, WorkLimit } from './work-limit';

const NO_METADATA: FlagMetadata = Object.freeze({});

/** The flags of one version of a document. Immutable, so that all its evaluations use one version. Prepares a flag on first use. */
export class FlagSet {
  private readonly flags = new Map<string, PreparedFlag>();
  private readonly evaluators: Readonly<Record<string, unknown>>;

  constructor(
    /** The version of the document; 0 for a tenant without flags. */
    readonly version: number,
    readonly document: FlagDocument,
  ) {
    this.evaluators = document.$evaluators ?? {};
  }

  /** Returns the id that identifies this version of the flags in an evaluation. */
  get snapshotId(): string {
    return String(this.version);
  }

  /**
   * Evaluates a flag. Never throws, because a failure is returned as an evaluation with an error.
   * @param work the work budget; if the evaluation exceeds it, the result is an error (`GENERAL`).
   */
  evaluate(key: string, context: EvaluationContext, work = new WorkLimit()): FlagEvaluation {
    const flag = this.flags.get(key) ?? this.prepare(key);
    return flag === null ? notFound(key, this.document.metadata ?? NO_METADATA) : flag.evaluate(context, work);
  }

  /** Returns the keys of all flags, in the order of the document. */
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

/** A flag. Caches its successful evaluations, one per variant, so that a response can be cached with each evaluation. */
class PreparedFlag {
  /** The constant evaluation, or the step that computes it from the context. */
  private readonly answer: FlagEvaluation | Step;
  private readonly made = new Map<string, FlagEvaluation>();

  constructor(
    private readonly key: string,
    private readonly definition: FlagDefinition,
    evaluators: Readonly<Record<string, unknown>>,
    private readonly metadata: FlagMetadata,
  ) {
    this.answer = this.prepare(evaluators);
  }

  evaluate(context: EvaluationContext, work: WorkLimit): FlagEvaluation {
    return typeof this.answer === 'function' ? this.aim(this.answer, context, work) : this.answer;
  }

  private prepare(evaluators: Readonly<Record<string, unknown>>): FlagEvaluation | Step {
    const { state, targeting, defaultVariant } = this.definition;
    if (state === 'DISABLED') return this.withoutValue('DISABLED');
    try {
      assertWellFormed(this.definition);
      const isTargeted = isObject(targeting) && Object.keys(targeting).length > 0;
      if (isTargeted) return prepareTargeting(withEvaluators(targeting, evaluators));
      return this.resolved(defaultVariant || null, 'STATIC');
    } catch {
      return this.failed('PARSE_ERROR', `The definition of flag '${this.key}' is broken.`);
    }
  }

  private aim(targeting: Step, context: EvaluationContext, work: WorkLimit): FlagEvaluation {
    const { key: flagKey, definition } = this;
    const $flagd = { flagKey, timestamp: Math.floor(Date.now() / 1_000) };
    try {
      const result = targeting({ ...context, $flagd }, { work, flagKey, targetingKey: context['targetingKey'] });
      // The result is converted to a string.
      work.charge(weightOf(result));
      if (result === null || result === undefined) return this.resolved(definition.defaultVariant || null, 'DEFAULT');
      return this.resolved(asText(result), 'TARGETING_MATCH');
    } catch {
      if (work.isExceeded) return this.failed('GENERAL', tooMuchWork(flagKey));
      // An expression can return an object from the context that cannot be converted to a string.
      return this.failed('GENERAL', `The targeting of flag '${flagKey}' fails for this context.`);
    }
  }

  private resolved(variant: string | null, reason: EvaluationReason): FlagEvaluation {
    if (variant === null) return this.withoutValue('DEFAULT');
    const { variants } = this.definition;
    if (!Object.hasOwn(variants, variant)) {
      return this.failed('GENERAL', `Flag '${this.key}' has no variant '${variant}'.`);
    }
    const value = variants[variant];
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

function assertWellFormed({ state, variants, defaultVariant }: FlagDefinition): void {
  if (state !== 'ENABLED') throw new TypeError('The state must be ENABLED or DISABLED.');
  if (defaultVariant && !Object.hasOwn(variants, defaultVariant)) throw new TypeError('The variant does not exist.');
}

function tooMuchWork(key: string): string {
  return `The targeting of flag '${key}' takes too long for this context. Simplify it, or shorten lists and strings.`;
}

function notFound(key: string, metadata: FlagMetadata): FlagEvaluation {
  const errorMessage = 'The flag does not exist.';
  return { key, enabled: false, variant: null, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', errorMessage, metadata };
}

function isOn(value: unknown, variant: string): boolean {
  return Boolean(value) && variant !== 'off';
}
