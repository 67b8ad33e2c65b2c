import { type GateClient, type GateOptions, type GateRequest, judge, setCaller } from './gate/gate.js';

export { callerOf } from './gate/gate.js';
export type { Caller, GateClient, GateOptions, GateRequest, Of } from './gate/gate.js';

/** What of a response is used: that of Express, Connect, and of Node itself. */
export interface GateResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(text: string): unknown;
}

/**
 * Middleware for Express, and all that calls its middleware alike, that lets a call in only when the backend has said so:
 * 401 without a good token, 403 for what the scopes or the policy do not allow, 503 when it cannot be decided.
 *
 * `app.post('/invoices/:id/approve', cpodGate(client, { action: 'invoice.approve', resource: (r: Request) => `invoice/${r.params.id}` }), …)`
 */
export function cpodGate<R extends GateRequest>(
  client: GateClient,
  options: GateOptions<R>,
): (request: R, response: GateResponse, next: (fault?: unknown) => void) => Promise<void> {
  return async (request, response, next) => {
    const verdict = await judge(client, request, options);
    if (verdict.isIn) {
      setCaller(request, verdict.caller);
      return next();
    }
    response.statusCode = verdict.status;
    for (const [name, value] of Object.entries(verdict.headers)) response.setHeader(name, value);
    response.end(JSON.stringify(verdict.body));
  };
}
