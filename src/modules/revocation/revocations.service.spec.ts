import { Gauge } from 'prom-client';
import type { Change } from '../../kernel/changes/change';
import type { ChangeFeed } from '../../kernel/changes/change-feed';
import { SystemClock } from '../../kernel/time/clock';
import { REVOCATIONS_TOPIC } from './contract/revocation.types';
import { RevocationsService } from './revocations.service';
import type { RevocationsRepository } from './storage/revocations.repository';

const REVOKED: Change = {
  topic: REVOCATIONS_TOPIC,
  tenantId: 'tnt-a',
  key: 'jti-1',
  payload: { kind: 'token', subject: 'jti-1' },
  keepUntilMs: Number.MAX_SAFE_INTEGER,
};

const entries = new Gauge({ name: 'entries', help: 'entries', registers: [] });

describe('revocations during a reload', () => {
  it('stay in force, even if the database fails', async () => {
    const kept = Promise.withResolvers<never>();
    const repository = { kept: () => awaited(kept.promise) } as unknown as RevocationsRepository;
    const feed = { register: () => undefined, isFresh: () => true } as unknown as ChangeFeed;
    const service = new RevocationsService(repository, feed, new SystemClock(), entries);
    const isRevoked = () => service.isRevoked({ jti: 'jti-1', clientId: 'app-1', tenantId: 'tnt-a' });
    service.apply(REVOKED);
    const loading = service.load();
    expect(isRevoked()).toBe(true);
    kept.reject(new Error('away'));
    await expect(loading).rejects.toThrow('away');
    expect(isRevoked()).toBe(true);
  });
});

describe('revocations from before a process started', () => {
  it('are in force once loaded', async () => {
    const kept = (topic: string) => awaited(Promise.resolve(topic === REVOCATIONS_TOPIC ? [REVOKED] : []));
    const feed = { register: () => undefined, isFresh: () => true } as unknown as ChangeFeed;
    const service = new RevocationsService(
      { kept } as unknown as RevocationsRepository,
      feed,
      new SystemClock(),
      entries,
    );
    await service.load();
    expect(service.isRevoked({ jti: 'jti-1', clientId: 'app-1', tenantId: 'tnt-a' })).toBe(true);
    expect(service.isRevoked({ jti: 'jti-2', clientId: 'app-1', tenantId: 'tnt-a' })).toBe(false);
  });
});

describe('revocations without a fresh change feed', () => {
  it('deny every token', () => {
    const feed = { register: () => undefined, isFresh: () => false } as unknown as ChangeFeed;
    const service = new RevocationsService({} as RevocationsRepository, feed, new SystemClock(), entries);
    expect(() => service.isRevoked({ jti: 'jti-1', clientId: 'app-1', tenantId: 'tnt-a' })).toThrow(
      expect.objectContaining({ code: 'unavailable', reason: 'revocations_stale' }),
    );
  });
});

async function* awaited(changes: Promise<readonly Change[]>): AsyncIterable<Change> {
  yield* await changes;
}
