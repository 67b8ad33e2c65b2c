import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../telemetry/logger';
import { knownCallContext, requestState } from './request-state';
import type { PathRules } from './routes/path-rules';

/** The requests to log: none, only failed and aborted requests, or all. */
export const REQUEST_LOG_LEVELS = ['off', 'failed', 'all'] as const;
export type RequestLogLevel = (typeof REQUEST_LOG_LEVELS)[number];

export interface RequestLoggingOptions {
  /** Name of the surface in the log. */
  readonly surface: string;
  readonly level: RequestLogLevel;
  readonly logger: Logger;
  readonly rulesOf: (path: string) => Pick<PathRules, 'template'> | null;
}

/**
 * Returns a function that logs a request once, when its response is complete or its connection closes; `null` if requests are not logged. A
 * line contains the route's template instead of the path. It does not contain the query, a header or the body, because those can contain
 * secrets.
 */
export function requestLogging({
  surface,
  level,
  logger,
  rulesOf,
}: RequestLoggingOptions): ((request: IncomingMessage, response: ServerResponse, path: string) => void) | null {
  if (level === 'off') return null;
  return (request, response, path) => {
    const began = performance.now();
    response.once('close', () => {
      const state = requestState(request);
      const status = state.refusedAs ?? response.statusCode;
      const isAborted = !response.writableFinished;
      if (level === 'failed' && status < 400 && !isAborted) return;
      const caller = knownCallContext(request);
      const line = {
        surface,
        method: request.method,
        route: rulesOf(path)?.template ?? null,
        status,
        durationMs: Math.round((performance.now() - began) * 10) / 10,
        requestId: state.requestId,
        ip: state.ip,
        tenantId: caller?.tenantId ?? null,
        actor: caller === null ? null : `${caller.actor.type}:${caller.actor.id}`,
      };
      logger.info(line, isAborted ? 'Request aborted' : 'Request completed');
    });
  };
}
