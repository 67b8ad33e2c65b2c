import { pino } from 'pino';
import { systemContext } from '../../kernel/context/call-context';
import { outageOf } from '../../kernel/errors/app-error';
import type { NameResolver } from '../../kernel/network/name-resolver';
import type { PolicyPort } from '../policy/contract/policy.port';
import type { PolicyDecision, PolicyDenialCode } from '../policy/contract/policy.types';
import type { DenialRecord } from './denial-record';
import type { OwnHosts } from './domain/own-hosts';
import { EgressService } from './egress.service';

const recorded: string[] = [];

function egressWith(code: PolicyDenialCode): EgressService {
  const decision: PolicyDecision = { allowed: false, code, reason: 'why', version: 3, resourcePermission: null };
  const policy: Pick<PolicyPort, 'evaluate'> = { evaluate: () => Promise.resolve(decision) };
  const denials: Pick<DenialRecord, 'write'> = { write: (_context, { reason }) => void recorded.push(reason) };
  return new EgressService(
    policy as PolicyPort,
    {} as NameResolver,
    { has: () => false } as unknown as OwnHosts,
    denials as DenialRecord,
    pino({ level: 'silent' }),
  );
}

const query = { tenantId: 'tnt-1', url: 'https://example.com/', serviceName: 'workflows', mayBePrivate: false };
const context = systemContext('req-1', 'tnt-1');

beforeEach(() => {
  recorded.length = 0;
});

describe('a call that the platform makes for a tenant', () => {
  it('fails with an outage instead of a denial if no thread is free in time', async () => {
    const thrown: unknown = await egressWith('deadline')
      .authorize(context, query)
      .catch((error: unknown) => error);
    expect(outageOf(thrown)).toBe('deadline');
    expect(recorded).toEqual([]);
  });

  it.each<PolicyDenialCode>(['denied', 'limit', 'not_boolean'])('is denied by the policy: %s', async (code) => {
    expect(await egressWith(code).authorize(context, query)).toMatchObject({ allowed: false, code });
    expect(recorded).toEqual([code]);
  });
});
