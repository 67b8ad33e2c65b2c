import type { OutageReason } from '../../kernel/errors/reason';
import type { PolicyDecision, PolicyQuery } from './contract/policy.types';
import { denial } from './domain/denial';
import { withData } from './tenant-policy';

type Asked = Pick<PolicyQuery, 'rule'>;

/** Returns the denial for a query when no policy is available. */
export function notHad({ rule }: Asked, outage: OutageReason, message: string): PolicyDecision {
  return { ...denial('unavailable', message, null, withData(rule)), outage };
}

/** Returns the denial for a query whose caller's deadline has passed. */
export function tooLate({ rule }: Asked, version: number | null): PolicyDecision {
  return denial('deadline', 'The deadline of this call passed before a decision was made.', version, withData(rule));
}

/** Returns the denial for a query whose thread was terminated because its work could not be interrupted. */
export function tooMuch({ rule }: Asked, version: number | null, what: 'CPU time' | 'memory'): PolicyDecision {
  const path = withData(rule);
  return denial('limit', `${path} was stopped: the evaluation took more ${what} than allowed.`, version, path);
}
