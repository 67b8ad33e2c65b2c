import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { BUNDLE_LIMITS, type BundleFault } from '../contract/policy-bundles.types';
import { Faults } from '../domain/faults';
import { MANIFEST_FILE } from '../domain/manifest';
import { isTestFile, type PolicyFile, type PolicyFiles, readPolicyFiles } from '../domain/policy-files';

const MAX_FOLDERS = 1_000;
const READ = /(?:\.rego|(?:^|\/)data\.(?:json|yaml|yml))$/;

/** The policy in a folder, with its source files. */
export interface PolicyFolder extends PolicyFiles {
  readonly files: readonly PolicyFile[];
}

/** The error for a policy folder that cannot be used; `faults` contains all reasons. */
export class PolicyFolderError extends Error {
  constructor(
    folder: string,
    readonly faults: readonly BundleFault[],
  ) {
    const lines = faults.map(({ file, row, message }) => `${[file, row].filter(Boolean).join(':')}: ${message}`);
    super(`The policy folder ${folder} cannot be used:\n${lines.join('\n')}`);
    this.name = 'PolicyFolderError';
  }
}

/**
 * Reads a policy folder as OPA reads a bundle folder: `.rego` files, `data.json|yaml|yml` at the path of their folder, and `.manifest`.
 * Follows links (Kubernetes mounts files as links), skips entries whose names begin with a dot, except the manifest, and does not open any
 * other files.
 * @param options.tests true to read `*_test.rego` too; these files are returned in `tests`, never in `sources`.
 * @param options.refuseReserved true to report reserved packages as faults, as in a tenant's bundle; the installation's own folder can
 * define them.
 * Errors: {@link PolicyFolderError}; the file system's error if the folder itself cannot be read.
 */
export async function readPolicyFolder(
  folder: string,
  options: { readonly tests?: boolean; readonly refuseReserved?: boolean } = {},
): Promise<PolicyFolder> {
  const faults = new Faults();
  const files: PolicyFile[] = [];
  let bytes = 0;
  for (const file of await listFiles(folder, faults)) {
    if (isTestFile(file) && options.tests !== true) continue;
    const full = path.join(folder, file);
    const { size } = await stat(full);
    bytes += size;
    if (size > BUNDLE_LIMITS.maxFileBytes || bytes > BUNDLE_LIMITS.maxUnpackedBytes) {
      faults.add('limit_exceeded', file, `A policy folder can have at most ${BUNDLE_LIMITS.maxUnpackedBytes} bytes.`);
      break;
    }
    files.push({ path: file, bytes: await readFile(full) });
  }
  const read = readPolicyFiles(files, faults);
  const found = faults.list.filter(({ code }) => code !== 'reserved_package' || options.refuseReserved === true);
  if (found.length > 0) throw new PolicyFolderError(folder, found);
  return { ...read, files };
}

/** Returns the paths of the policy files below `folder`. Visits folders iteratively and counts them, because links can form cycles. */
async function listFiles(folder: string, faults: Faults): Promise<string[]> {
  const found: string[] = [];
  const waiting = [''];
  let folders = 0;
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    for (const name of await readdir(path.join(folder, below))) {
      if (name.startsWith('.') && !(below === '' && name === MANIFEST_FILE)) continue;
      const file = below === '' ? name : `${below}/${name}`;
      const kind = await stat(path.join(folder, file));
      if (kind.isDirectory()) waiting.push(file);
      else if (kind.isFile() && (READ.test(file) || file === MANIFEST_FILE)) found.push(file);
    }
    if (++folders > MAX_FOLDERS || found.length > BUNDLE_LIMITS.maxFiles) {
      const most = `${MAX_FOLDERS} folders and ${BUNDLE_LIMITS.maxFiles} files`;
      faults.add('limit_exceeded', below, `A policy folder can have at most ${most}.`);
      return [];
    }
  }
  return found.sort();
}
