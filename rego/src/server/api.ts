import type { ApiRequest } from './api-request.js';
import type { DecisionLogger } from './decision-logs/decision-logger.js';
import type { Decisions } from './decisions.js';
import type { Logger } from './logger.js';
import type { PluginStates } from './plugin-states.js';
import type { PolicyStore } from './policy-store.js';
import type { Counters, RequestDurations } from './prometheus.js';
import type { Reply } from './reply.js';
import type { ServerConfig } from './config/server-config.js';

/** The parts of the server that handlers use. */
export interface ServerContext {
  readonly store: PolicyStore;
  readonly decisions: Decisions;
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly plugins: PluginStates;
  /** `null` when decisions are not logged. */
  readonly decisionLogger: DecisionLogger | null;
  /** The status of each bundle that is downloaded, by name. As JSON. */
  readonly bundleStatus: () => Readonly<Record<string, unknown>>;
  readonly durations: RequestDurations;
  readonly counters: Counters;
  /** Of this package. */
  readonly version: string;
  /** Errors that one answer tells at most. */
  readonly maxErrors: number;
}

export type Handler = (request: ApiRequest, server: ServerContext) => Reply;
