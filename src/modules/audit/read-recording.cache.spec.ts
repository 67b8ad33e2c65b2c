import type { ChangeFeed, ChangeSubscriber } from '../../kernel/changes/change-feed';
import type { AuditRetention } from './contract/audit-retention.types';
import { ReadRecordingCache } from './read-recording.cache';
import { AUDIT_RETENTION_TOPIC, type RetentionRepository } from './storage/retention.repository';

const SAID: AuditRetention = { keepDays: null, legalHold: null, reads: 'aggregated' };

function open(
  get: () => Promise<AuditRetention>,
  isFresh = () => true,
  holders: ChangeSubscriber[] = [],
): ReadRecordingCache {
  const feed = { isFresh, register: (holder: ChangeSubscriber) => holders.push(holder) } as unknown as ChangeFeed;
  return new ReadRecordingCache({ get } as unknown as RetentionRepository, feed);
}

describe('the cached setting for recording reads', () => {
  it('is loaded once, and again after a change', async () => {
    const get = jest.fn(() => Promise.resolve(SAID));
    const holders: ChangeSubscriber[] = [];
    const cache = open(get, undefined, holders);
    expect([await cache.of('tnt-a'), await cache.of('tnt-a')]).toEqual(['aggregated', 'aggregated']);
    expect(get).toHaveBeenCalledTimes(1);
    get.mockResolvedValue({ ...SAID, reads: 'each' });
    await holders[0]?.apply({ topic: AUDIT_RETENTION_TOPIC, tenantId: 'tnt-a', key: 'tnt-a', payload: {} });
    expect(await cache.of('tnt-a')).toBe('each');
  });

  it('falls back to one record for each read when the store is unavailable or changes might have been missed', async () => {
    expect(await open(() => Promise.reject(new Error('away'))).of('tnt-a')).toBe('each');
    let fresh = true;
    const cache = open(
      () => Promise.resolve(SAID),
      () => fresh,
    );
    expect(await cache.of('tnt-a')).toBe('aggregated');
    fresh = false;
    expect(await cache.of('tnt-a')).toBe('each');
  });
});
