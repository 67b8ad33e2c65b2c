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

describe('revocations that are loaded again', () => {
  it('are in force meanwhile, and when the store fails', async () => {
    const kept = Promise.withResolvers<never>();
    const repository = { kept: () => awaited(kept.promise) } as unknown as RevocationsRepository;
    const feed = { register: () => undefined, isFresh: () => true } as unknown as ChangeFeed;
    const service = new RevocationsService(repository, feed, new SystemClock());
    const isRevoked = () => service.isRevoked({ jti: 'jti-1', clientId: 'app-1', tenantId: 'tnt-a' });
    service.apply(REVOKED);
    const loading = service.load();
    expect(isRevoked()).toBe(true);
    kept.reject(new Error('away'));
    await expect(loading).rejects.toThrow('away');
    expect(isRevoked()).toBe(true);
  });
});

async function* awaited(changes: Promise<readonly Change[]>): AsyncIterable<Change> {
  yield* await changes;
}
