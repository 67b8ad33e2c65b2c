import { canonicalJson } from '../../../../kernel/json/canonical-json';
import type { TokenClaimsReport, TriedIssuance, TriedOutcome } from '../../contract/token-claims.types';

/** Returns the effect of a draft on one issuance. */
export function effectOf(before: TriedOutcome, after: TriedOutcome): TriedIssuance['effect'] {
  const wasIssued = before.outcome === 'issued';
  const isIssued = after.outcome === 'issued';
  if (wasIssued !== isIssued) return isIssued ? 'allowed' : 'denied';
  return canonicalJson(before) === canonicalJson(after) ? 'none' : 'changed';
}

/** Counts the issuances by effect. */
export function summaryOf(items: readonly TriedIssuance[]): TokenClaimsReport['summary'] {
  const count = (effect: TriedIssuance['effect']): number => items.filter((item) => item.effect === effect).length;
  return {
    issuances: items.length,
    unchanged: count('none'),
    changed: count('changed'),
    denied: count('denied'),
    allowed: count('allowed'),
    skipped: count('skipped'),
    failed: items.filter(({ after }) => after?.outcome === 'failed').length,
  };
}
