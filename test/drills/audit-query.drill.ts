import { AUDIT_QUERIES, fillAuditLog } from '../bench/lib/audit-log.mjs';
import { Installation } from '../support/installation';
import { type Latencies, latenciesOf } from './latencies';
import { storeSize } from './store-size';
import { withLateIndexes } from './with-late-indexes';

export interface AuditQueryFigures {
  readonly records: number;
  readonly fillSeconds: number;
  /** The size of the full store. */
  readonly storeGb: number;
  /** The latency of each query in the bench, and of a query that does not find any records. */
  readonly queries: Readonly<Record<string, Latencies>>;
}

/** Fills an audit log and sends each of the bench's queries over REST, sequentially. */
export async function auditQueryDrill(records: number, times: number): Promise<AuditQueryFigures> {
  const installation = await Installation.start({
    layout: 'all',
    environment: { LIMIT_PER_ADDRESS: '0', LIMIT_PER_CLIENT: '0' },
  });
  try {
    const began = performance.now();
    const client = await installation.connect();
    await withLateIndexes(client, 'audit.events', () => fillAuditLog(client, records));
    await client.query('VACUUM ANALYZE audit.events');
    await client.query('CHECKPOINT');
    const storeGb = await storeSize(client);
    await client.end();
    const fillSeconds = Math.round((performance.now() - began) / 1000);
    const queries: Record<string, Latencies> = {};
    const nothing = '&from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z';
    queries['no record, for scale'] = await latenciesOf(times, () => ask(installation, nothing));
    for (const [name, query] of Object.entries(AUDIT_QUERIES)) {
      queries[name] = await latenciesOf(times, () => ask(installation, query));
    }
    return { records, fillSeconds, storeGb, queries };
  } finally {
    await installation.remove();
  }
}

async function ask(installation: Installation, query: string): Promise<void> {
  const { status, text } = await installation.controlPlane(`/api/v1/audit?tenant=default${query}`, {
    token: installation.secrets.controlPlaneToken,
  });
  if (status !== 200) throw new Error(`${query}: ${status} ${text}`);
}
