import type { Type } from '@nestjs/common';
import type { AppError } from '../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../kernel/errors/error-tables';
import { type RawRequestHandler, type RawRequest, setCommonHeaders } from '../../kernel/http/request-listener';
import { EntryRateLimiter } from '../../kernel/limits/entry-rate-limiter';
import { setLimitHeaders } from '../../kernel/limits/limit-headers';
import type { LimitsConfig } from '../../kernel/limits/limits.config';
import { sendPage } from '../../kernel/pages/page-answer';
import { errorPage } from '../../modules/sign-in-pages/rest/pages/error.page';
import { chooseLanguage } from '../../modules/sign-in-pages/rest/text/language';
import type { EntryRefusals } from './entry-refusals';
import { FailureGate } from './failure-gate';

/** Requests per minute that an address is always allowed for one client, even if other addresses use up that client's limit. */
const SHARE = 60;

/** Enforces the limits that controllers declare for public routes with `@EntryLimit`. */
export function declaredEntryLimits(config: LimitsConfig, refusals: EntryRefusals): RawRequestHandler {
  const limited = limitedRequests(config, refusals);
  const gates = new Map<Type, FailureGate>();
  const gateOf = (controller: Type): FailureGate => {
    const gate = gates.get(controller) ?? new FailureGate(config, refusals);
    gates.set(controller, gate);
    return gate;
  };
  return (front) => {
    const { rules } = front;
    if (rules?.entryLimit === 'requests') return limited(front);
    // A hot-path handler has more information about a failure than its status, so it counts failures itself.
    if (rules?.entryLimit !== 'failures' || rules.hot.size > 0) return false;
    return gateOf(rules.controller).watch(front);
  };
}

/** Counts every request, by address and, at the authorization endpoint, by the client ID in its query. */
function limitedRequests(config: LimitsConfig, refusals: EntryRefusals): RawRequestHandler {
  const limits = new EntryRateLimiter({
    counts: 'requests',
    perAddress: config.LIMIT_PER_ADDRESS,
    perClient: config.LIMIT_PER_CLIENT,
    share: SHARE,
    perPair: 0,
    now: () => performance.now(),
  });
  return (front) => {
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

function clientOfQuery({ request, path }: RawRequest): string | null {
  const query = (request.url ?? '').slice(path.length + 1);
  return query === '' ? null : new URLSearchParams(query).get('client_id');
}

/** Responds to a refused request: with a page if a browser is navigating, or otherwise with the surface's error. */
function answerRefusedEntry(front: RawRequest, error: AppError): void {
  const { request, response, state } = front;
  if (request.headers.accept?.includes('text/html') !== true) {
    front.fail(error);
    return;
  }
  setCommonHeaders(response, state);
  const language = chooseLanguage([], request.headers['accept-language']);
  const page = errorPage({
    language,
    error: error.code,
    description: error.message,
    requestId: state.requestId,
  });
  sendPage(response, { status: HTTP_STATUS[error.code], headers: error.headers, page });
}
