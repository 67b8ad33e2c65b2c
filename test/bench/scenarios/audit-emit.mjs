import { compare } from '../lib/compare.mjs';
import { grpcLoad } from '../lib/grpc-load.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title = 'Audit: EmitAuditEvent over gRPC, acknowledged with sequence and hash, 64 in flight';

const IN_FLIGHT = 64;
const TARGET = 1_500;
/** The maximum size of a response without the id and the two hashes, which have 64 characters each. */
const ACKNOWLEDGED_BYTES = 150;

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'other' });
  const sidecar = await installation.sidecar();
  const { path, requestSerialize } = SERVICES.AuditService().EmitAuditEvent;
  const messages = Array.from({ length: 64 }, (_, index) =>
    requestSerialize({
      action: 'invoice.approve',
      resourceType: 'invoice',
      resourceId: `inv-${index}`,
      tenantId: 'default',
      userId: `usr-01jd000000000000000000${String(index).padStart(4, '0')}`,
      outcome: 'success',
      metadataJson: '{"amount":12}',
    }),
  );
  const figures = await compare(bench, {
    ours: {
      pids: [sidecar.pid],
      databasePids: () => installation.databasePids(),
      load: (stop) =>
        grpcLoad(sidecar.address, path, messages, {
          inFlight: IN_FLIGHT,
          headers: installation.serviceHeaders(),
          ...stop,
          expects: messages.map(() => (payload) => payload.length > ACKNOWLEDGED_BYTES),
        }),
    },
  });
  return Object.entries(figures).map(([contender, row]) => ({
    contender,
    ...row,
    target: `≥ ${TARGET.toLocaleString('en')}/s`,
    met: row.rate >= TARGET,
  }));
}
