import { keysConfig } from '../../../modules/keys/keys.config';
import { changesConfig } from '../../../kernel/changes/changes.config';
import { MasterKeyProof } from '../../../kernel/sealing/master-key-proof';
import { dutiesAt, type PlannedKey, type PlanTimes, rotatesAt } from '../../../modules/keys/domain/key-plan';
import { plannedKey } from '../../../modules/keys/key-views';
import { PlanTimesOf } from '../../../modules/keys/plan-times';
import { SealedKeys } from '../../../modules/keys/sealed-keys';
import { SigningKeysRepository } from '../../../modules/keys/storage/signing-keys.repository';
import { storeCheck } from '../check';
import { fail, type Finding, ok, warn } from '../finding';

const DAY_MS = 86_400_000;
/** The tolerated delay of the task that maintains the key schedule. The task runs more often than that. */
const GRACE_MS = 3_600_000;
const LOST = 'Restore keys.signing_keys from a backup, or POST /api/v1/keys/rotate with {"emergency": true}.';
const START = 'Start the control plane, which creates and rotates keys.';

/** Checks that tokens can be signed now and after the next rotation. */
export const signingKeysCheck = storeCheck({
  group: 'Keys',
  limitMs: 4_000,
  needs: ['DATABASE_URL', 'JWKS_MAX_AGE_SECONDS', 'KEY_ROTATION_DAYS', 'CHANGE_FEED_MAX_AGE_MS'],
  async run({ store, sealer, settings }) {
    const { keys, nowMs } = await new SigningKeysRepository(store.database).allNow();
    const found = [
      ...judgeKeys(keys.map(plannedKey), new PlanTimesOf(settings.of(keysConfig), settings.of(changesConfig)), nowMs),
    ];
    // The master key check reports a wrong master key.
    if (sealer === null || !(await isRight(new MasterKeyProof(store.database, sealer)))) return found;
    const sealed = new SealedKeys(sealer);
    for (const { kid, sealedPrivate, status } of keys) {
      if (status === 'retired') continue;
      try {
        sealed.open(sealedPrivate, kid);
      } catch {
        found.push(fail(`${status} key`, `MASTER_KEY does not open ${kid}: the key was changed`, LOST));
      }
    }
    return found;
  },
});

function isRight(proof: MasterKeyProof): Promise<boolean> {
  return proof.assert().then(
    () => true,
    () => false,
  );
}

/** Returns the findings about the keys at `nowMs`, on the database's clock. */
export function judgeKeys(keys: readonly PlannedKey[], times: PlanTimes, nowMs: number): readonly Finding[] {
  return [judgeActive(keys, times, nowMs), judgeNext(keys, nowMs), ...judgeRetired(keys, times, nowMs)];
}

function judgeActive(keys: readonly PlannedKey[], times: PlanTimes, nowMs: number): Finding {
  const active = keys.find(({ status }) => status === 'active');
  if (!active) return fail('signing key', 'it does not exist, so no token can be issued', START);
  const age = days(nowMs - (active.activatedAtMs ?? active.createdAtMs));
  const detail = `${active.kid} has signed for ${age}`;
  const due = rotatesAt(keys, times);
  if (due === null)
    return ok('signing key', `${detail}${times.rotationMs === null ? ', without automatic rotation' : ''}`);
  if (nowMs > due + GRACE_MS) return warn('signing key', `${detail}; its rotation is ${days(nowMs - due)} late`, START);
  return ok('signing key', `${detail}, rotates in ${days(due - nowMs)}`);
}

function judgeNext(keys: readonly PlannedKey[], nowMs: number): Finding {
  const next = keys.find(({ status }) => status === 'next');
  if (!next) return warn('next key', 'no key exists for the next rotation', START);
  if (next.publishedAtMs !== null) return ok('next key', `${next.kid} is published`);
  const detail = `${next.kid} is not known to be published`;
  return nowMs - next.createdAtMs > GRACE_MS ? warn('next key', detail, START) : ok('next key', `${detail} yet`);
}

function judgeRetired(keys: readonly PlannedKey[], times: PlanTimes, nowMs: number): readonly Finding[] {
  const overdue = dutiesAt(nowMs - GRACE_MS, keys, times).remove;
  if (overdue.length === 0) return [];
  return [warn('retired keys', `${overdue.length} should have been deleted: ${overdue.join(', ')}`, START)];
}

function days(ms: number): string {
  const whole = Math.floor(ms / DAY_MS);
  if (whole === 0) return 'less than a day';
  return whole === 1 ? '1 day' : `${whole} days`;
}
