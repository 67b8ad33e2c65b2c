import type { FrontHandler, FrontRequest } from '../../kernel/http/front';
import { EntryLimits } from '../../kernel/limits/entry-limits';
import { setLimitHeaders } from '../../kernel/limits/limit-headers';
import type { LimitsConfig } from '../../kernel/limits/limits.config';
import { isInvitationPath } from './invitation-path';
import type { EntryRefusals } from './entry-refusals';
import { answerRefusedEntry } from './refused-entry';

/** Requests for one client that an address has free in a minute, whatever others do to that client's limit. */
const SHARE = 60;

/** Paths on either surface, each with all that is below it. Style sheets and the like are not worth counting. */
const PATHS = [
  '/oauth/authorize',
  '/oauth/sign-in',
  '/oauth/consent',
  '/oauth/console',
  '/oauth/password',
  '/oauth/logout',
  '/oauth/register',
  '/v1/oauth/register',
  '/v1/oauth/logout',
  '/auth/login',
  '/api/v1/auth/validate',
];
const BEFORE_SIGN_IN = new Set(PATHS);
const BELOW = PATHS.map((path) => `${path}/`);

/** Whether somebody knocks who has not signed in. */
function isBeforeSignIn(path: string): boolean {
  return BEFORE_SIGN_IN.has(path) || BELOW.some((folder) => path.startsWith(folder)) || isInvitationPath(path);
}

/**
 * The limit of what people and their browsers call before they have signed in: every request counts, by address and, at
 * the authorization endpoint, by the client id in its query.
 */
export function limitedRequests(config: LimitsConfig, refusals: EntryRefusals): FrontHandler {
  const limits = new EntryLimits({
    counts: 'requests',
    perAddress: config.LIMIT_PER_ADDRESS,
    perClient: config.LIMIT_PER_CLIENT,
    share: SHARE,
    perPair: 0,
    now: () => performance.now(),
  });
  return (front) => {
    if (!isBeforeSignIn(front.path)) return false;
    const clientId = clientOfQuery(front);
    const standing = limits.admit({ address: front.state.ip, clientId });
    if (standing.refusedBy === null) {
      setLimitHeaders(front.response, standing.headers);
      return false;
    }
    refusals
      .refuse(front, clientId, standing)
      .then((error) => {
        answerRefusedEntry(front, error);
      })
      .catch(front.fail);
    return true;
  };
}

function clientOfQuery({ request, path }: FrontRequest): string | null {
  const query = (request.url ?? '').slice(path.length + 1);
  return query === '' ? null : new URLSearchParams(query).get('client_id');
}
