import type {
  AllFlagsQuery,
  Flag,
  ListFlagsQuery,
  SnapshotFlagEvaluation,
  SnapshotFlagEvaluations,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** The evaluation context: `targetingKey` and any attributes. */
export type FlagContext = NonNullable<AllFlagsQuery['context']>;

export interface EvaluateOptions extends CallOptions {
  readonly context?: FlagContext | undefined;
  /** The value to return if the flag yields no value or a value of a different type. */
  readonly defaultValue?: unknown;
}

/** Feature flags. */
export class FlagsApi extends Api {
  /** Evaluates one flag. A flag that does not exist is off, with the reason in `errorCode`. */
  evaluate(key: string, options: EvaluateOptions = {}): Promise<SnapshotFlagEvaluation> {
    const { context, defaultValue, ...rest } = options;
    return this.ask('/v1/flags/evaluate', { key, context, defaultValue }, rest);
  }

  /** Evaluates all flags against the same version of their definitions. */
  evaluateAll(context?: FlagContext, options?: CallOptions): Promise<SnapshotFlagEvaluations> {
    return this.ask('/v1/flags/evaluate-all', { context }, options);
  }

  list(query?: ListFlagsQuery, options?: CallOptions): Pages<Flag> {
    return this.listOf('/v1/flags', query, options);
  }

  /** Creates or replaces a flag. @param definition flagd JSON with `state`, `variants`, `defaultVariant` and `targeting`. */
  set(key: string, definition: Readonly<Record<string, unknown>>, options?: ChangeOptions): Promise<Flag> {
    return this.place(path`/v1/flags/${key}`, definition, options);
  }
}
