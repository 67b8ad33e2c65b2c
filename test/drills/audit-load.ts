import { setTimeout as sleep } from 'node:timers/promises';
import { parseVerifier } from '../../src/modules/audit/domain/signed-note';
import { ExportVerifier } from '../../src/modules/audit/domain/verify-export';
import { DecisionClient } from '../support/decision-call';
import { eventually } from '../support/eventually';
import type { Installation } from '../support/installation';

const AGAIN_AFTER_MS = 20;

/** The acknowledged position of an event in the log. */
interface Receipt {
  readonly sequence: number;
  readonly hash: string;
}

/**
 * Emitters of audit events, each of which sends its next event when its previous event has been acknowledged. If an event gets no response,
 * its emitter sends it again under the same key, to the next sidecar.
 */
export class AuditLoad {
  readonly acknowledged = new Map<string, Receipt>();
  sentAgain = 0;
  private isOver = false;
  private readonly clients: readonly DecisionClient[];
  private readonly headers: Readonly<Record<string, string>>;

  /** @param pauseMs the pause between two events from an emitter. */
  constructor(
    private readonly installation: Installation,
    private readonly pauseMs = 0,
  ) {
    this.clients = installation.sidecarAddresses.map((address) => new DecisionClient(address));
    this.headers = { 'x-service-token': installation.secrets.serviceToken, 'x-service-name': 'drill' };
  }

  async emitting(emitter: number): Promise<void> {
    for (let number = 0; !this.isOver; number++) {
      await this.emit(`${emitter}-${number}`, emitter);
      if (this.pauseMs > 0) await sleep(this.pauseMs);
    }
  }

  stop(): void {
    this.isOver = true;
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  /**
   * Fails unless the log contains every acknowledged event exactly once, with the acknowledged position and hash, and its export verifies.
   * @returns the number of records that the export proves to be unmodified.
   */
  async prove(): Promise<number> {
    await expectExactlyOnce(this.installation, this.acknowledged);
    return provenIn(this.installation);
  }

  /** Sends an event until it is acknowledged, each time to a different sidecar. */
  private async emit(id: string, emitter: number): Promise<void> {
    const request = {
      action: 'drill.event',
      resourceType: 'drill',
      resourceId: id,
      tenantId: 'default',
      userId: `person-${emitter}`,
      outcome: 'success',
      metadataJson: '',
    };
    for (let time = 0; ; time++) {
      const client = this.clients[(emitter + time) % this.clients.length];
      const { answer } =
        (await client?.call('AuditService/EmitAuditEvent', request, { ...this.headers, 'idempotency-key': id })) ?? {};
      const { eventId, sequenceId, recordHash } = (answer ?? {}) as {
        eventId?: string;
        sequenceId?: number;
        recordHash?: string;
      };
      if (eventId) {
        this.acknowledged.set(id, { sequence: Number(sequenceId), hash: recordHash ?? '' });
        return;
      }
      if (time === 0) this.sentAgain++;
      await sleep(AGAIN_AFTER_MS);
    }
  }
}

async function expectExactlyOnce(
  installation: Installation,
  acknowledged: ReadonlyMap<string, Receipt>,
): Promise<void> {
  const rows = await installation.query<{ id: string; sequence: number; hash: string }>(
    `SELECT resource_id AS id, sequence::int, encode(record_hash, 'hex') AS hash FROM audit.events WHERE action = 'drill.event'`,
  );
  expect(rows.length).toBe(acknowledged.size);
  const wrong = rows.filter(({ id, sequence, hash }) => {
    const receipt = acknowledged.get(id);
    return receipt?.sequence !== sequence || receipt.hash !== hash;
  });
  expect(wrong).toEqual([]);
}

/** Exports the log as an auditor would. @returns the number of records that the export proves to be unmodified. */
async function provenIn(installation: Installation): Promise<number> {
  const ask = { token: installation.secrets.controlPlaneToken };
  const { body } = await installation.controlPlane<{ readonly key: string }>('/api/v1/audit/key?tenant=default', ask);
  const key = parseVerifier(body.key);
  if (key === null) throw new Error(`The installation has no public key: ${JSON.stringify(body)}`);
  const [{ size = 0 } = {}] = await installation.query<{ size: number }>(
    `SELECT size::int FROM audit.heads WHERE tenant_id IN (SELECT id FROM tenants.tenants WHERE slug = 'default')`,
  );
  return eventually(async () => {
    const verifier = new ExportVerifier(key, null);
    const { text } = await installation.controlPlane('/api/v1/audit/export?tenant=default', ask);
    for (const line of text.split('\n').slice(0, -1)) verifier.take(Buffer.from(line));
    const verdict = verifier.finish();
    expect(verdict).toMatchObject({ ok: true });
    const proven = verdict.ok ? verdict.shown.checkpoint.size : 0;
    // Each export of the log adds a record to it.
    expect(proven).toBeGreaterThanOrEqual(size);
    return proven;
  });
}
