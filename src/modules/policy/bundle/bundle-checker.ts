import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { projectRoot } from '../../../kernel/config/project-root';
import type { TriedDocuments } from '../contract/policy-bundles.port';
import type { LoggedDecision, PolicyKey } from '../contract/policy-bundles.types';
import { bundleRefused } from '../policy-conditions';
import { policyConfig, type PolicyConfig } from '../policy.config';
import type { CheckedBundle, DocumentsJob, DryRunAnswer, DryRunJob } from './check/check-job';
import { BundleThreads } from './check/bundle-threads';
import type { SentBundle } from './unpack-upload';

/** Checks bundles against this installation's base policy in worker threads. */
@Injectable()
export class BundleChecker {
  private readonly baseFolders: readonly string[];
  private readonly cpuMs: number;

  constructor(
    private readonly threads: BundleThreads,
    @InjectConfig(policyConfig) { CORESDK_POLICY_DIR: folder, POLICY_CPU_MS: cpuMs }: PolicyConfig,
  ) {
    this.cpuMs = cpuMs;
    const shipped = path.join(projectRoot(), 'policies/default');
    this.baseFolders = folder === null ? [shipped] : [shipped, path.resolve(folder)];
  }

  /** Checks a bundle. Errors: `unprocessable` with all faults; `unavailable` when too many bundles are being checked. */
  async check(tenantId: string, bundle: SentBundle, keys: readonly PolicyKey[]): Promise<CheckedBundle> {
    const outcome = await this.threads.check(tenantId, { kind: 'check', bundle, keys, baseFolders: this.baseFolders });
    if (!outcome.ok) throw bundleRefused(outcome.faults);
    return outcome.value;
  }

  /** Runs a dry run. Errors: those of {@link check}. */
  async dryRun(
    bundle: SentBundle | null,
    query: Pick<DryRunJob, 'tenant' | 'rule' | 'input' | 'version'>,
    compare: readonly LoggedDecision[],
  ): Promise<DryRunAnswer> {
    const { baseFolders, cpuMs } = this;
    const job = { kind: 'dryRun', bundle, baseFolders, cpuMs, ...query, compare } as const;
    const outcome = await this.threads.dryRun(query.tenant.id, job);
    if (!outcome.ok) throw bundleRefused(outcome.faults);
    return outcome.value;
  }

  /** Evaluates documents. Errors: those of {@link check}. */
  async documents(
    bundle: SentBundle | null,
    query: Pick<DocumentsJob, 'tenant' | 'draft' | 'path' | 'inputs'>,
  ): Promise<TriedDocuments> {
    const { baseFolders, cpuMs } = this;
    const job = { kind: 'documents', bundle, baseFolders, cpuMs, ...query } as const;
    const outcome = await this.threads.documents(query.tenant.id, job);
    if (!outcome.ok) throw bundleRefused(outcome.faults);
    return outcome.value;
  }
}
