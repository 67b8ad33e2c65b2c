import { type GateClient, type GateOptions, type GateRequest, judge, setCaller } from './gate/gate.js';

export { callerOf } from './gate/gate.js';
export type { Caller, GateClient, GateOptions, GateRequest, Of } from './gate/gate.js';

/** The response members that the gate uses, common to Express, Connect and Node. */
export interface GateResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(text: string): unknown;
}

/**
 * Returns middleware, for Express and compatible frameworks, that lets a call in only if the backend allows it. It responds with
 * 401 if there is no valid token, 403 if the scopes or the policy do not allow the call, and 503 if no decision is possible.
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
