import { ForbiddenAddress } from '../../kernel/network/ssrf-guarded-lookup';
import { createLogger } from '../../kernel/telemetry/logger';
import type { AuditHeadPort } from '../audit/contract/audit-head.port';
import { LEASE_SECONDS, SinkDispatcher } from './sink-dispatcher';
import type { SinkSender } from './sink-sender';
import type { AuditSinksRepository, StoredDeadLetter } from './storage/audit-sinks.repository';

interface Noted {
  readonly place: number;
  readonly afterMs: number;
  readonly leaseSeconds: number;
}

interface Progress extends Noted {
  readonly lastError: string | null;
}

/** Runs a webhook dispatch whose receiver takes the given time for each record. */
async function turnOf(
  takesMs: number,
  letters: readonly Partial<StoredDeadLetter>[] = [],
  fault?: Error,
  kind = 'webhook',
) {
  let nowMs = 0;
  const posted: number[] = [];
  const noted: Noted[] = [];
  const told: (string | null)[] = [];
  const records = Array.from({ length: 500 }, (_, sequenceId) => ({ id: `aud-${sequenceId}`, sequenceId }));
  const repository = {
    find: async () => ({ id: 'snk-1', kind, url: 'https://receiver.example', place: -1, attempts: 0 }),
    deadLetters: async () => letters,
    unbury: async () => undefined,
    progress: async (_tenant: string, _id: string, _holder: string, to: Progress, leaseSeconds: number) => {
      told.push(to.lastError);
      noted.push({ place: to.place, afterMs: to.afterMs, leaseSeconds });
      return true;
    },
  };
  const sender = {
    secret: async () => 'whsec_',
    post: async (_url: string, _secret: string, record: { sequenceId: number }) => {
      if (fault) throw fault;
      nowMs += takesMs;
      posted.push(record.sequenceId);
    },
  };
  await new SinkDispatcher(
    repository as unknown as AuditSinksRepository,
    { follow: async () => ({ records, next: 499 }) } as unknown as AuditHeadPort,
    sender as unknown as SinkSender,
    { nowMs: () => nowMs },
    createLogger('silent', 'all'),
  ).run('tnt-1', 'snk-1', 'holder');
  return { posted, noted, told, nowMs };
}

describe('a webhook dispatch', () => {
  it('sends the complete batch to a fast receiver', async () => {
    const { posted, noted } = await turnOf(1);
    expect(posted).toHaveLength(500);
    expect(noted[0]).toEqual({ place: 0, afterMs: 0, leaseSeconds: LEASE_SECONDS });
    expect(noted.at(-1)).toEqual({ place: 499, afterMs: 0, leaseSeconds: 0 });
  });

  it('yields to other sinks when the receiver is slow, without losing records', async () => {
    const { posted, noted, nowMs } = await turnOf(2_000);
    expect(posted).toEqual([0, 1, 2]);
    expect(noted.at(-1)).toEqual({ place: 2, afterMs: 0, leaseSeconds: 0 });
    expect(nowMs).toBeLessThan(LEASE_SECONDS * 1000);
  });

  it('ends within its lease, including retries', async () => {
    const letters = Array.from({ length: 50 }, (_, sequence) => ({ sequence, recordId: `aud-${sequence}` }));
    const { posted, nowMs } = await turnOf(9_000, letters);
    expect(posted).toHaveLength(2);
    expect(nowMs).toBeLessThan(LEASE_SECONDS * 1000);
  });

  it('does not send records for an unknown kind of sink', async () => {
    const { posted, noted, told } = await turnOf(1, [], undefined, 'queue');
    expect(posted).toEqual([]);
    expect(noted).toMatchObject([{ place: -1 }]);
    expect(told).toEqual(['This version does not support this kind of sink.']);
  });

  it('does not reveal to the tenant which internal address a name resolves to', async () => {
    const { told } = await turnOf(1, [], new ForbiddenAddress('10.20.30.40'));
    expect(told).toEqual(['The URL leads to an address that is not public.']);
  });
});
