/** Measures how fast this product counts in memory: `node gcra.mjs allowed|refused|million SECONDS` prints a row as JSON. */
import { createRequire } from 'node:module';
import { printRow } from '../lib/measure-alone.mjs';

const load = createRequire(import.meta.url);
const { LocalBuckets } = load('../../../dist/src/modules/rate-limit/buckets/local-buckets.js');
const { limitOf } = load('../../../dist/src/modules/rate-limit/domain/limit.js');

const PER_CALL = 1_000;
const MAX_KEYS = 1_000_000;
const TENANT = 'tnt-01jd';

const [what, seconds] = process.argv.slice(2);
const keys = Array.from({ length: what === 'million' ? MAX_KEYS : 10_000 }, (_, index) => `${what} ${index}`);
// Allows 100,000 calls a second for each key, with a burst of the same size, or one call an hour.
const limit =
  what === 'refused'
    ? limitOf({ policy: 'p', source: 'tenant', limit: 1, windowSeconds: 3_600 })
    : limitOf({ policy: 'p', source: 'tenant', limit: 100_000_000, windowSeconds: 1_000 });
const buckets = new LocalBuckets(MAX_KEYS, () => performance.now());
for (const key of keys) buckets.take(TENANT, key, limit, 1);

let at = 0;
printRow(
  () => {
    for (let call = 0; call < PER_CALL; call++) {
      const allowed = buckets.take(TENANT, keys[at], limit, 1) >= 0;
      if (allowed === (what === 'refused')) throw new Error(`The decision for key ${keys[at]} was wrong.`);
      at = at + 1 === keys.length ? 0 : at + 1;
    }
  },
  PER_CALL,
  Number(seconds),
);
