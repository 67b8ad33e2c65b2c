import type { RegoError } from '@coresdk/rego/node';
import { type BasePolicy, compileOver, PolicyCompileError } from '../../base-policy';
import { Faults } from '../../domain/faults';
import { type PolicyFile, readPolicyFiles } from '../../domain/policy-files';
import type { InstalledPolicy } from './read-base';

/** The maximum CPU time for loading a tenant's policy: every sidecar loads each activated bundle while it serves requests. */
const MAX_LOAD_MS = 500;

/**
 * Compiles a bundle over the base policy; returns `null` with the reasons in `faults`.
 * @param files files in which `readPolicyFiles` found no faults.
 */
export function compileBundle(base: InstalledPolicy, files: readonly PolicyFile[], faults: Faults): BasePolicy | null {
  try {
    const compiled = compileWithin(base, files);
    if (compiled) return compiled;
    faults.add(
      'limit_exceeded',
      '',
      `Loading takes more than ${MAX_LOAD_MS} ms. Make the policy smaller, and write large data as JSON.`,
    );
  } catch (error) {
    if (!(error instanceof PolicyCompileError)) throw error;
    addRegoErrors(error.errors, faults);
  }
  return null;
}

/** Adds the engine's errors to the faults. */
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
 * Returns the compiled policy, or `null` when reading and compiling it takes too long. A new thread runs unoptimized code, several times
 * slower than a sidecar, so a slow compilation is attempted a second time.
 */
function compileWithin(base: InstalledPolicy, files: readonly PolicyFile[]): BasePolicy | null {
  for (let attempt = 0; attempt < 2; attempt++) {
    const began = process.threadCpuUsage();
    const compiled = compileOver(base, readPolicyFiles(files, new Faults()));
    const { user, system } = process.threadCpuUsage(began);
    if ((user + system) / 1_000 <= MAX_LOAD_MS) return compiled;
  }
  return null;
}
