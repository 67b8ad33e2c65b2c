import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../config/project-root';

const found = new Set<string>();

/**
 * Returns the compiled file of a worker thread, in `dist/` next to the module that starts it. If that module runs from source, as in tests,
 * Node cannot load a worker from source, so the file of the last build is used.
 * @param folder `__dirname` of the module that starts it. @param name such as `masking-worker.js`.
 */
export function workerFile(folder: string, name: string): string {
  const fromSources = __filename.endsWith('.ts');
  const compiled = fromSources ? path.join(projectRoot(), 'dist', path.relative(projectRoot(), folder)) : folder;
  const file = path.join(compiled, name);
  if (!found.has(file)) {
    if (!existsSync(file)) throw new Error(`${file} is missing; build first ("npm run build").`);
    found.add(file);
  }
  return file;
}
