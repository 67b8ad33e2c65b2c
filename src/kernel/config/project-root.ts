import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder that holds `package.json`, `proto/` and `policies/`, in a checkout as in the image. */
export function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('package.json is missing beside dist; the installation is incomplete.');
    folder = parent;
  }
  return folder;
}

/** Version of the product, such as `1.2.0`: that of `package.json`. */
export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
