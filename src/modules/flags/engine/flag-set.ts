import { FeatureFlag } from '@openfeature/flagd-core';
import type { FlagDefinition, FlagDocument, FlagMetadata } from '../contract/flag-document.types';
import { isObject } from '../domain/json-object';
import { withEvaluators } from '../domain/evaluators';
import { OPERATORS } from '../domain/operators';
import type {
  EvaluationContext,
  EvaluationErrorCode,
  EvaluationReason,
  FlagEvaluation,
} from '../contract/flag-evaluation.types';
import { type EngineOperators, prepareTargeting } from './targeting';
import { weightOf, WorkLimit } from './work-limit';

/** flagd-core tells here what it made of odd arguments; the evaluation itself says what is of use. */
const SILENT = { error: ignore, warn: ignore, info: ignore, debug: ignore };
/** Where flagd's own operators look for a logger. */
const LOGGER_KEY = Symbol.for('flagd.logger');
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

  /**
   * Never throws: what goes wrong is an evaluation with an error.
   * @param work what it may take; beyond it the evaluation is an error (`GENERAL`).
   */
  evaluate(key: string, context: EvaluationContext, work = new WorkLimit()): FlagEvaluation {
    const flag = this.flags.get(key) ?? this.prepare(key);
    return flag === null ? notFound(key, this.document.metadata ?? NO_METADATA) : flag.evaluate(context, work);
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
  /** Of the evaluation that runs: nothing else does meanwhile. */
  private work = new WorkLimit(0);

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
    this.constant = this.feature === null || !isTargeted ? this.ask({}, new WorkLimit()) : null;
  }

  evaluate(context: EvaluationContext, work: WorkLimit): FlagEvaluation {
    return this.constant ?? this.ask(context, work);
  }

  private build(definition: FlagDefinition, evaluators: Readonly<Record<string, unknown>>): FeatureFlag | null {
    try {
      const expanded = { ...definition, targeting: withEvaluators(definition.targeting, evaluators) };
      // flagd-core declares the expression as a text and takes it as the object that the format has.
      const feature = new FeatureFlag(
        this.key,
        expanded as unknown as ConstructorParameters<typeof FeatureFlag>[1],
        SILENT,
        OPTIONS,
      );
      this.bound(feature as unknown as Targeted, expanded.targeting);
      return feature;
    } catch {
      return null;
    }
  }

  /** Has the expression evaluated within limits: the library's interpreter cannot be stopped. */
  private bound(feature: Targeted, expression: unknown): void {
    if (!feature._targeting) return;
    const step = prepareTargeting(expression, operatorsOf(feature._targeting._engine));
    feature._targeting = {
      ...feature._targeting,
      evaluate: (flagKey, context) => {
        const { work } = this;
        const $flagd = { flagKey, timestamp: Math.floor(Date.now() / 1_000) };
        const scope = new FlagdScope($flagd, context['targetingKey']);
        const result = step({ ...context, $flagd }, { work, scope });
        // The library makes a text of it.
        work.charge(weightOf(result));
        return result;
      },
    };
  }

  private ask(context: EvaluationContext, work: WorkLimit): FlagEvaluation {
    if (this.feature === null) return this.failed('PARSE_ERROR', `The definition of flag '${this.key}' is broken.`);
    this.work = work;
    try {
      const { value, variant, reason, errorCode, errorMessage } = this.feature.evaluate(context as Context, SILENT);
      if (work.isExceeded) return this.failed('GENERAL', tooMuchWork(this.key));
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

/** What of the library is not declared for others: where a flag keeps its targeting, and that its engine. */
interface Targeted {
  _targeting?: {
    readonly _engine: { readonly methods: Readonly<Record<string, EngineMethod>> };
    readonly evaluate: (flagKey: string, context: EvaluationContext) => unknown;
  };
}

/** What flagd's own operators look at in a context. */
class FlagdScope {
  constructor(
    readonly $flagd: object,
    readonly targetingKey: unknown,
  ) {}

  get [LOGGER_KEY](): typeof SILENT {
    return SILENT;
  }
}
type EngineFunction = (values: unknown, scope: object, above: readonly unknown[]) => unknown;
type EngineMethod = EngineFunction | { readonly method: EngineFunction };

/** The operators of the format alone, out of those that the engine has. */
function operatorsOf({ methods }: { readonly methods: Readonly<Record<string, EngineMethod>> }): EngineOperators {
  return (name) => {
    const found = OPERATORS.has(name) ? methods[name] : undefined;
    if (found === undefined) return null;
    const operator = typeof found === 'function' ? found : found.method;
    return (values, scope) => operator(values, scope, []);
  };
}

function tooMuchWork(key: string): string {
  return `The targeting of flag '${key}' takes too long for this context; make the targeting simpler or its lists and texts shorter.`;
}

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
