import { createHash } from 'node:crypto';
import { writeArchive } from '@coresdk/rego/bundle';
import { Faults } from '../../domain/faults';
import { readPolicyFiles } from '../../domain/policy-files';
import { unpackUpload } from '../unpack-upload';
import { verifySignature } from '../verify-signature';
import type { CheckBundleJob, CheckedBundle, CheckOutcome } from './check-job';
import { compileBundle } from './compile-bundle';
import { readInstalledPolicy } from './read-base';
import { runBundleTests, type TestTimes } from './run-bundle-tests';

/**
 * Runs all checks that a bundle must pass before it is stored. The steps are: unpack; signature; files, manifest and data; compile; tests.
 * Stops after a step with faults, because later steps would be unreliable.
 * @param times the time limits for tests; the product's defaults if absent
 */
export async function checkBundle(job: CheckBundleJob, times?: TestTimes): Promise<CheckOutcome<CheckedBundle>> {
  const faults = new Faults();
  const refused = (): CheckOutcome<CheckedBundle> => ({ ok: false, faults: faults.list });
  const files = await unpackUpload(job.bundle, faults);
  if (faults.any) return refused();
  // Verified before parsing, so that untrusted content is not examined.
  const signedBy = verifySignature(files, job.keys, faults);
  if (faults.any) return refused();
  const read = readPolicyFiles(files, faults);
  if (faults.any) return refused();
  const base = await readInstalledPolicy(job.baseFolders);
  const compiled = compileBundle(base, files, faults);
  if (!compiled) return refused();
  const tests = runBundleTests(base, compiled, read, faults, times);
  if (faults.any) return refused();
  const archive = writeArchive(files);
  const value: CheckedBundle = {
    archive,
    digest: createHash('sha256').update(archive).digest('hex'),
    revision: read.manifest.revision,
    roots: read.manifest.roots,
    modules: [...read.sources, ...read.tests].map(({ path }) => path).sort(),
    tests,
    signedBy,
  };
  return { ok: true, value };
}
