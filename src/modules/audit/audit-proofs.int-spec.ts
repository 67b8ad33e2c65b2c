import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestCore, openAllCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { CheckpointKey } from './checkpoints/checkpoint-key';
import { CheckpointSigner } from './checkpoints/checkpoint-signer';
import { AuditProofsPort } from './contract/audit-proofs.port';
import { AuditPort } from './contract/audit.port';
import { auditEvent } from './contract/audit.types';
import type { Checkpoint } from './domain/checkpoint';
import { continueChain, NO_HASH } from './domain/chain';
import { leafHash } from './domain/merkle-tree';
import { type ExportVerdict, ExportVerifier } from './domain/verify-export';
import { verifyConsistency, verifyInclusion } from './domain/verify-proof';
import { RecordsRepository } from './storage/records.repository';

const USER = newId('usr');

let folder: string;
let keyFile: string;
let key: CheckpointKey;
let database: TestDatabase;
let core: TestCore;
/** Each test has its own tenant, so that rewriting its log does not affect other tests. */
let A: string;
let B: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-proofs-'));
  keyFile = join(folder, 'key.pem');
  writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  key = CheckpointKey.read(keyFile);
  database = await createTestDatabase();
  core = await openAllCore(database, { AUDIT_SIGNING_KEY_FILE: keyFile });
});

beforeEach(() => {
  [A, B] = [newId('tnt'), newId('tnt')];
});

afterAll(async () => {
  await core.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

const proofs = (): AuditProofsPort => core.context.get(AuditProofsPort);
const signAll = (): Promise<void> => core.context.get(CheckpointSigner, { strict: false }).signAll();
const owner = (sql: string, parameters: readonly unknown[] = []) => queryAs(database.adminUrl, sql, parameters);

/** Records a tenant's events one by one. Returns their ids in log order. */
async function recordEvents(tenantId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const context = {
      ...systemContext(newId('req'), tenantId),
      actor: { type: 'user', id: USER } as const,
      ip: '192.0.2.7',
    };
    const action = {
      action: 'test.done',
      resourceType: 'test',
      resourceId: `${number}`,
      metadata: { b: number, a: ['ü'] },
    };
    const event = auditEvent(context, action, Date.now());
    ids.push(event.id);
    await core.context.get(AuditPort).record(context, event);
  }
  return ids;
}

async function exported(tenantId: string, from: number | null = null): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of proofs().export(systemContext('req-1', tenantId), from)) lines.push(line.slice(0, -1));
  return lines;
}

/** Returns the line number of a record in an export. It varies, because the installation also adds its own checkpoints. */
function placeOf(lines: readonly string[], sequence: number): number {
  return lines.findIndex((line) => line.includes(`"sequenceId":${sequence},`));
}

function verified(lines: readonly string[], kept: Checkpoint | null = null): ExportVerdict {
  const verifier = new ExportVerifier(key.verifier, kept);
  for (const line of lines) verifier.take(Buffer.from(line));
  return verifier.finish();
}

async function newestCheckpoint(tenantId: string): Promise<Checkpoint> {
  const { items } = await proofs().checkpoints(systemContext('req-1', tenantId), { limit: 1 });
  const checkpoint = key.open(items[0]?.note ?? '');
  if (!checkpoint) throw new Error('There is no checkpoint of this key.');
  return checkpoint;
}

/** Writes the genesis record and 40 more records, with checkpoints over 21 and 41 records. @returns the checkpoint over all records. */
async function fill(): Promise<Checkpoint> {
  await recordEvents(A, 20);
  await signAll();
  await recordEvents(A, 20);
  await recordEvents(B, 5);
  await signAll();
  return newestCheckpoint(A);
}

describe('an export of a log', () => {
  it('proves that it is unmodified, from the beginning or from any record', async () => {
    const kept = await fill();
    expect(kept.size).toBe(41);
    for (const from of [null, 0, 1, 20, 21, 40]) {
      expect(verified(await exported(A, from))).toMatchObject({
        ok: true,
        shown: { from: from ?? 0, checkpoint: { size: 41 } },
      });
    }
    expect(verified(await exported(A), kept)).toMatchObject({ ok: true });
    expect(verified(await exported(B))).toMatchObject({ ok: true, shown: { checkpoint: { size: 6 } } });
  });

  it('matches a kept checkpoint of any size in its range', async () => {
    await recordEvents(A, 20);
    await signAll();
    const kept = await newestCheckpoint(A);
    await recordEvents(A, 7);
    await signAll();
    expect(kept.size).toBe(21);
    expect(verified(await exported(A), kept)).toMatchObject({ ok: true });
    expect(verified(await exported(A, 25), kept)).toMatchObject({ ok: false, fault: { sequence: null } });
  });

  it('does not contain readable personal data', async () => {
    await fill();
    expect((await exported(A)).join()).not.toContain('192.0.2.7');
  });

  it('of a different installation is refused', async () => {
    await fill();
    const other = join(folder, 'other.pem');
    writeFileSync(other, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const verifier = new ExportVerifier(CheckpointKey.read(other).verifier, null);
    for (const line of await exported(A)) verifier.take(Buffer.from(line));
    expect(verifier.finish()).toMatchObject({ ok: false, fault: { sequence: 0 } });
  });
});

describe('verification names the first bad record when', () => {
  it.each([7, 20, 40])('record %d was edited', async (sequence) => {
    await fill();
    await owner(`UPDATE audit.events SET outcome = 'denied' WHERE tenant_id = $1 AND sequence = $2`, [A, sequence]);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence } });
  });

  it('a record was deleted in the middle', async () => {
    await fill();
    await owner('DELETE FROM audit.events WHERE tenant_id = $1 AND sequence = 30', [A]);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence: 30 } });
  });

  it('a record was deleted in the middle and the records after it moved up', async () => {
    await fill();
    await owner('DELETE FROM audit.events WHERE tenant_id = $1 AND sequence = 30', [A]);
    await owner('UPDATE audit.events SET sequence = sequence - 1000 WHERE tenant_id = $1 AND sequence > 30', [A]);
    await owner('UPDATE audit.events SET sequence = sequence + 999 WHERE tenant_id = $1 AND sequence < 0', [A]);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence: 30 } });
  });

  it('the newest record was deleted', async () => {
    await fill();
    await owner('DELETE FROM audit.events WHERE tenant_id = $1 AND sequence = 40', [A]);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence: 40 } });
  });

  it('the newest records were deleted with their leaves and checkpoint, if a checkpoint was kept elsewhere', async () => {
    const kept = await fill();
    await core.close();
    for (const table of ['events', 'leaves']) {
      await owner(`DELETE FROM audit.${table} WHERE tenant_id = $1 AND sequence >= 21`, [A]);
    }
    await owner('DELETE FROM audit.checkpoints WHERE tenant_id = $1 AND size > 21', [A]);
    core = await openAllCore(database, { AUDIT_SIGNING_KEY_FILE: keyFile });
    const lines = await exported(A);
    expect(verified(lines)).toMatchObject({ ok: true, shown: { checkpoint: { size: 21 } } });
    expect(verified(lines, kept)).toMatchObject({ ok: false, fault: { sequence: 21 } });
  });

  it('two records were swapped', async () => {
    await fill();
    const swap = 'UPDATE audit.events SET sequence = $3 WHERE tenant_id = $1 AND sequence = $2';
    for (const [from, to] of [
      [10, 1000],
      [15, 10],
      [1000, 15],
    ])
      await owner(swap, [A, from, to]);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence: 10 } });
  });

  it('two lines of the export were swapped', async () => {
    await fill();
    const lines = await exported(A);
    const [one, other] = [placeOf(lines, 11), placeOf(lines, 16)];
    const swapped = lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
    expect(verified(swapped)).toMatchObject({ ok: false, fault: { sequence: 11 } });
  });

  it('the database owner recomputed the complete chain', async () => {
    const kept = await fill();
    await rewrite(A, 0);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence: 0 } });
    await owner('DELETE FROM audit.checkpoints WHERE tenant_id = $1 AND size = 21', [A]);
    expect(verified(await exported(A), kept)).toMatchObject({ ok: false, fault: { sequence: 0 } });
  });

  it('the database owner recomputed the chain after a checkpoint', async () => {
    await fill();
    await rewrite(A, 21);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence: 21 } });
  });

  it('a record of another tenant was inserted', async () => {
    await fill();
    const lines = await exported(A);
    const ofB = await exported(B);
    const foreign = ofB[placeOf(ofB, 2)] ?? '';
    const slipped = lines.with(placeOf(lines, 5), foreign.replace('"sequenceId":2', '"sequenceId":5'));
    expect(verified(slipped)).toMatchObject({
      ok: false,
      fault: { sequence: 5, reason: expect.stringContaining('a different log') },
    });
    await owner('DELETE FROM audit.events WHERE tenant_id = $1 AND sequence = 5', [A]);
    await owner('UPDATE audit.events SET tenant_id = $1, sequence = 5 WHERE tenant_id = $2 AND sequence = 3', [A, B]);
    expect(verified(await exported(A))).toMatchObject({ ok: false, fault: { sequence: 5 } });
  });
});

describe('the installation', () => {
  it('does not sign a rewritten log, even after a restart', async () => {
    await fill();
    await rewrite(A, 30);
    for (let start = 1; start <= 2; start++) {
      await recordEvents(A, 1);
      await signAll();
      expect((await newestCheckpoint(A)).size).toBe(41);
      await core.close();
      core = await openAllCore(database, { AUDIT_SIGNING_KEY_FILE: keyFile });
    }
    await recordEvents(B, 1);
    await signAll();
    expect((await newestCheckpoint(B)).size).toBe(7);
  });
});

describe('proofs', () => {
  it('show that a record is in the log, as defined in RFC 9162', async () => {
    await fill();
    const [id = ''] = await recordEvents(A, 1);
    const proof = await proofs().inclusion(systemContext('req-1', A), id);
    expect(proof).toMatchObject({ id, sequenceId: 41, treeSize: 42 });
    expect(leafHash(Buffer.from(proof.record ?? '')).toString('hex')).toBe(proof.leafHash);
    expect(
      verifyInclusion({
        index: proof.sequenceId,
        size: proof.treeSize,
        leaf: Buffer.from(proof.leafHash, 'hex'),
        root: key.open(proof.checkpoint)?.root ?? Buffer.alloc(0),
        proof: proof.proof.map((hash) => Buffer.from(hash, 'hex')),
      }),
    ).toBe(true);
  });

  it('of one tenant’s log are not accessible to other tenants', async () => {
    const [id = ''] = await recordEvents(A, 1);
    await recordEvents(B, 1);
    await expect(proofs().inclusion(systemContext('req-1', B), id)).rejects.toMatchObject({ code: 'not_found' });
    const { items } = await proofs().checkpoints(systemContext('req-1', newId('tnt')), { limit: 10 });
    expect(items).toEqual([]);
  });

  it('show that the log continues each earlier state', async () => {
    const { size } = await fill();
    const context = systemContext('req-1', A);
    for (const from of [1, 8, 21, 40, 41]) {
      const proof = await proofs().consistency(context, from, null);
      expect(proof.to).toBe(size);
      expect(
        verifyConsistency({
          from,
          to: size,
          fromRoot: Buffer.from(proof.fromRootHash, 'hex'),
          toRoot: Buffer.from(proof.toRootHash, 'hex'),
          proof: proof.proof.map((hash) => Buffer.from(hash, 'hex')),
        }),
      ).toBe(true);
    }
    for (const [from, to] of [
      [0, null],
      [42, null],
      [3, 2],
      [1, 42],
    ] as const) {
      await expect(proofs().consistency(context, from, to)).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });
});

/**
 * Rewrites a log in the way that a database owner can: recomputes all records from a given record onward, including hashes, nodes and the
 * head.
 */
async function rewrite(tenantId: string, from: number): Promise<void> {
  const stored = await core.context.get(RecordsRepository).from(tenantId, 0, 10_000);
  const { head, records } = continueChain(
    { tenantId, size: 0, hash: NO_HASH, frontier: Buffer.alloc(0) },
    stored.map(({ event, sealed, sequence }) => ({
      event: sequence < from ? event : { ...event, reason: 'forged' },
      sealed,
    })),
  );
  for (const { sequence, event, previousHash, recordHash, nodes } of records) {
    await owner(
      `UPDATE audit.events SET reason = $3, previous_hash = $4, record_hash = $5 WHERE tenant_id = $1 AND sequence = $2`,
      [tenantId, sequence, event.reason, previousHash, recordHash],
    );
    await owner('UPDATE audit.leaves SET hashes = $3 WHERE tenant_id = $1 AND sequence = $2', [
      tenantId,
      sequence,
      nodes,
    ]);
  }
  await owner('UPDATE audit.heads SET hash = $2, frontier = $3 WHERE tenant_id = $1', [
    tenantId,
    head.hash,
    head.frontier,
  ]);
}
