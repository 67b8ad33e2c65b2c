import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import type { AuditProofsPort } from './contract/audit-proofs.port';
import type { AuditCheckpoint, ConsistencyProof, InclusionProof } from './contract/audit-proofs.types';
import { SYSTEM_LOG } from './contract/audit.types';
import { consistencyPath, inclusionPath, subtreesOver } from './domain/merkle-nodes';
import { EMPTY_ROOT, GrowingTree, leafHash } from './domain/merkle-tree';
import { canonicalRecord } from './domain/record';
import { ExportLines } from './export-lines';
import { CheckpointsRepository, type StoredCheckpoint } from './storage/checkpoints.repository';
import { RecordsRepository } from './storage/records.repository';

/** How long to wait for the first checkpoint that covers a record. The control plane signs checkpoints twice a second. */
const CHECKPOINT_WAIT_MS = 3_000;
const POLL_MS = 50;

/** Builds proofs from the stored nodes and checkpoints. Each proof reads only a few rows, regardless of the size of the log. */
@Injectable()
export class AuditProofsService implements AuditProofsPort {
  constructor(
    private readonly records: RecordsRepository,
    private readonly stored: CheckpointsRepository,
    private readonly lines: ExportLines,
  ) {}

  async checkpoints(context: CallContext, { limit, cursor }: PageQuery): Promise<Page<AuditCheckpoint>> {
    const log = logOf(context);
    const cursors = new ListCursors('audit checkpoints', log);
    const found = await this.stored.newest(log, cursors.afterNumber(cursor, 15), limit + 1);
    return cursors.page(found.map(checkpointView), limit, ({ size }) => size);
  }

  async inclusion(context: CallContext, id: string): Promise<InclusionProof> {
    const tenantId = logOf(context);
    const sequence = await this.records.sequenceOf(tenantId, id);
    if (sequence === null) throw new AppError('not_found', 'There is no such record.');
    const checkpoint = await this.checkpointOver(tenantId, sequence);
    const leaf = [{ level: 0, index: sequence }];
    const [hashes, record] = await Promise.all([
      this.records.hashes(tenantId, [leaf, ...inclusionPath(sequence, checkpoint.size)]),
      this.records.at(tenantId, sequence),
    ]);
    const [leafNode = EMPTY_ROOT, ...proof] = hashes;
    const canonical = record === null ? null : canonicalRecord(record);
    return {
      id,
      sequenceId: sequence,
      recordHash: record?.recordHash.toString('hex') ?? '',
      record: canonical,
      // Use the hash of the stored record, so that the proof fails if the record was changed.
      leafHash: (canonical === null ? leafNode : leafHash(Buffer.from(canonical))).toString('hex'),
      treeSize: checkpoint.size,
      rootHash: checkpointView(checkpoint).rootHash,
      proof: proof.map((hash) => hash.toString('hex')),
      checkpoint: checkpoint.note,
    };
  }

  async consistency(context: CallContext, from: number, to: number | null): Promise<ConsistencyProof> {
    const tenantId = logOf(context);
    const [newest] = await this.stored.newest(tenantId, null, 1);
    const end = to ?? newest?.size ?? 0;
    if (from < 1 || from > end || end > (newest?.size ?? 0)) {
      throw new AppError('invalid_request', 'from and to must be sizes of the log up to its newest checkpoint.');
    }
    const path = from === end ? [] : consistencyPath(from, end);
    const [proof, fromRoot, toRoot] = await Promise.all([
      this.records.hashes(tenantId, path),
      this.rootAt(tenantId, from),
      this.rootAt(tenantId, end),
    ]);
    return {
      from,
      to: end,
      fromRootHash: fromRoot.toString('hex'),
      toRootHash: toRoot.toString('hex'),
      proof: proof.map((hash) => hash.toString('hex')),
    };
  }

  export(context: CallContext, fromSequence: number | null): AsyncIterable<string> {
    return this.lines.of(logOf(context), fromSequence);
  }

  private async rootAt(tenantId: string, size: number): Promise<Buffer> {
    const subtrees = subtreesOver(0, size).map((name) => [name]);
    return GrowingTree.continue(size, Buffer.concat(await this.records.hashes(tenantId, subtrees))).root();
  }

  private async checkpointOver(tenantId: string, sequence: number): Promise<StoredCheckpoint> {
    for (const began = performance.now(); ; await sleep(POLL_MS)) {
      const [newest] = await this.stored.newest(tenantId, null, 1);
      if (newest && newest.size > sequence) return newest;
      if (performance.now() - began > CHECKPOINT_WAIT_MS) {
        throw new AppError('unavailable', 'No checkpoint covers this record yet; try again soon.');
      }
    }
  }
}

function logOf({ tenantId }: CallContext): string {
  return tenantId ?? SYSTEM_LOG;
}

function checkpointView({ size, note, signedAt }: StoredCheckpoint): AuditCheckpoint {
  const root = Buffer.from(note.split('\n')[2] ?? '', 'base64');
  return { size, rootHash: root.toString('hex'), signedAt: signedAt.toISOString(), note };
}
