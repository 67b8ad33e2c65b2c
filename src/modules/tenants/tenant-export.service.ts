import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/sql';
import { Sealer } from '../../kernel/sealing/sealer';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { RegisteredTenantData, type TenantRow, type TenantTable } from '../../kernel/tenant-data/tenant-data';
import { Clock } from '../../kernel/time/clock';
import { NoteSigner } from '../audit/contract/note-signer';
import type { ExportOrder } from './contract/tenant-lifecycle.types';
import type { Tenant } from './contract/tenants.types';
import { ArchiveKey } from './domain/archive-key';
import { ARCHIVE_FORMAT, ARCHIVE_VERSION } from './domain/archive-lines';
import { ArchiveWriter } from './domain/archive-writer';
import { TenantRowsRepository } from './storage/tenant-rows.repository';

const WITHOUT_KEYS =
  'Grants access, or is sealed with the data keys of the tenant, which an archive without a passphrase does not contain.';

/** An export in progress: its tenant and its keys. */
interface Begun {
  readonly tenant: Tenant;
  readonly key: ArchiveKey | null;
  readonly signedBy: string;
}

/** Writes a tenant's rows to an archive, one batch at a time and no faster than the reader consumes it. */
@Injectable()
export class TenantExportService {
  constructor(
    private readonly rows: TenantRowsRepository,
    private readonly data: RegisteredTenantData,
    private readonly sealer: Sealer,
    private readonly signer: NoteSigner,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async start(tenant: Tenant, order: ExportOrder, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const key = order.secrets === 'sealed' ? await ArchiveKey.of(order.passphrase) : null;
    const signedBy = this.signer.publicText();
    const gzip = createGzip();
    const stop = (): void => {
      gzip.destroy(new Error('The reader of the archive has disconnected.'));
    };
    signal.addEventListener('abort', stop, { once: true });
    const out = gzip.pipe(new PassThrough());
    gzip.once('error', (error) => out.destroy(error));
    void this.rows
      .snapshot(tenant.id, (tx) => this.write(tx, gzip, { tenant, key, signedBy }))
      .then(() => gzip.end())
      .catch((error: unknown) => {
        if (!signal.aborted) this.logger.error({ err: error, tenantId: tenant.id }, 'An export of a tenant failed');
        gzip.destroy(error instanceof Error ? error : new Error('The export stopped.'));
      })
      .finally(() => {
        signal.removeEventListener('abort', stop);
      });
    return out;
  }

  private async write(tx: Tx, out: Writable, { tenant: { id, slug, name }, key, signedBy }: Begun): Promise<void> {
    const archive = new ArchiveWriter(key, (text) => this.signer.sign(text));
    const leftOut: { table: string; reason: string }[] = [];
    await send(
      out,
      archive.header({
        archive: ARCHIVE_FORMAT,
        version: ARCHIVE_VERSION,
        tenant: { id, slug, name },
        exportedAt: new Date(this.clock.nowMs()).toISOString(),
        signedBy,
        secrets: key === null ? 'excluded' : 'sealed',
        salt: key?.salt ?? null,
      }),
    );
    for (const table of this.data.tables) {
      const reason = reasonToLeaveOut(table, key !== null);
      if (reason !== null) {
        leftOut.push({ table: table.table, reason });
        continue;
      }
      await send(out, archive.start({ table: table.table, columns: [...(await this.rows.columns(tx, table.table))] }));
      for await (const json of this.rows.rows(tx, table)) {
        await send(out, archive.row(json, this.exportedRow(table, json, key)));
      }
      await send(out, archive.end(table.table));
    }
    await send(out, archive.manifest(leftOut));
  }

  /**
   * Returns the exported form of a row. Uses the archive's key to re-encrypt values that were sealed with `MASTER_KEY`. Without an
   * archive key, removes credentials.
   */
  private exportedRow({ sealedByMaster, credentials }: TenantTable, json: string, key: ArchiveKey | null): string {
    if (key === null && credentials !== undefined) {
      const emptied = Object.fromEntries(credentials.map((column) => [column, null]));
      return JSON.stringify({ ...(JSON.parse(json) as TenantRow), ...emptied });
    }
    if (sealedByMaster === undefined) return json;
    const row = JSON.parse(json) as TenantRow;
    const { column, owner } = sealedByMaster;
    const value = row[column];
    if (typeof value !== 'string') return json;
    const bytes = (): Buffer => this.sealer.open(Buffer.from(value.slice(2), 'hex'), owner(row));
    const sealed = key === null ? null : `\\x${key.seal(bytes(), owner(row)).toString('hex')}`;
    return JSON.stringify({ ...row, [column]: sealed });
  }
}

function reasonToLeaveOut({ exported }: TenantTable, withKeys: boolean): string | null {
  if (typeof exported === 'object') return exported.leftOut;
  return exported === 'sealed' && !withKeys ? WITHOUT_KEYS : null;
}

/** Waits until the reader has consumed the written data. The reader sets the pace, so only one chunk is in memory at a time. */
async function send(out: Writable, text: string): Promise<void> {
  if (out.destroyed) throw out.errored ?? new Error('The archive is closed.');
  if (!out.write(text)) await Promise.race([once(out, 'drain'), once(out, 'close').then(() => closed(out))]);
}

function closed(out: Writable): never {
  throw out.errored ?? new Error('The archive is closed.');
}
