import { changesConfig } from '../../../kernel/changes/changes.config';
import { type Horizon, readHorizon } from '../../../kernel/database/store-facts';
import { probeNotifications } from '../../../kernel/changes/probe-notifications';
import { type DoctorContext, storeCheck } from '../check';
import { fail, type Finding, ok, warn } from '../finding';

/** A transaction that writes for this long delays both vacuum and the cleanup of the feed. */
const LONG_SECONDS = 60;

/** Checks that processes receive revocations, keys and policies in time. */
export const changeFeedCheck = storeCheck({
  group: 'Change feed',
  limitMs: 5_000,
  needs: ['DATABASE_URL', 'CHANGE_FEED_MAX_AGE_MS'],
  async run({ store, running, settings }) {
    const [horizon, heardAfterMs] = await Promise.all([readHorizon(store.database), probeNotifications(store.appUrl)]);
    const maxAgeMs = settings.of(changesConfig).CHANGE_FEED_MAX_AGE_MS;
    return [judgeNotifications(heardAfterMs), judgeHorizon(horizon), ...judgeAge(running, maxAgeMs)];
  },
});

function judgeNotifications(heardAfterMs: number | null): Finding {
  if (heardAfterMs !== null) return ok('bell', `NOTIFY arrives after ${Math.ceil(heardAfterMs)} ms`);
  const remedy = 'If a pooler is in front of the database, it must keep sessions (pool_mode = session).';
  return fail('bell', 'NOTIFY does not arrive: changes arrive only with the heartbeat, a second late', remedy);
}

/** Returns the finding about the oldest transaction. */
export function judgeHorizon({ oldestSeconds, prepared }: Horizon): Finding {
  if (prepared > 0) {
    const remedy = 'Use COMMIT PREPARED or ROLLBACK PREPARED for the rows of pg_prepared_xacts.';
    return warn('horizon', `held back by ${prepared} prepared transactions`, remedy);
  }
  if (oldestSeconds === null) return ok('horizon', 'no transaction holds it back');
  const detail = `the oldest write transaction is ${oldestSeconds.toFixed(1)} s old`;
  if (oldestSeconds <= LONG_SECONDS) return ok('horizon', detail);
  return warn('horizon', detail, 'Find it in pg_stat_activity by its xact_start and terminate it.');
}

/** @param maxAgeMs age at which a process's knowledge counts as stale. */
export function judgeAge(running: DoctorContext['running'], maxAgeMs: number): readonly Finding[] {
  if (running === null || running.feedAgeSeconds === null) return [];
  const { feedAgeSeconds: age } = running;
  const detail = `this process is ${age.toFixed(1)} s behind; the maximum is ${maxAgeMs / 1_000} s`;
  if (age * 1_000 <= maxAgeMs / 2) return [ok('lag', detail)];
  const tell = age * 1_000 > maxAgeMs ? fail : warn;
  return [tell('lag', detail, 'Check whether the database or this machine is overloaded.')];
}
