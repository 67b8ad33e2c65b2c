import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../kernel/config/project-root';

const WORKER = 'skill-worker.js';

/**
 * The compiled file of the worker: beside this one in `dist/`. When this runs from the sources, as in tests, Node cannot
 * load a worker from them, so that the one of the last build is taken.
 */
export function workerFile(): string {
  const fromSources = __filename.endsWith('.ts');
  const folder = fromSources ? path.join(projectRoot(), 'dist', path.relative(projectRoot(), __dirname)) : __dirname;
  const file = path.join(folder, WORKER);
  if (!existsSync(file)) throw new Error(`${file} is missing; build first ("npm run build").`);
  return file;
}
