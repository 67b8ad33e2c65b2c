import type { KeyStatus } from '../contract/keys.types';

/** The facts about a key that the plan uses. Times are in Unix milliseconds by the database's clock. */
export interface PlannedKey {
  readonly kid: string;
  readonly status: KeyStatus;
  readonly createdAtMs: number;
  /** `null` until the key's transaction is known to have been committed. */
  readonly publishedAtMs: number | null;
  readonly signsFromMs: number | null;
  readonly activatedAtMs: number | null;
  readonly retiredAtMs: number | null;
  readonly publishUntilMs: number | null;
}

/** The durations of the plan, in milliseconds. */
export interface PlanTimes {
  /** The time for which a cache may keep the JWK Set. */
  readonly jwksLifeMs: number;
  /** The time for which a process can run without the change feed before its cache is stale and it rejects requests. */
  readonly unawareMs: number;
  /** The maximum lifetime of an access token. */
  readonly tokenLifeMs: number;
  /** The time for which a key signs; `null` if only operators rotate keys. */
  readonly rotationMs: number | null;
}

/** The actions that are due now. */
export interface KeyDuties {
  /** The missing keys to create. */
  readonly create: readonly ('active' | 'next')[];
  /** Keys that are committed and have no publication time yet. */
  readonly date: readonly string[];
  readonly rotate: boolean;
  /** Retired keys whose tokens and caches have all expired. */
  readonly remove: readonly string[];
}

/**
 * The maximum lag of a process's JWK Set behind the database at which the process still promises the full cache lifetime: two heartbeats of
 * the change feed. Beyond it, the promised lifetime shrinks by the lag ({@link promisedLifeSeconds}), so that the lead time below is always
 * sufficient.
 */
export const LAG_MS = 2_000;

/**
 * Returns the time from which a key that has been published since `publishedAtMs` may sign. By then, every cache contains the key, and so
 * does every process in the installation, unless its cache is stale.
 */
export function signsFrom(publishedAtMs: number, times: Pick<PlanTimes, 'jwksLifeMs' | 'unawareMs'>): number {
  return publishedAtMs + Math.max(times.jwksLifeMs + LAG_MS, times.unawareMs);
}

/**
 * Returns the time until which a key that was retired at `retiredAtMs` stays published: the expiry of the last token that it could have
 * signed, plus the cache lifetime.
 */
export function publishUntil(retiredAtMs: number, { jwksLifeMs, unawareMs, tokenLifeMs }: PlanTimes): number {
  return retiredAtMs + unawareMs + tokenLifeMs + jwksLifeMs;
}

/**
 * Returns the time for which a cache may keep a JWK Set that includes everything committed up to `ageMs` ago.
 * @returns the time in whole seconds; 0 for a process that lags by more than the lifetime.
 */
export function promisedLifeSeconds(lifeSeconds: number, ageMs: number): number {
  if (ageMs <= LAG_MS) return lifeSeconds;
  return Math.max(0, lifeSeconds - Math.ceil((ageMs - LAG_MS) / 1000));
}

/**
 * Returns the time of the next automatic rotation, when the active key has reached its maximum age and the next key can sign, or `null` if
 * no rotation is planned.
 */
export function rotatesAt(keys: readonly PlannedKey[], times: PlanTimes): number | null {
  const active = keys.find(({ status }) => status === 'active');
  const next = keys.find(({ status }) => status === 'next');
  if (times.rotationMs === null || !active || !next || next.signsFromMs === null) return null;
  return Math.max((active.activatedAtMs ?? active.createdAtMs) + times.rotationMs, next.signsFromMs);
}

/** Returns the actions due for `keys` at `nowMs`. If you plan and execute repeatedly, eventually no action is due. */
export function dutiesAt(nowMs: number, keys: readonly PlannedKey[], times: PlanTimes): KeyDuties {
  const has = (wanted: KeyStatus): boolean => keys.some(({ status }) => status === wanted);
  const due = rotatesAt(keys, times);
  return {
    create: (['active', 'next'] as const).filter((status) => !has(status)),
    date: keys
      .filter(({ publishedAtMs, signsFromMs }) => (publishedAtMs ?? signsFromMs) === null)
      .map(({ kid }) => kid),
    rotate: due !== null && due <= nowMs,
    remove: keys.filter((key) => isOver(key, nowMs, times)).map(({ kid }) => kid),
  };
}

/** Returns true if no action is due. */
export function isIdle({ create, date, rotate, remove }: KeyDuties): boolean {
  return !rotate && create.length + date.length + remove.length === 0;
}

function isOver({ status, retiredAtMs, publishUntilMs }: PlannedKey, nowMs: number, times: PlanTimes): boolean {
  if (status !== 'retired') return false;
  // Keys that an earlier build retired have no stored end of publication.
  const until = publishUntilMs ?? (retiredAtMs === null ? null : publishUntil(retiredAtMs, times));
  return until !== null && until <= nowMs;
}
