import { fromJson } from '@coresdk/rego/values';
import { compileWall } from '../../base-policy';
import type { LoggedDecision } from '../../contract/policy-bundles.types';
import { decide } from '../../decide';
import { Faults } from '../../domain/faults';
import { readPolicyFiles } from '../../domain/policy-files';
import { explain } from '../../explain';
import { cpuBudget } from '../../cpu-budget';
import { TenantPolicy } from '../../tenant-policy';
import type { TenantWall } from '../../tenant-wall';
import { unpackUpload } from '../unpack-upload';
import type { ChangedDecision, CheckOutcome, DryRunAnswer, DryRunJob } from './check-job';
import { compileBundle } from './compile-bundle';
import { readInstalledPolicy } from './read-base';

/** The CPU time limit of the explained decision: a traced policy is slower than a policy that is served. */
const EXPLAIN_CPU_MS = 2_000;
/** The total CPU time limit of the compared decisions. Decisions beyond it are left out of the report. */
const COMPARE_CPU_MS = 10_000;

/**
 * Makes a decision with a bundle that is not served. Its signature is not required, because the bundle does not become active.
 * The outcome contains faults if the bundle would be refused for reasons other than its tests.
 */
export async function dryRun(job: DryRunJob): Promise<CheckOutcome<DryRunAnswer>> {
  const faults = new Faults();
  const base = await readInstalledPolicy(job.baseFolders);
  const files = job.bundle === null ? [] : await unpackUpload(job.bundle, faults);
  const read = readPolicyFiles(files, faults);
  const compiled = faults.any ? null : compileBundle(base, files, faults);
  if (!compiled) return { ok: false, faults: faults.list };
  const ownFiles = read.sources.length === 0 ? null : new Set(read.sources.map(({ path }) => path));
  const policy = new TenantPolicy(job.version, compiled.policy, fromJson(job.tenant), ownFiles);
  const wall = compileWall(base.shipped);
  const query = { rule: job.rule, input: { json: job.input } };
  const explanation = explain(policy, wall, query, { budget: cpuBudget(EXPLAIN_CPU_MS) });
  return { ok: true, value: { explanation, ...compare(policy, wall, job) } };
}

function compare(policy: TenantPolicy, wall: TenantWall, job: DryRunJob): Omit<DryRunAnswer, 'explanation'> {
  const before = process.threadCpuUsage();
  const changed: ChangedDecision[] = [];
  let compared = 0;
  let inexact = 0;
  for (const decision of job.compare) {
    const { user, system } = process.threadCpuUsage(before);
    if ((user + system) / 1_000 > COMPARE_CPU_MS) break;
    // The input was too large to keep, so the decision cannot be repeated.
    if (decision.input === null) continue;
    compared++;
    if (decision.masked) inexact++;
    const draft = decideAgain(policy, wall, decision, job.cpuMs);
    if (draft.allowed !== decision.allowed) {
      changed.push({ decision, draftAllowed: draft.allowed, draftReason: draft.reason });
    }
  }
  return { compared, inexact, changed };
}

function decideAgain(
  policy: TenantPolicy,
  wall: TenantWall,
  { rule, input }: LoggedDecision,
  cpuMs: number,
): { readonly allowed: boolean; readonly reason: string } {
  const query = { rule, input: { json: JSON.stringify(input) } };
  return decide(policy, wall, query, { budget: cpuBudget(cpuMs) }).decision;
}
