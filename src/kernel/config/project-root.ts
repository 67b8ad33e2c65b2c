import { existsSync } from 'node:fs';
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
