import { type CallContext, callContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { createLogger } from '../../kernel/telemetry/logger';
import type { AuditPort } from '../../modules/audit/contract/audit.port';
import type { AuditEvent } from '../../modules/audit/contract/audit.types';
import { AGGREGATE_LIMITS, ReadAggregates } from './read-aggregates';

const READ = { action: 'project.get', resourceType: 'project', resourceId: 'prj-1' };
const RECEIPT = { sequenceId: 1, previousHash: '', recordHash: '' };

/** A log that can be unavailable, and stores one event for each ID. */
class Log implements AuditPort {
  readonly events = new Map<string, AuditEvent>();
  /** The number of times that it received an event. */
  given = 0;
  isAway = false;
  /** True to commit an event but then report that the log is unavailable. */
  losesAnswers = false;

  async record(_context: CallContext, event: AuditEvent): Promise<typeof RECEIPT> {
    this.given++;
    if (!this.isAway && !this.events.has(event.id)) this.events.set(event.id, event);
    if (this.isAway || this.losesAnswers) throw new AppError('unavailable', 'The log is unavailable.');
    return RECEIPT;
  }

  deliver = (): Promise<boolean> => Promise.resolve(false);
  assertWritable = (): Promise<void> => Promise.resolve();

  get records(): readonly AuditEvent[] {
    return [...this.events.values()];
  }
}

let log: Log;
let aggregates: ReadAggregates;

function open(limits: typeof AGGREGATE_LIMITS | { inAll: number; perTenant: number } = AGGREGATE_LIMITS): void {
  log = new Log();
  aggregates = new ReadAggregates(log, createLogger('silent', 'test'), 10, limits);
}

beforeEach(() => {
  open();
});

const caller = (members: Partial<CallContext> = {}): CallContext =>
  callContext({
    requestId: 'req-1',
    tenantId: 'tnt-a',
    actor: { type: 'user', id: 'usr-1' },
    appId: 'app-1',
    ip: '192.0.2.1',
    policyRevision: '3',
    ...members,
  });

const read = (members: Partial<CallContext> = {}, nowMs = 1_000): boolean =>
  aggregates.count(caller(members), READ, nowMs);

describe('aggregates of reads', () => {
  it('have one record for all reads by a caller, with a count and the times of the first and last read', async () => {
    for (let at = 0; at < 25; at++) expect(read({ requestId: `req-${at}`, auditEventId: `aud-${at}` }, at)).toBe(true);
    await aggregates.flush();
    await aggregates.flush();
    expect(log.given).toBe(1);
    const metadata = {
      aggregated: true,
      count: 25,
      from: '1970-01-01T00:00:00.000Z',
      until: '1970-01-01T00:00:00.024Z',
    };
    expect(log.records).toEqual([
      {
        ...{ tenantId: 'tnt-a', appId: 'app-1', actorType: 'user', actorId: 'usr-1', action: 'project.get' },
        ...{ resourceType: 'project', resourceId: '', outcome: 'success', reason: '', requestId: 'req-0' },
        ...{ ip: '192.0.2.1', policyRevision: '3', metadata, personal: null, tsMs: 24 },
        id: expect.stringMatching(/^aud-[0-9a-z]{26}$/),
      },
    ]);
  });

  it.each<[string, Partial<CallContext>]>([
    ['tenant', { tenantId: 'tnt-b' }],
    ['actor', { actor: { type: 'user', id: 'usr-2' } }],
    ['kind of actor', { actor: { type: 'agent', id: 'usr-1' } }],
    ['app', { appId: 'app-2' }],
    ['API key', { credentialId: 'crd-1' }],
    ['address', { ip: '192.0.2.2' }],
    ['revision of the policy', { policyRevision: '4' }],
  ])('are separate for each %s', async (_what, other) => {
    for (const members of [{}, other, {}]) read(members);
    await aggregates.flush();
    expect(log.records.map(({ metadata }) => metadata['count'])).toEqual([2, 1]);
    expect(log.records[1]).toMatchObject({
      tenantId: other.tenantId ?? 'tnt-a',
      metadata: { ...(other.credentialId === undefined ? {} : { credentialId: other.credentialId }) },
    });
  });

  it('are separate for each action and type of resource', async () => {
    for (const members of [{}, { action: 'project.list' }, { resourceType: 'file' }, {}]) {
      aggregates.count(caller(), { ...READ, ...members }, 1_000);
    }
    await aggregates.flush();
    expect(log.records.map(({ action, resourceType, metadata }) => [action, resourceType, metadata['count']])).toEqual([
      ['project.get', 'project', 2],
      ['project.list', 'project', 1],
      ['project.get', 'file', 1],
    ]);
  });

  it('keep their counts while the log is unavailable, and are recorded once', async () => {
    for (const fault of ['isAway', 'losesAnswers'] as const) {
      open();
      read();
      read();
      log[fault] = true;
      await aggregates.flush();
      read();
      await aggregates.flush();
      log[fault] = false;
      await aggregates.flush();
      await aggregates.flush();
      expect(log.records.map(({ metadata }) => metadata['count'])).toEqual([2, 1]);
    }
  });

  it('have a maximum number per tenant; beyond it, reads are recorded individually', async () => {
    open({ inAll: 4, perTenant: 3 });
    const actors = ['usr-1', 'usr-2', 'usr-3', 'usr-4'].map((id) => ({ actor: { type: 'user', id } as const }));
    expect(actors.map((actor) => read(actor))).toEqual([true, true, true, false]);
    // An existing aggregate does not take up more room; another tenant has separate room, within the total.
    expect(read(actors[0])).toBe(true);
    expect(actors.map((actor) => read({ ...actor, tenantId: 'tnt-b' }))).toEqual([true, false, false, false]);
    log.isAway = true;
    await aggregates.flush();
    expect(read(actors[0])).toBe(false);
    log.isAway = false;
    await aggregates.flush();
    expect(actors.map((actor) => read(actor))).toEqual([true, true, true, false]);
  });

  it('exclude calls without a tenant', () => {
    expect(read({ tenantId: null })).toBe(false);
  });

  it('are recorded at shutdown, even if the log is unavailable at first, and no new aggregate begins', async () => {
    read();
    log.isAway = true;
    const closed = aggregates.close();
    expect(read()).toBe(false);
    await aggregates.flush();
    log.isAway = false;
    await closed;
    expect(log.records.map(({ metadata }) => metadata['count'])).toEqual([1]);
  });
});
