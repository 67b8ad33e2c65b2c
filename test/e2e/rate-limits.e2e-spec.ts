import type { CheckRateLimitResponse } from '../../src/kernel/grpc/generated/coresdk/v1/ratelimit';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { findValkey, ValkeyServer } from '../support/valkey';

const HOUR = 3_600;

const valkey = findValkey();
if (valkey === null) {
  console.warn(
    'Valkey or Redis was not found, so the tests of limits that use it are skipped. Install one: apt-get install valkey-server (Debian 13) or redis-server (Debian 12).',
  );
}

(valkey === null ? describe.skip : describe)('rate limits of three sidecars over Valkey', () => {
  const server = new ValkeyServer(valkey ?? '');
  let installation: Installation;

  beforeAll(async () => {
    await server.start();
    const settings = { REDIS_URL: server.url, RATE_LIMIT_STORE_TIMEOUT_MS: '5000' };
    installation = await Installation.start({ layout: 'split', sidecars: 3, environment: settings });
  });

  afterAll(async () => {
    await installation.remove();
    await server.remove();
  });

  test('enforce one limit, divide it while Valkey is down, and enforce it jointly after Valkey recovers', async () => {
    const sidecars = installation.everySidecar();
    const flood = async (key: string): Promise<number> => {
      const request = { tenantId: 'default', key, limit: 90, windowSeconds: HOUR };
      const calls = sidecars.flatMap((client) =>
        Array.from({ length: 100 }, () =>
          client.call<CheckRateLimitResponse>('RateLimitService', 'CheckRateLimit', request),
        ),
      );
      return (await Promise.all(calls)).filter(({ allowed }) => allowed).length;
    };
    expect(await flood('before')).toBe(90);
    // The heartbeats tell each sidecar that there are three sidecars.
    await eventually(async () => {
      const [row] = await installation.query<{ n: number }>('SELECT count(*)::int AS n FROM rate_limit.replicas');
      expect(row?.n).toBe(3);
    });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await server.kill();
    expect(await flood('away')).toBe(90);
    await server.start();
    await eventually(async () => {
      expect(installation.logs().match(/rate limit store is available again/g)).toHaveLength(3);
    });
    expect(await flood('after')).toBe(90);
  });
});
