import type { KeyStatus } from '../contract/keys.types';

/** What the plan knows of a key. Times are Unix milliseconds of the database's clock. */
export interface PlannedKey {
  readonly kid: string;
  readonly status: KeyStatus;
  readonly createdAtMs: number;
  /** `null` until it is certain that its transaction has committed. */
  readonly publishedAtMs: number | null;
  readonly signsFromMs: number | null;
  readonly activatedAtMs: number | null;
  readonly retiredAtMs: number | null;
  readonly publishUntilMs: number | null;
}

/** The lengths of time that the plan is made of, in milliseconds. */
export interface PlanTimes {
  /** How long a cache may keep the JWK Set. */
  readonly jwksLifeMs: number;
  /** How long a process may go on without having heard of a change: then its memory is stale, and it refuses. */
  readonly unawareMs: number;
  /** The longest life of an access token. */
  readonly tokenLifeMs: number;
  /** How long a key signs; `null` for as long as nobody rotates. */
  readonly rotationMs: number | null;
}

/** What is to be done now. */
export interface KeyDuties {
  /** Keys that are missing. */
  readonly create: readonly ('active' | 'next')[];
  /** Keys that are committed and not dated yet. */
  readonly date: readonly string[];
  readonly rotate: boolean;
  /** Retired keys of which nothing is live any more. */
  readonly remove: readonly string[];
}

/**
 * How far a process's JWK Set may lag behind the store without promising less: two heartbeats of the change feed.
 * Beyond it, the promise shrinks by the lag ({@link promisedLifeSeconds}), so that the lead below always holds.
 */
export const LAG_MS = 2_000;

/**
 * From when a key may sign that has been published since `publishedAtMs`: by then no cache is without it, and no process
 * of ours, whose memory would be stale otherwise.
 */
export function signsFrom(publishedAtMs: number, times: Pick<PlanTimes, 'jwksLifeMs' | 'unawareMs'>): number {
  return publishedAtMs + Math.max(times.jwksLifeMs + LAG_MS, times.unawareMs);
}

/** Until when a key retired at `retiredAtMs` stays published: the end of the last token it can have signed, and a cache. */
export function publishUntil(retiredAtMs: number, { jwksLifeMs, unawareMs, tokenLifeMs }: PlanTimes): number {
  return retiredAtMs + unawareMs + tokenLifeMs + jwksLifeMs;
}

/**
 * How long a cache may keep a JWK Set that knows everything committed up to `ageMs` ago.
 * @returns whole seconds, 0 for a process that lags more than a whole life.
 */
export function promisedLifeSeconds(lifeSeconds: number, ageMs: number): number {
  if (ageMs <= LAG_MS) return lifeSeconds;
  return Math.max(0, lifeSeconds - Math.ceil((ageMs - LAG_MS) / 1000));
}

/** When the plan rotates by itself: the active key has signed its time and the next one may; `null` when it does not. */
export function rotatesAt(keys: readonly PlannedKey[], times: PlanTimes): number | null {
  const active = keys.find(({ status }) => status === 'active');
  const next = keys.find(({ status }) => status === 'next');
  if (times.rotationMs === null || !active || !next || next.signsFromMs === null) return null;
  return Math.max((active.activatedAtMs ?? active.createdAtMs) + times.rotationMs, next.signsFromMs);
}

/** What is to be done with `keys` at `nowMs`. Doing it and asking again comes to an end, in which nothing is to be done. */
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

/** Whether there is nothing to do. */
export function isIdle({ create, date, rotate, remove }: KeyDuties): boolean {
  return !rotate && create.length + date.length + remove.length === 0;
}

function isOver({ status, retiredAtMs, publishUntilMs }: PlannedKey, nowMs: number, times: PlanTimes): boolean {
  if (status !== 'retired') return false;
  // A version from before retires without saying until when.
  const until = publishUntilMs ?? (retiredAtMs === null ? null : publishUntil(retiredAtMs, times));
  return until !== null && until <= nowMs;
}
