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
  /** `null` if decisions are not logged. */
  readonly decisionLogger: DecisionLogger | null;
  /** The status of each downloaded bundle by name, as JSON. */
  readonly bundleStatus: () => Readonly<Record<string, unknown>>;
  readonly durations: RequestDurations;
  readonly counters: Counters;
  /** The version of this package. */
  readonly version: string;
  /** Maximum number of errors in one response. */
  readonly maxErrors: number;
}

export type Handler = (request: ApiRequest, server: ServerContext) => Reply;
