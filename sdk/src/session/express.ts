import {
  missingSession,
  type Next,
  type NodeRequest,
  type NodeResponse,
  sendProblem,
  sessionMiddleware,
} from './node.js';
import type { Sessions } from './sessions.js';

export { sessionOf } from './node.js';
export type { Next, NodeRequest, NodeResponse } from './node.js';

type Middleware = (request: NodeRequest, response: NodeResponse, next: Next) => Promise<void>;

/**
 * Returns middleware for the whole application: `app.use(cpodSession(sessions))`. It answers the paths `sign-in`, `callback` and
 * `sign-out`, refuses requests with a session that come from pages of other origins (403), and refreshes the session when it is due.
 */
export function cpodSession(sessions: Sessions): Middleware {
  return sessionMiddleware(sessions);
}

/**
 * Returns middleware that lets only signed-in users pass. It redirects page loads to the sign-in, and responds with 401 to other
 * requests, and with 503 if the platform cannot refresh the session now.
 */
export function requireSession(sessions: Sessions): (request: NodeRequest, response: NodeResponse, next: Next) => void {
  return (request, response, next) => {
    const missing = missingSession(sessions, request);
    if (missing === null) return next();
    if (missing.location !== null) response.setHeader('location', missing.location);
    sendProblem(response, missing.status, missing.error, missing.description);
  };
}
