import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import type { CallContext } from '../../kernel/context/call-context';
import { asTenant } from '../../kernel/database/database';
import type { Tx } from '../../kernel/database/sql';
import { AppError, toAppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import { MasterKeyProof } from '../../kernel/sealing/master-key-proof';
import { Sealer } from '../../kernel/sealing/sealer';
import { RegisteredTenantData, type TenantTable } from '../../kernel/tenant-data/tenant-data';
import { Clock } from '../../kernel/time/clock';
import { liftMark, revocationChange } from '../revocation/contract/revocation.types';
import { ArchiveSpool } from './archive-spool';
import { CheckingVisitor, type RowSink, WritingVisitor } from './archive-visitors';
import { NoteSigner } from '../audit/contract/note-signer';
import type { ImportOptions } from './contract/tenant-lifecycle.port';
import type { ImportReport } from './contract/tenant-lifecycle.types';
import { MAX_LINE_BYTES } from './domain/archive-lines';
import { readArchive } from './domain/archive-reader';
import { type IncomingTenant, incomingTenant } from './domain/incoming-tenant';
import { splitLines } from './domain/split-lines';
import { TenantRowsRepository } from './storage/tenant-rows.repository';
import { platformEvent } from './tenant-events';
import { tenantsConfig, type TenantsConfig } from './tenants.config';

const MIB = 1024 * 1024;
/** Maximum ratio of the unpacked size to the size of the file. Hexadecimal bytes compress to half their size, a log to a tenth. */
const UNPACKED_FACTOR = 20;

/** An archive that can be imported. */
interface CheckedArchive extends Pick<CheckingVisitor, 'key' | 'provenBy'>, Pick<ImportOptions, 'acceptedKey'> {
  readonly tenant: IncomingTenant;
  readonly leftOut: ImportReport['leftOut'];
}

/** Imports archives. Reads and checks the whole archive before it writes the first row, then writes all rows in one transaction. */
@Injectable()
export class TenantImportService {
  private readonly tables: ReadonlyMap<string, TenantTable>;
  private readonly maxBytes: number;

  constructor(
    private readonly rows: TenantRowsRepository,
    data: RegisteredTenantData,
    private readonly sealer: Sealer,
    private readonly signer: NoteSigner,
    private readonly proof: MasterKeyProof,
    private readonly writes: Writes,
    private readonly clock: Clock,
    @InjectConfig(tenantsConfig) config: TenantsConfig,
  ) {
    this.tables = new Map(data.tables.map((table) => [table.table, table]));
    this.maxBytes = config.TENANT_ARCHIVE_MAX_MIB * MIB;
  }

  /**
   * Imports an archive, only once per idempotency key. Its bytes and the options identify the request.
   * @returns a report of the import.
   */
  async import(
    context: CallContext,
    archive: AsyncIterable<Uint8Array>,
    options: ImportOptions,
  ): Promise<ImportReport> {
    const spool = await ArchiveSpool.of(archive, this.maxBytes);
    try {
      return await this.writes.onceAfter(
        { ...context, tenantId: null },
        { action: 'tenant.import', input: { sha256: spool.sha256, ...options } },
        () => this.check(spool, options),
        (tx, checked) => asTenant(tx, checked.tenant.id, () => this.write(tx, context, spool, checked)),
      );
    } finally {
      await spool.close();
    }
  }

  /** Reads and checks a whole archive before any row is written. */
  private async check(spool: ArchiveSpool, { slug, passphrase, acceptedKey }: ImportOptions): Promise<CheckedArchive> {
    const isSigned = this.signer.isSigned.bind(this.signer);
    const checking = new CheckingVisitor(this.tables, passphrase, isSigned, acceptedKey);
    const { leftOut } = await readArchive(this.lines(spool), checking);
    const { tenantId, key, provenBy } = checking;
    const tenant = incomingTenant(checking.tenantRow, slug);
    if (await this.rows.isHere(tenantId)) {
      throw new AppError('conflict', 'This tenant already exists, or is still being erased; delete it first.');
    }
    // Values must not be encrypted with the wrong master key, because the right key could never decrypt them.
    await this.proof.assert();
    return { tenant, key, provenBy, acceptedKey, leftOut };
  }

  private async write(
    tx: Tx,
    context: CallContext,
    spool: ArchiveSpool,
    { tenant, key, leftOut, ...proof }: CheckedArchive,
  ): Promise<ImportReport> {
    const { id } = tenant;
    const nowMs = this.clock.nowMs();
    const sink: RowSink = {
      columns: (table) => this.rows.columns(tx, table),
      insert: (table, lines) => this.rows.insert(tx, id, table, lines),
      announce: (changes) => this.rows.follow(tx, changes, []),
    };
    await this.rows.insertTenant(tx, tenant);
    const writing = new WritingVisitor(this.tables, id, key, this.sealer, sink);
    await readArchive(this.lines(spool), writing);
    await this.rows.assertSound(tx, id, this.tables.values());
    // Tokens issued before this tenant was erased stay revoked; new tokens are valid immediately.
    const lifted = revocationChange(liftMark('tenant', id, id, nowMs));
    const metadata = { archiveSha256: spool.sha256, slug: tenant.slug, ...proof };
    await this.rows.follow(tx, [lifted], [platformEvent(context, 'tenant.import', id, nowMs, metadata)]);
    return {
      tenant: await this.rows.tenant(tx, id),
      archiveSha256: spool.sha256,
      provenBy: proof.provenBy,
      tables: writing.counts.map(({ table, rows }) => ({ table, rows })),
      refusedRows: writing.counts.flatMap(({ table, refused }) => (refused > 0 ? [{ table, rows: refused }] : [])),
      leftOut: [...leftOut],
      reset: key === null ? this.resets() : [],
    };
  }

  /** Returns the values that must be set again after an import of an archive without secrets. */
  private resets(): ImportReport['reset'] {
    return [...this.tables.values()].flatMap(({ table, reset }) =>
      reset === undefined ? [] : [{ table, reason: reset }],
    );
  }

  private lines(spool: ArchiveSpool): AsyncGenerator<Buffer> {
    const unpacked = createGunzip();
    // The reader receives an error through the stream that it reads.
    pipeline(spool.read(), unpacked, () => undefined);
    const limits = { lineBytes: MAX_LINE_BYTES, totalBytes: this.maxBytes * UNPACKED_FACTOR };
    return splitLines(ofGzip(unpacked), limits);
  }
}

/** Yields the chunks. Throws an error with a clear message if the file is not a gzip file, or if it ends too early. */
async function* ofGzip(unpacked: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* unpacked;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw toAppError(cause);
    throw new AppError('unprocessable', 'The archive is not a gzip file, or is cut off.', { cause });
  }
}
