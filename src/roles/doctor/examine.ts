import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, DoctorContext } from './check';
import { fail, type Finding, skip } from './finding';
import { errorMessage } from './error-message';

/** The findings under one heading. */
export interface Group {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/**
 * Runs the checks, each within its own time limit and all within `totalMs`. A check that throws an error or exceeds its limit results in a
 * finding. The headings keep the order of the checks.
 */
export async function examine(
  checks: readonly Check[],
  patient: DoctorContext,
  totalMs: number,
): Promise<readonly Group[]> {
  const end = performance.now() + totalMs;
  const found = new Map<Check, readonly Finding[]>();
  const make = async (some: readonly Check[]): Promise<unknown> =>
    Promise.all(some.map(async (check) => found.set(check, await made(check, patient, end))));
  await make(checks.filter(({ last }) => last !== true));
  await make(checks.filter(({ last }) => last === true));
  return [...new Set(checks.map(({ group }) => group))]
    .map((name) => ({
      name,
      findings: checks.filter(({ group }) => group === name).flatMap((check) => found.get(check) ?? []),
    }))
    .filter(({ findings }) => findings.length > 0);
}

async function made(check: Check, patient: DoctorContext, end: number): Promise<readonly Finding[]> {
  const unclear = (check.needs ?? []).filter((name) => patient.faults.some((fault) => fault.startsWith(name)));
  if (unclear.length > 0) return [skip(check.group, `not checked until ${unclear.join(' and ')} is valid`)];
  const limitMs = Math.max(0, Math.min(check.limitMs, end - performance.now()));
  const controller = new AbortController();
  const late = sleep(limitMs, null, { signal: controller.signal }).catch(() => null);
  try {
    const findings = await Promise.race([check.run(patient, limitMs), late]);
    const seconds = (limitMs / 1000).toFixed(1);
    return (
      findings ?? [
        fail(check.group, `no result within ${seconds} s`, 'Check whether the machine or the store is overloaded.'),
      ]
    );
  } catch (error) {
    return [fail(check.group, `could not be checked: ${errorMessage(error)}`, 'See the log of the process for more.')];
  } finally {
    controller.abort();
  }
}
