import { Inject, Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { type IsolationGap, type IsolationProbe, IsolationProbes } from '../../kernel/tenant-data/isolation-probe';
import { Clock } from '../../kernel/time/clock';
import type { IsolationPort, IsolationReport } from './contract/isolation.port';
import { DatabaseProbes } from './storage/database-probes';
import { SealingProbe } from './sealing-probe';
import { TenantsService } from './tenants.service';

/** Checks tenant isolation: runs the probes of the database and of every module, and reports the gaps. */
@Injectable()
export class TenantIsolationService implements IsolationPort {
  constructor(
    private readonly tenants: TenantsService,
    private readonly probes: IsolationProbes,
    database: DatabaseProbes,
    sealing: SealingProbe,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    for (const probe of [...database.probes, sealing]) probes.register(probe);
    probes.register({ name: 'tenant_memory', probe: (tenantId, strangerId) => this.memory(tenantId, strangerId) });
  }

  async check(_context: CallContext, idOrSlug: string): Promise<IsolationReport> {
    const tenant = await this.tenants.find(idOrSlug);
    if (!tenant) throw new AppError('not_found', 'There is no such tenant.');
    const nowMs = this.clock.nowMs();
    const strangerId = newId('tnt', nowMs);
    const probes: IsolationReport['probes'][number][] = [];
    // Run the probes one after another: a check must not use up the connections that requests need.
    for (const probe of this.probes.all()) {
      const gaps = await this.made(probe, tenant.id, strangerId);
      probes.push({ name: probe.name, passed: gaps.length === 0, gaps: [...gaps] });
    }
    return {
      tenantId: tenant.id,
      isolated: probes.every(({ passed }) => passed),
      checkedAt: new Date(nowMs).toISOString(),
      probes,
    };
  }

  private async made(probe: IsolationProbe, tenantId: string, strangerId: string): Promise<readonly IsolationGap[]> {
    try {
      return await probe.probe(tenantId, strangerId);
    } catch (error) {
      this.logger.warn({ err: error, probe: probe.name, tenantId }, 'A probe of tenant isolation failed');
      const problem = 'The probe failed, so the state of this protection is unknown.';
      return [{ subject: probe.name, problem, remedy: 'See the log for the cause, and check again.' }];
    }
  }

  /** Returns the gaps in this process's cache, which must find a tenant only by that tenant's id and slug. */
  private async memory(tenantId: string, strangerId: string): Promise<readonly IsolationGap[]> {
    const own = await this.tenants.find(tenantId);
    const gaps: IsolationGap[] = [];
    const remedy = 'Restart this process, and report it.';
    if (own?.id !== tenantId || (await this.tenants.find(own.slug))?.id !== tenantId) {
      gaps.push({ subject: tenantId, problem: 'The names of this tenant resolve to a different tenant.', remedy });
    }
    if ((await this.tenants.find(strangerId)) !== null) {
      gaps.push({ subject: strangerId, problem: 'A lookup finds a tenant that does not exist.', remedy });
    }
    return gaps;
  }
}
