import type { OutageReason } from '../../kernel/errors/reason';
import type { PolicyDecision, PolicyQuery } from './contract/policy.types';
import { denial } from './domain/denial';
import { withData } from './tenant-policy';

type Asked = Pick<PolicyQuery, 'rule'>;

/** The denial where no policy could be asked. */
export function notHad({ rule }: Asked, outage: OutageReason, words: string): PolicyDecision {
  return { ...denial('unavailable', words, null, withData(rule)), outage };
}

/** The denial where the caller's time was over. */
export function tooLate({ rule }: Asked, version: number | null): PolicyDecision {
  return denial('deadline', 'The time of this call was over before it could be decided.', version, withData(rule));
}

/** The denial where a thread was ended, since what it did could not be interrupted otherwise. */
export function tooMuch({ rule }: Asked, version: number | null, what: 'CPU time' | 'memory'): PolicyDecision {
  const path = withData(rule);
  return denial('limit', `${path} was stopped: the evaluation took more ${what} than a decision may.`, version, path);
}
