import { type BasePolicy, compileOver, PolicyCompileError } from '../../base-policy';
import type { Faults } from '../../domain/faults';
import type { PolicyFiles } from '../../domain/policy-files';
import type { RegoError } from '../../rego/errors';
import type { InstalledPolicy } from './read-base';

/**
 * Processor time that compiling a tenant's policy may take: every sidecar compiles each activated bundle, beside its
 * requests.
 */
const MAX_COMPILE_MS = 500;

/** A bundle over the base policy; `null` with the reasons in `faults`. */
export function compileBundle(base: InstalledPolicy, files: PolicyFiles, faults: Faults): BasePolicy | null {
  try {
    const compiled = compileWithin(base, files);
    if (compiled) return compiled;
    faults.add('limit_exceeded', '', `Compiling takes more than ${MAX_COMPILE_MS} ms; make the policy smaller.`);
  } catch (error) {
    if (!(error instanceof PolicyCompileError)) throw error;
    addRegoErrors(error.errors, faults);
  }
  return null;
}

/** Adds what the engine found wrong. */
export function addRegoErrors(errors: readonly RegoError[], faults: Faults): void {
  for (const { code, message, location } of errors) {
    faults.push({
      file: location?.file ?? '',
      row: location?.row ?? null,
      col: location?.col ?? null,
      code,
      message,
    });
  }
}

/**
 * The compiled policy, or `null` when it takes too long. A thread that has just begun runs code not yet optimized, some
 * times slower than a sidecar does, so that a slow compilation has a second try.
 */
function compileWithin(base: InstalledPolicy, files: PolicyFiles): BasePolicy | null {
  for (let attempt = 0; attempt < 2; attempt++) {
    const began = process.threadCpuUsage();
    const compiled = compileOver(base, files);
    const { user, system } = process.threadCpuUsage(began);
    if ((user + system) / 1_000 <= MAX_COMPILE_MS) return compiled;
  }
  return null;
}
