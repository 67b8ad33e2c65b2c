import 'reflect-metadata';
import type { Environment } from '../../kernel/config/config-section';
import type { Check } from './check';
import { auditCheck } from './checks/audit.check';
import { changeFeedCheck } from './checks/change-feed.check';
import { checkpointKeyCheck } from './checks/checkpoint-key.check';
import { clockCheck } from './checks/clock.check';
import { configurationCheck } from './checks/configuration.check';
import { databaseCheck } from './checks/database.check';
import { diskCheck } from './checks/disk.check';
import { masterKeyCheck } from './checks/master-key.check';
import { migrationsCheck } from './checks/migrations.check';
import { ownerRoleCheck } from './checks/owner-role.check';
import { peersCheck } from './checks/peers.check';
import { policyCheck } from './checks/policy.check';
import { portsCheck } from './checks/ports.check';
import { processCheck } from './checks/process.check';
import { redisCheck } from './checks/redis.check';
import { signingKeysCheck } from './checks/signing-keys.check';
import { tenantWallsCheck } from './checks/tenant-walls.check';
import { tlsCheck } from './checks/tls.check';
import { examine } from './examine';
import { secretsHider } from './hide-secrets';
import { loadContext, release } from './load-context';
import { type Report, tallyOf } from './report';

/** The checks, in the order of the report. A check comes before the checks that depend on it. */
const CHECKS: readonly Check[] = [
  configurationCheck,
  processCheck,
  databaseCheck,
  ownerRoleCheck,
  tenantWallsCheck,
  migrationsCheck,
  masterKeyCheck,
  signingKeysCheck,
  policyCheck,
  clockCheck,
  portsCheck,
  tlsCheck,
  changeFeedCheck,
  auditCheck,
  checkpointKeyCheck,
  diskCheck,
  redisCheck,
  peersCheck,
];
/** The total time limit. The search for the store takes at most about 6 s of this time, even if the store is unreachable. */
const TOTAL_MS = 14_000;

/** Examines the installation that the environment describes. Does not start or change anything, and does not reveal secrets. */
export async function examineInstallation(environment: Environment): Promise<Report> {
  const began = performance.now();
  const patient = await loadContext(environment);
  try {
    const hide = secretsHider(patient.settings);
    const leftMs = TOTAL_MS - (performance.now() - began);
    const groups = (await examine(CHECKS, patient, leftMs)).map(({ name, findings }) => ({
      name,
      findings: findings.map((finding) => ({
        ...finding,
        detail: hide(finding.detail),
        remedy: finding.remedy === null ? null : hide(finding.remedy),
      })),
    }));
    const summary = tallyOf(groups);
    const status = summary.fail > 0 ? 'fail' : summary.warn > 0 ? 'warn' : 'ok';
    const durationMs = Math.round(performance.now() - began);
    return { status, checkedAt: new Date().toISOString(), durationMs, summary, groups };
  } finally {
    await release(patient);
  }
}
