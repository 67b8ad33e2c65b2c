import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../../kernel/context/call-context';
import { stageEvent } from '../../../kernel/database/staged-event';
import { newId } from '../../../kernel/ids/ids';
import { TxtResolver } from '../../../kernel/network/txt-resolver';
import { Scheduled } from '../../../kernel/tasks/scheduled';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { recordName } from '../connection-views';
import { ConnectionDomainsRepository } from '../storage/connection-domains.repository';

const HOUR_MS = 3_600_000;
/** A domain is checked once a day, at any hour. */
const DUE_MS = 24 * HOUR_MS;
const AT_MOST = 200;
/** A record can be missing for a moment, for example while somebody moves the zone. */
const MAX_MISSED = 3;

/** Checks every day whether tenants still control their verified domains. */
@Injectable()
export class DomainCheckTask {
  constructor(
    private readonly domains: ConnectionDomainsRepository,
    private readonly resolver: TxtResolver,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Scheduled({
    name: 'connections.check_domains',
    everyMs: HOUR_MS,
    leaseSeconds: 7_200,
    failure: 'Could not check the domains of connections; retrying later',
  })
  async check(): Promise<void> {
    const before = new Date(this.clock.nowMs() - DUE_MS);
    for (const { tenant_id: tenantId, domain } of await this.domains.due(before, AT_MOST)) {
      await this.checkOne(tenantId, domain);
    }
  }

  private async checkOne(tenantId: string, domain: string): Promise<void> {
    const stored = await this.domains.find(tenantId, domain);
    if (stored === null) return;
    const at = new Date(this.clock.nowMs());
    const records = await this.resolver.recordsOf(recordName(domain)).catch((err: unknown) => {
      // Silence of the name servers does not prove anything.
      this.logger.warn({ err, tenantId }, 'The name servers of a domain did not respond; checking it again tomorrow');
      return null;
    });
    await this.domains.inTransaction(tenantId, async (tx) => {
      if (records === null) return this.domains.postpone(tx, tenantId, domain, at);
      if (records.includes(stored.challenge)) return this.domains.verify(tx, tenantId, domain, at);
      if (!(await this.domains.miss(tx, tenantId, domain, at, MAX_MISSED))) return;
      const context = systemContext(newId('req'), tenantId);
      const audited = {
        action: 'connection.domain.lapse',
        resourceType: 'connection',
        resourceId: stored.connectionId,
        metadata: { domain },
      };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, at.getTime())));
    });
  }
}
