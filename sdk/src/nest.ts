import { type CanActivate, createParamDecorator, type ExecutionContext, HttpException } from '@nestjs/common';
import {
  type Caller,
  callerOf,
  type GateClient,
  type GateOptions,
  type GateRequest,
  judge,
  setCaller,
} from './gate/gate.js';

export { callerOf } from './gate/gate.js';
export type { Caller, GateClient, GateOptions, GateRequest, Of } from './gate/gate.js';

/** An Express response or a Fastify reply. */
interface NestResponse {
  setHeader?: (name: string, value: string) => unknown;
  header?: (name: string, value: string) => unknown;
}

/**
 * A guard for `@UseGuards(cpodGuard(client, { action: 'invoice.approve' }))` that lets a call in only if the backend allows it. It
 * responds with 401 if there is no valid token, 403 if the scopes or the policy do not allow the call, and 503 if no decision
 * is possible.
 */
export function cpodGuard<R extends GateRequest>(client: GateClient, options: GateOptions<R>): CanActivate {
  return {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const http = context.switchToHttp();
      const request = http.getRequest<R>();
      const verdict = await judge(client, request, options);
      if (verdict.isIn) {
        setCaller(request, verdict.caller);
        return true;
      }
      const { 'Content-Type': _, ...headers } = verdict.headers;
      const response = http.getResponse<NestResponse>();
      for (const [name, value] of Object.entries(headers))
        (response.setHeader ?? response.header)?.call(response, name, value);
      throw new HttpException(verdict.body, verdict.status);
    },
  };
}

/** Injects the caller that a guard let in. Use it for a handler parameter: `@CpodCaller() caller: Caller`. */
export const CpodCaller: (...pipes: never[]) => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller => callerOf(context.switchToHttp().getRequest<object>()),
);
