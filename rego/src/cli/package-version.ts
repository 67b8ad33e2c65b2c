import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the version of this package, or an empty string if a different program runs this code. Finds the package relative to the running
 * script.
 */
export function packageVersion(script = process.argv[1]): string {
  if (script === undefined) return '';
  try {
    for (let folder = path.dirname(realpathSync(script)); ; folder = path.dirname(folder)) {
      const found = versionIn(folder);
      if (found !== null || folder === path.dirname(folder)) return found ?? '';
    }
  } catch {
    return '';
  }
}

function versionIn(folder: string): string | null {
  try {
    const content = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      name?: unknown;
      version?: unknown;
    };
    return content.name === '@coresdk/rego' && typeof content.version === 'string' ? content.version : null;
  } catch {
    return null;
  }
}
