import { Injectable } from '@nestjs/common';
import { NO_HASH } from './domain/chain';
import { originOf } from './domain/checkpoint';
import type { ExportHeader, ExportNote } from './domain/export-format';
import { subtreesOver } from './domain/merkle-nodes';
import { canonicalRecord } from './domain/record';
import { CheckpointsRepository, type StoredCheckpoint } from './storage/checkpoints.repository';
import { RecordsRepository, type StoredRecord } from './storage/records.repository';

const PAGE = 1_000;

/** Exports a log as lines in the format of {@link ExportHeader}, with one page of records in memory at a time. */
@Injectable()
export class ExportLines {
  constructor(
    private readonly records: RecordsRepository,
    private readonly checkpoints: CheckpointsRepository,
  ) {}

  /**
   * Yields lines that end with a newline. Does not yield any lines for a log without a checkpoint, because none of its records can be
   * proven yet.
   */
  async *of(tenantId: string, fromSequence: number | null): AsyncGenerator<string> {
    const [newest] = await this.checkpoints.newest(tenantId, null, 1);
    if (!newest) return;
    const to = newest.size;
    let page = await this.records.from(tenantId, Math.min(fromSequence ?? 0, to), PAGE);
    let next = page[0]?.sequence ?? to;
    let head = NO_HASH.toString('hex');
    yield line(await this.header(tenantId, Math.min(next, to)));
    while (page.length > 0 && next < to) {
      const notes = await this.notesWithin(tenantId, next, page);
      for (const record of page) {
        if (record.sequence >= to) break;
        yield `${canonicalRecord(record)}\n`;
        next = record.sequence + 1;
        head = record.recordHash.toString('hex');
        const note = notes.get(next);
        if (note !== undefined && next < to) yield line({ checkpoint: note, head, end: false });
      }
      page = page.length < PAGE ? [] : await this.records.from(tenantId, next, PAGE);
    }
    yield line({ checkpoint: newest.note, head, end: true });
  }

  private async header(tenantId: string, from: number): Promise<ExportHeader> {
    const subtrees = subtreesOver(0, from).map((name) => [name]);
    const before = await this.records.hashes(tenantId, subtrees);
    return { auditLog: originOf(tenantId), v: 1, from, before: before.map((hash) => hash.toString('hex')) };
  }

  private async notesWithin(
    tenantId: string,
    from: number,
    page: readonly StoredRecord[],
  ): Promise<ReadonlyMap<number, string>> {
    const end = (page.at(-1)?.sequence ?? from) + 1;
    const found: readonly StoredCheckpoint[] = await this.checkpoints.between(tenantId, from, end, PAGE);
    return new Map(found.map(({ size, note }) => [size, note]));
  }
}

function line(value: ExportHeader | ExportNote): string {
  return `${JSON.stringify(value)}\n`;
}
