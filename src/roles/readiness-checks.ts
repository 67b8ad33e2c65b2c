import type { INestApplicationContext } from '@nestjs/common';
import { ChangeFeed } from '../kernel/changes/change-feed';
import { GrpcChannel } from '../kernel/grpc/grpc-channel';
import type { Readiness } from '../kernel/health/readiness';
import type { Role } from './role.config';

/**
 * What a role needs while it serves, one entry per cause: each names what is missing, and nothing that follows from it.
 * Asks each role for its own, whose code is loaded by then.
 */
export async function addReadinessChecks(
  core: INestApplicationContext,
  role: Role,
  readiness: Readiness,
): Promise<void> {
  const feed = core.get(ChangeFeed);
  readiness.add('changes', () => staleness(feed));
  readiness.add('clock', () => feed.clockFault());
  readiness.addNote('notifications', () => feed.notificationFault());
  if (role === 'all' || role === 'control-plane' || role === 'sidecar') {
    const { AuditHealth } = await import('../modules/audit/audit-health.js');
    const { KeysService } = await import('../modules/keys/keys.service.js');
    const [keys, audit] = [core.get(KeysService), core.get(AuditHealth)];
    readiness.add('keys', () => keys.missing());
    readiness.add('audit', () => (isStoreAway(feed) ? null : audit.missing()));
  }
  if (role === 'worker') {
    const { JobExecutor } = await import('../modules/jobs/engine/job-executor.js');
    const executor = core.get(JobExecutor);
    readiness.add('jobs', () => executor.missing());
  }
  if (role === 'backend' || role === 'worker') {
    const sidecar = core.get(GrpcChannel);
    readiness.add('sidecar', () => sidecar.missing());
  }
}

function staleness(feed: ChangeFeed): string | null {
  if (feed.isFresh()) return null;
  const age = feed.ageMs();
  const last = Number.isFinite(age) ? `last read ${Math.round(age / 1000)} s ago` : 'nothing read yet';
  return isStoreAway(feed) ? `database: it does not answer; ${last}` : `change feed: ${last}`;
}

/** Then nothing can be written either, and that need not be told twice. */
function isStoreAway(feed: ChangeFeed): boolean {
  return !feed.isFresh() && feed.isStoreAway();
}
