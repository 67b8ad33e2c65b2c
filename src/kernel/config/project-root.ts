import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Returns the folder that contains `package.json`, `proto/` and `policies/`, in a checkout and in the image. */
export function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('package.json is missing next to dist; the installation is incomplete.');
    folder = parent;
  }
  return folder;
}

/** Returns the product version from `package.json`, such as `1.2.0`. */
export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
