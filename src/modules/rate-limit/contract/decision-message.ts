import { AppError } from '../../../kernel/errors/app-error';
import type { RateLimitDecision, RateLimitReason } from './rate-limit.types';

const REASONS: readonly string[] = ['rate', 'concurrency', 'quota', 'cost'] satisfies readonly RateLimitReason[];

/** A decision in its wire format, in which an empty string stands for an absent value. */
export interface DecisionMessage extends Omit<RateLimitDecision, 'reason' | 'lease'> {
  readonly reason: string;
  readonly lease: string;
}

export function toDecisionMessage({ reason, lease, ...same }: RateLimitDecision): DecisionMessage {
  return { ...same, reason: reason ?? '', lease: lease ?? '' };
}

/** Converts a message to a decision. Errors: `unavailable` for a reason that no sidecar of this product sends. */
export function fromDecisionMessage({ reason, lease, ...same }: DecisionMessage): RateLimitDecision {
  if (reason !== '' && !isReason(reason)) throw new AppError('unavailable', 'The sidecar returned an unknown reason.');
  return { ...same, reason: reason === '' ? null : reason, lease: lease === '' ? null : lease };
}

function isReason(text: string): text is RateLimitReason {
  return REASONS.includes(text);
}
