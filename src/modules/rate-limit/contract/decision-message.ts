import { AppError } from '../../../kernel/errors/app-error';
import type { RateLimitDecision, RateLimitReason } from './rate-limit.types';

const REASONS: readonly string[] = ['rate', 'concurrency', 'quota', 'cost'] satisfies readonly RateLimitReason[];

/** A decision as it goes over the wire, where an empty text stands for nothing. */
export interface DecisionMessage extends Omit<RateLimitDecision, 'reason' | 'lease'> {
  readonly reason: string;
  readonly lease: string;
}

export function toDecisionMessage({ reason, lease, ...same }: RateLimitDecision): DecisionMessage {
  return { ...same, reason: reason ?? '', lease: lease ?? '' };
}

/** Errors: `unavailable` for an answer that no sidecar of this product gives. */
export function fromDecisionMessage({ reason, lease, ...same }: DecisionMessage): RateLimitDecision {
  if (reason !== '' && !isReason(reason))
    throw new AppError('unavailable', 'The sidecar gave an answer that is not known.');
  return { ...same, reason: reason === '' ? null : reason, lease: lease === '' ? null : lease };
}

function isReason(text: string): text is RateLimitReason {
  return REASONS.includes(text);
}
