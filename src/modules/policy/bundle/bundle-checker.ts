import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/config.module';
import { projectRoot } from '../../../kernel/config/project-root';
import type { LoggedDecision, PolicyKey } from '../contract/policy-bundles.types';
import { bundleRefused } from '../policy-conditions';
import { policyConfig, type PolicyConfig } from '../policy.config';
import type { CheckedBundle, DryRunAnswer, DryRunJob } from './check/check-job';
import { CheckPool } from './check/check-pool';
import type { SentBundle } from './unpack-upload';

/** Judges bundles against this installation's base policy, apart from this thread. */
@Injectable()
export class BundleChecker {
  private readonly baseFolders: readonly string[];
  private readonly deadlineMs: number;

  constructor(
    private readonly pool: CheckPool,
    @InjectConfig(policyConfig) { CORESDK_POLICY_DIR: folder, POLICY_DEADLINE_MS: deadlineMs }: PolicyConfig,
  ) {
    this.deadlineMs = deadlineMs;
    const shipped = path.join(projectRoot(), 'policies/default');
    this.baseFolders = folder === null ? [shipped] : [shipped, path.resolve(folder)];
  }

  /** Errors: `unprocessable` with every fault; `unavailable` when too many bundles are being checked. */
  async check(tenantId: string, bundle: SentBundle, keys: readonly PolicyKey[]): Promise<CheckedBundle> {
    const outcome = await this.pool.check(tenantId, { kind: 'check', bundle, keys, baseFolders: this.baseFolders });
    if (!outcome.ok) throw bundleRefused(outcome.faults);
    return outcome.value;
  }

  /** Errors: as {@link check}. */
  async dryRun(
    bundle: SentBundle | null,
    query: Pick<DryRunJob, 'tenant' | 'rule' | 'input' | 'version'>,
    compare: readonly LoggedDecision[],
  ): Promise<DryRunAnswer> {
    const { baseFolders, deadlineMs } = this;
    const job = { kind: 'dryRun', bundle, baseFolders, deadlineMs, ...query, compare } as const;
    const outcome = await this.pool.dryRun(query.tenant.id, job);
    if (!outcome.ok) throw bundleRefused(outcome.faults);
    return outcome.value;
  }
}
