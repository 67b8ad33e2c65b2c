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

/** `targetingKey` and any attributes. */
export type FlagContext = NonNullable<AllFlagsQuery['context']>;

export interface EvaluateOptions extends CallOptions {
  readonly context?: FlagContext | undefined;
  /** Given where the flag gives nothing, or a value of another type. */
  readonly defaultValue?: unknown;
}

/** Feature flags. */
export class FlagsApi extends Api {
  /** Evaluates one flag; one that there is not is off, and says so in `errorCode`. */
  evaluate(key: string, options: EvaluateOptions = {}): Promise<SnapshotFlagEvaluation> {
    const { context, defaultValue, ...rest } = options;
    return this.ask('/v1/flags/evaluate', { key, context, defaultValue }, rest);
  }

  /** Evaluates every flag, on one version of them. */
  evaluateAll(context?: FlagContext, options?: CallOptions): Promise<SnapshotFlagEvaluations> {
    return this.ask('/v1/flags/evaluate-all', { context }, options);
  }

  list(query?: ListFlagsQuery, options?: CallOptions): Pages<Flag> {
    return this.listOf('/v1/flags', query, options);
  }

  /** Makes or replaces a flag. @param definition in flagd's JSON: `state`, `variants`, `defaultVariant`, `targeting`. */
  set(key: string, definition: Readonly<Record<string, unknown>>, options?: ChangeOptions): Promise<Flag> {
    return this.place(path`/v1/flags/${key}`, definition, options);
  }
}
