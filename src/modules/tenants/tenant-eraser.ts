import { Inject, Injectable } from '@nestjs/common';
import { changesConfig, type ChangesConfig } from '../../kernel/changes/changes.config';
import { InjectConfig } from '../../kernel/config/inject-config';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { RegisteredTenantData } from '../../kernel/tenant-data/tenant-data';
import { Clock } from '../../kernel/time/clock';
import { SignerPort } from '../keys/contract/signer.port';
import { ERASURE_CERTIFICATE_TYP, type ErasureCertificate } from './contract/tenant-lifecycle.types';
import { type Erasure, ErasuresRepository } from './storage/erasures.repository';
import { platformEvent } from './tenant-events';

const EVERY_MS = 1_000;
const BATCH_ROWS = 1_000;
const DUE_AT_ONCE = 20;
/** Added to the age at which processes stop using stale cached data, so that work in progress has also ended. */
const MARGIN_MS = 1_000;

/** The table that contains the tenant's own row. That row is deleted first, in the statement that opens the erasure. */
const TENANTS = 'tenants.tenants';

/**
 * Erases tenants whose grace period has ended. Every batch also stores the erasure's progress in the database. Therefore, it does not
 * matter which process erases a tenant, how many processes do so, or how often a process is killed:
 * 1. The tenant itself is deleted, so that no caller can act for it. The next step waits until no process can have
 *    the tenant in its memory.
 * 2. Its rows are deleted table by table, batch by batch.
 * 3. When the only rows left are rows that expire later, the certificate is signed.
 */
@Injectable()
export class TenantEraser {
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly data: RegisteredTenantData,
    private readonly signer: SignerPort,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectConfig(changesConfig) private readonly changes: ChangesConfig,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Runs the erasures that are due now, after the current run. Never rejects. */
  @Scheduled({ name: 'tenants.erase', everyMs: EVERY_MS, failure: 'Could not erase deleted tenants' })
  wake(): Promise<void> {
    this.running = this.running.then(() =>
      this.sweep().catch((error: unknown) => {
        this.logger.warn({ err: error }, 'Could not erase deleted tenants; retrying later');
      }),
    );
    return this.running;
  }

  private async sweep(): Promise<void> {
    const waitsMs = this.changes.CHANGE_FEED_MAX_AGE_MS + MARGIN_MS;
    for (const tenantId of await this.erasures.due(DUE_AT_ONCE)) {
      await this.erasures.begin(newId('del', this.clock.nowMs()), tenantId, waitsMs, this.data.tables);
    }
    for (const erasure of await this.erasures.running()) {
      if (!this.stopped && erasure.eraseFrom.getTime() <= this.clock.nowMs()) await this.erase(erasure);
    }
  }

  private async erase({ id }: Erasure): Promise<void> {
    // Tables that foreign keys refer to are imported first, and therefore deleted last.
    const tables = this.data.tables.filter(({ table, erased }) => table !== TENANTS && erased === 'rows').reverse();
    for (const table of tables) {
      while (!this.stopped && (await this.erasures.erase(id, table, BATCH_ROWS)) > 0);
    }
    if (this.stopped) return;
    for (const { table } of tables) {
      // Rows were written after their table was processed: the next sweep deletes them.
      if ((await this.erasures.left(id, table, null)).rows > 0) return;
    }
    const erasure = await this.erasures.find(id);
    if (erasure) await this.certify(erasure);
  }

  private async certify(erasure: Erasure): Promise<void> {
    const nowMs = this.clock.nowMs();
    const finishedAt = new Date(nowMs);
    const claims: ErasureCertificate = {
      jti: erasure.id,
      sub: erasure.tenantId,
      slug: erasure.slug,
      iat: Math.floor(nowMs / 1000),
      started_at: erasure.startedAt.toISOString(),
      finished_at: finishedAt.toISOString(),
      erased: erasedTables(erasure),
      retained: await this.retained(erasure.id),
    };
    const certificate = this.signer.signJwt(ERASURE_CERTIFICATE_TYP, { ...claims });
    const rows = claims.erased.reduce((sum, table) => sum + table.rows, 0);
    const context = systemContext(newId('req', nowMs));
    const event = platformEvent(context, 'tenant.erase', erasure.tenantId, nowMs, { erasureId: erasure.id, rows });
    await this.erasures.finish(erasure.id, finishedAt, certificate, event);
  }

  private async retained(id: string): Promise<ErasureCertificate['retained']> {
    const kept: ErasureCertificate['retained'][number][] = [];
    for (const { table, erased } of this.data.tables) {
      if (erased === 'rows') continue;
      const { rows, until } = await this.erasures.left(id, table, erased.until);
      if (until) kept.push({ table, rows, until: until.toISOString(), reason: erased.agesOut });
    }
    return kept;
  }
}

/** Returns the rows that an erasure has removed so far, by table. */
export function erasedTables({ progress }: Erasure): ErasureCertificate['erased'][number][] {
  return Object.entries(progress)
    .filter(([, { rows }]) => rows > 0)
    .map(([table, { rows, sha256 }]) => ({ table, rows, sha256 }))
    .sort((a, b) => a.table.localeCompare(b.table));
}
