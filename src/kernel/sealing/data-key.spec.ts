import { DATA_KEY_BYTES, DataKey } from './data-key';

const bytes = Buffer.alloc(DATA_KEY_BYTES, 7);
const key = new DataKey('tnt-a', 'dek-1', bytes);
const OWNER = 'secrets/sec-1/1';

describe('a value sealed with a data key', () => {
  const sealed = key.seal(Buffer.from('hunter2'), OWNER);

  it('opens for its owner, even after a restart', () => {
    expect(new DataKey('tnt-a', 'dek-1', bytes).open(sealed, OWNER).toString()).toBe('hunter2');
  });

  it.each(['', 'secrets/sec-2/1', `${OWNER}0`])(
    'does not open for the owner %j, even if its row is copied there',
    (owner) => {
      expect(() => key.open(sealed, owner)).toThrow();
    },
  );

  it.each([
    ['a different tenant', new DataKey('tnt-b', 'dek-1', bytes)],
    ['a different key', new DataKey('tnt-a', 'dek-2', bytes)],
    ['other bytes', new DataKey('tnt-a', 'dek-1', Buffer.alloc(DATA_KEY_BYTES, 8))],
  ])('does not open with %s', (_what, other) => {
    expect(() => other.open(sealed, OWNER)).toThrow();
  });
});

describe('a key derived from a data key', () => {
  it('is different for each purpose and tenant', () => {
    const other = new DataKey('tnt-b', 'dek-1', bytes);
    const derived = [key.derive('masking'), key.derive('idempotency'), other.derive('masking')];
    expect(new Set(derived.map((one) => one.toString('hex'))).size).toBe(3);
    expect(new DataKey('tnt-a', 'dek-2', bytes).derive('masking')).toEqual(derived[0]);
  });

  it('has 256 bits, like the data key itself', () => {
    expect(key.derive('masking')).toHaveLength(32);
    expect(() => new DataKey('tnt-a', 'dek-1', Buffer.alloc(31))).toThrow('256 bits');
  });
});
