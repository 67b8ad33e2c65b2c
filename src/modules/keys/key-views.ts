import type { SigningKey } from './contract/keys.types';
import { type PlannedKey, type PlanTimes, publishUntil } from './domain/key-plan';
import type { SigningKeyRow } from './storage/signing-key.row';

/** Returns the facts about a stored key that the plan uses. */
export function plannedKey(key: SigningKeyRow): PlannedKey {
  return {
    kid: key.kid,
    status: key.status,
    createdAtMs: key.createdAt.getTime(),
    publishedAtMs: key.publishedAt?.getTime() ?? null,
    signsFromMs: key.signsFrom?.getTime() ?? null,
    activatedAtMs: key.activatedAt?.getTime() ?? null,
    retiredAtMs: key.retiredAt?.getTime() ?? null,
    publishUntilMs: key.publishUntil?.getTime() ?? null,
  };
}

/** Returns a stored key in the form that operators see. */
export function shownKey(key: SigningKeyRow, times: PlanTimes): SigningKey {
  const iso = (time: Date | null): string | null => time?.toISOString() ?? null;
  const until = key.publishUntil ?? (key.retiredAt && new Date(publishUntil(key.retiredAt.getTime(), times)));
  return {
    kid: key.kid,
    alg: key.publicJwk.alg,
    status: key.status,
    createdAt: key.createdAt.toISOString(),
    publishedAt: iso(key.publishedAt),
    signsFrom: iso(key.signsFrom),
    activatedAt: iso(key.activatedAt),
    retiredAt: iso(key.retiredAt),
    publishedUntil: iso(until),
  };
}
