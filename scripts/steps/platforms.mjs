import { readFileSync } from 'node:fs';
import { StepError } from './report.mjs';

/** The table that `src/kernel/database/embedded/platforms.ts` describes. */
const table = new URL('../../src/kernel/database/embedded/platform-table.json', import.meta.url);

/**
 * Returns the row of an operating system and architecture, by default those of this machine; undefined for a platform without packages of
 * its own.
 */
export function findPlatform(os = process.platform, arch = process.arch) {
  return platforms().find((platform) => platform.os === os && platform.arch === arch);
}

/** Returns the names of the platforms for which npm installs the pinned Node, such as "Linux x64 and Linux arm64". */
export function platformsWithNode() {
  const names = platforms().flatMap(({ name, nodePackage }) => (nodePackage === null ? [] : [name]));
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** Fails on Windows, where neither the scripts nor the embedded database run. */
export function assertNotWindows(os = process.platform) {
  if (os !== 'win32') return;
  throw new StepError(
    'CoreSDK does not run on Windows itself. Use WSL 2: run "wsl --install" in PowerShell, open Ubuntu, install Node there, ' +
      'clone the repository in your Linux home folder, and run "npm start".',
  );
}

function platforms() {
  return JSON.parse(readFileSync(table, 'utf8'));
}
