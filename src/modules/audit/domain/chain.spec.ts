import { createHash } from 'node:crypto';
import type { AuditEvent } from '../contract/audit.types';
import { canonicalJson } from '../../../kernel/json/canonical-json';
import { continueChain, type Head, NO_HASH } from './chain';
import { GrowingTree, leafHash } from './merkle-tree';
import { canonicalRecord, type ChainedRecord } from './record';

const anEvent = (id: string, members: Partial<AuditEvent> = {}): AuditEvent => ({
  id,
  tenantId: 'tnt-a',
  appId: null,
  actorType: 'service',
  actorId: 'app-1',
  action: 'test.done',
  resourceType: 'test',
  resourceId: '"ü"\n',
  outcome: 'success',
  reason: '',
  requestId: 'req-1',
  ip: '::1',
  policyRevision: null,
  metadata: { b: [1, { z: 1, a: 2 }], a: 'x' },
  personal: null,
  tsMs: 1_795_536_000_123,
  ...members,
});

const empty: Head = { tenantId: 'tnt-a', size: 0, hash: NO_HASH, frontier: Buffer.alloc(0) };

describe('the canonical form of a record', () => {
  it.each([
    ['without changes', null],
    ['with sealed fields', { person: 'psn-1', bytes: Buffer.from('sealed') }],
  ])('is RFC 8785, %s', (_, sealed) => {
    const event = anEvent('aud-1', sealed === null ? {} : { actorType: 'user', actorId: '', ip: null });
    const text = canonicalRecord({ event, sealed, sequence: 7, previousHash: NO_HASH });
    const value = JSON.parse(text) as Record<string, unknown>;
    expect(text).toBe(canonicalJson(value));
    expect(value).toMatchObject({
      id: 'aud-1',
      sequenceId: 7,
      previousHash: '0'.repeat(64),
      ts: '2026-11-24T16:00:00.123Z',
      actorId: sealed === null ? 'app-1' : null,
      person: sealed === null ? null : 'psn-1',
      sealed: sealed === null ? null : 'c2VhbGVk',
    });
  });
});

describe('the signed content of a record', () => {
  const sealed = { person: 'psn-1', bytes: Buffer.from('sealed') };
  const record: ChainedRecord = { event: anEvent('aud-1'), sealed, sequence: 7, previousHash: NO_HASH };

  it.each<Partial<AuditEvent>>([
    { id: 'aud-2' },
    { tenantId: 'tnt-b' },
    { appId: 'app-2' },
    { actorType: 'user' },
    { actorId: 'app-2' },
    { action: 'test.undone' },
    { resourceType: 'project' },
    { resourceId: 'prj-1' },
    { outcome: 'denied' },
    { reason: 'denied' },
    { requestId: 'req-2' },
    { ip: '::2' },
    { policyRevision: '4' },
    { metadata: { b: [1, { z: 1, a: 3 }], a: 'x' } },
    { tsMs: 1_795_536_000_124 },
  ])('includes the event member %j', (members) => {
    expect(canonicalRecord({ ...record, event: anEvent('aud-1', members) })).not.toBe(canonicalRecord(record));
  });

  it.each<Partial<ChainedRecord>>([
    { sequence: 8 },
    { previousHash: Buffer.alloc(32, 1) },
    { sealed: { ...sealed, person: 'psn-2' } },
    { sealed: { ...sealed, bytes: Buffer.from('others') } },
    { sealed: null },
  ])('includes the record member %j', (members) => {
    expect(canonicalRecord({ ...record, ...members })).not.toBe(canonicalRecord(record));
  });
});

describe('a chain', () => {
  it('assigns each record the next sequence and the hash of its predecessor, in one batch or several', () => {
    const events = ['aud-1', 'aud-2', 'aud-3', 'aud-4', 'aud-5'].map((id) => ({ event: anEvent(id), sealed: null }));
    const whole = continueChain(empty, events);
    expect(whole.records.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
    whole.records.forEach((record, index) => {
      const before = whole.records[index - 1]?.recordHash ?? NO_HASH;
      expect(record.previousHash).toEqual(before);
      expect(record.recordHash).toEqual(createHash('sha256').update(canonicalRecord(record)).digest());
    });
    const first = continueChain(empty, events.slice(0, 2));
    const second = continueChain(first.head, events.slice(2));
    expect([...first.records, ...second.records]).toEqual(whole.records);
    expect(second.head).toEqual(whole.head);
  });

  it('uses the canonical records as the leaves of its tree', () => {
    const { head, records } = continueChain(empty, [
      { event: anEvent('aud-1'), sealed: null },
      { event: anEvent('aud-2'), sealed: null },
    ]);
    const tree = GrowingTree.empty();
    for (const record of records) tree.append(leafHash(Buffer.from(canonicalRecord(record))));
    expect(GrowingTree.continue(head.size, head.frontier).root()).toEqual(tree.root());
  });
});
