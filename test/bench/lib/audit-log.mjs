const CHUNK = 50_000;

/** Queries of a long audit log through its REST API, with filters that match many records, few records and none. */
export const AUDIT_QUERIES = {
  newest: '',
  actor: '&actor=svc-77',
  'rare actor': '&actor=svc-rare',
  action: '&action=thing.do7',
  resource: '&resource=thing/t-4711',
  time: '&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z',
  outcome: '&outcome=failure',
  'actor and text': '&actor=svc-77&q=needle',
  'text, nowhere': '&q=needle',
};

/**
 * Fills the log of tenant `default` with records that are realistic except for their hashes, which searches do not read. They
 * precede the log's other records and always span 116 days from 2026-01-01.
 * @param client a superuser connection
 */
export async function fillAuditLog(client, records) {
  for (let from = 0; from < records; from += CHUNK) {
    await client.query(
      `INSERT INTO audit.events (tenant_id, sequence, id, actor_type, actor_id, action, resource_type, resource_id, outcome,
         reason, request_id, metadata, ts, previous_hash, record_hash)
       SELECT t.id, n - $3::bigint, 'aud-' || n, 'service',
         CASE WHEN n % 400000 = 7 THEN 'svc-rare' ELSE 'svc-' || n % 1000 END, 'thing.do' || n % 50, 'thing',
         't-' || n % 100000, CASE WHEN n % 3000 = 0 THEN 'failure' ELSE 'success' END, '', 'req-' || n,
         jsonb_build_object('note', repeat('x', 200)),
         timestamptz '2026-01-01Z' + n * interval '10 seconds' * (1000000.0 / $3), repeat('a', 32)::bytea, repeat('b', 32)::bytea
       FROM generate_series($1::bigint, $2::bigint) AS n, tenants.tenants AS t WHERE t.slug = 'default'`,
      [from + 1, Math.min(from + CHUNK, records), records + 1],
    );
  }
}
