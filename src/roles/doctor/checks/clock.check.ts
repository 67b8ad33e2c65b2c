import type { Check } from '../check';
import { fail, type Finding, ok, skip, warn } from '../finding';
import type { StoreFacts } from '../../../kernel/database/store-facts';

/** Beyond this difference, timestamps in logs no longer give a reliable order. */
const NOTICEABLE_MS = 500;
/**
 * Beyond this difference, tokens are refused because they seem not to be valid yet, or are accepted after they have expired, and
 * authorization codes with a lifetime of 60 s expire early.
 */
const HARMFUL_MS = 5_000;

/** Checks that the clocks of this machine and the database agree: the key schedule uses one clock, and tokens use the other. */
export const clockCheck: Check = {
  group: 'Clock',
  limitMs: 1_000,
  needs: ['DATABASE_URL'],
  async run({ store }) {
    return store.state === 'open'
      ? [judgeClock(store.facts.clock)]
      : [skip('difference', 'there is no clock to compare with')];
  },
};

/** @param clock the time by which the server's clock is ahead of this machine's clock. */
export function judgeClock({ aheadMs, exactToMs }: StoreFacts['clock']): Finding {
  const differenceMs = Math.abs(aheadMs);
  const side = aheadMs > 0 ? 'behind' : 'ahead of';
  const amount = differenceMs < 1_000 ? `${Math.round(differenceMs)} ms` : `${(differenceMs / 1_000).toFixed(1)} s`;
  const detail = `this machine is ${amount} ${side} the database (exact to ${Math.ceil(exactToMs)} ms)`;
  const remedy = 'Synchronize both machines with the same time servers (chrony, systemd-timesyncd).';
  // The round trip to the server is not a clock difference.
  const certainMs = differenceMs - exactToMs;
  if (certainMs > HARMFUL_MS) return fail('difference', detail, remedy);
  return certainMs > NOTICEABLE_MS ? warn('difference', detail, remedy) : ok('difference', detail);
}
