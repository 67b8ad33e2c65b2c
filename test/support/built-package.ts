import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder of a package that is published on its own. */
export type PackageFolder = 'rego' | 'sdk' | 'sdk-react';

const root = path.resolve(__dirname, '../..');

/**
 * Returns the folder of a package in this repository. Builds the package if needed: `npm test` has already built it, but a single spec that
 * runs directly might not have.
 */
export function builtPackage(name: PackageFolder): string {
  const steps = pathToFileURL(path.join(root, 'scripts/steps/build-package.mjs')).href;
  const program = `import { buildPackage, isPackageBuilt } from '${steps}'; if (!isPackageBuilt('${name}')) await buildPackage('${name}', process.execPath);`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, stdio: 'pipe' });
  return path.join(root, name);
}
