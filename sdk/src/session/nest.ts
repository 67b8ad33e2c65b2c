import { type CanActivate, createParamDecorator, type ExecutionContext, HttpException } from '@nestjs/common';
import { ConfigurationError } from '../errors.js';
import { missingSession, type NodeRequest, sessionOf } from './node.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';

export { sessionMiddleware, sessionOf } from './node.js';
export type { Next, NodeRequest, NodeResponse } from './node.js';

/** An Express response or a Fastify reply. */
interface NestResponse {
  setHeader?: (name: string, value: string) => unknown;
  header?: (name: string, value: string) => unknown;
}

/**
 * A guard for `@UseGuards(sessionGuard(sessions))` that lets only signed-in users pass. It redirects page loads to the sign-in, and
 * responds with 401 to other requests, and with 503 if the platform cannot refresh the session now. Needs {@link sessionMiddleware}.
 */
export function sessionGuard(sessions: Sessions): CanActivate {
  return {
    canActivate(context: ExecutionContext): boolean {
      const http = context.switchToHttp();
      const missing = missingSession(sessions, http.getRequest<NodeRequest>());
      if (missing === null) return true;
      const { status, error, description, location } = missing;
      const response = http.getResponse<NestResponse>();
      if (location !== null) (response.setHeader ?? response.header)?.call(response, 'location', location);
      throw new HttpException({ error, error_description: description, status }, status);
    },
  };
}

/** Injects the session behind {@link sessionGuard}. Use it for a handler parameter: `@CpodSession(sessions) session: Session`. */
export const CpodSession: (sessions: Sessions) => ParameterDecorator = createParamDecorator(
  (sessions: Sessions, context: ExecutionContext): Session => {
    const session = sessionOf(context.switchToHttp().getRequest<object>(), sessions);
    if (session === null) throw new ConfigurationError('The route of @CpodSession needs the guard sessionGuard.');
    return session;
  },
);
