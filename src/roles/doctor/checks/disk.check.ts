import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { databaseConfig } from '../../../kernel/database/database.config';
import type { Check } from '../check';
import { fail, type Finding, ok, skip, warn } from '../finding';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** Below this amount of free space, the next checkpoint or log might not fit. */
const TOO_LITTLE_BYTES = 100 * MIB;
const LITTLE_BYTES = GIB;

/** Checks that DATA_DIR is writable and has space. */
export const diskCheck: Check = {
  group: 'Disk',
  limitMs: 2_000,
  needs: ['DATA_DIR'],
  async run({ settings }) {
    const folder = path.resolve(settings.of(databaseConfig).DATA_DIR);
    if (!existsSync(folder)) return [skip('DATA_DIR', `${folder} is created at the first start`)];
    try {
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch {
      const remedy = 'Run the platform as the owner of the folder, or change its owner.';
      return [fail('DATA_DIR', `${folder} is not writable by this user`, remedy)];
    }
    const { bavail, blocks, bsize } = await statfs(folder);
    return [judgeSpace(folder, bavail * bsize, blocks * bsize)];
  },
};

/** Returns the finding about the free space on a disk. */
export function judgeSpace(folder: string, freeBytes: number, allBytes: number): Finding {
  const size = freeBytes < GIB ? `${Math.floor(freeBytes / MIB)} MiB` : `${(freeBytes / GIB).toFixed(1)} GiB`;
  const detail = `${size} of ${(allBytes / GIB).toFixed(1)} GiB free for ${folder}`;
  const remedy = 'Free some space, or move DATA_DIR to a larger disk.';
  if (freeBytes < TOO_LITTLE_BYTES) return fail('DATA_DIR', detail, remedy);
  return freeBytes < LITTLE_BYTES ? warn('DATA_DIR', detail, remedy) : ok('DATA_DIR', detail);
}
