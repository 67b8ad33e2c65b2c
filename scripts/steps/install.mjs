import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runQuietly, systemPath } from './process.mjs';
import { StepError, printLine, secondsSince, show } from './report.mjs';

const stillAtItMs = 20_000;

/**
 * Returns whether node_modules matches package-lock.json. Compares the content with the record that npm writes at the
 * end of an installation. Therefore, a lock file that differs only in its modification time does not require an installation, and an
 * interrupted installation does not leave a record.
 */
export function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!installed) return false;
  const wanted = packagesOf('package-lock.json');
  const isSame = ([path, { version, integrity, optional }]) =>
    path in installed ? installed[path].version === version && installed[path].integrity === integrity : optional;
  return (
    Object.entries(wanted).every(([path, entry]) => !path.startsWith('node_modules/') || isSame([path, entry])) &&
    Object.keys(installed).every((path) => path in wanted)
  );
}

/** Runs `npm ci`, silently unless it fails. */
export async function install() {
  const start = performance.now();
  printLine('installing packages (npm ci), which takes about a minute');
  const progress = setInterval(() => printLine(`still installing packages, ${secondsSince(start)}`), stillAtItMs);
  const cache = substituteCache();
  // The build needs dev packages, regardless of NODE_ENV or the user's settings.
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const env = {
    ...process.env,
    PATH: systemPath,
    ...(cache && { npm_config_cache: cache, HOME: process.env.HOME || cache }),
  };
  const { code, output } = await runQuietly('npm', args, env);
  clearInterval(progress);
  if (cache) rmSync(cache, { recursive: true, force: true });
  if (code !== 0) {
    show(output);
    throw new StepError(code === 127 ? 'npm is not on the PATH. Install it and try again' : 'npm ci failed; see above');
  }
  printLine(`installed packages in ${secondsSince(start)}`);
}

function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return undefined;
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    // A crash during the write truncated it, so it counts as missing. If the main lock file is invalid, npm ci prints a better message.
    return undefined;
  }
}

/** Returns a cache folder for this installation only, if npm's own folder is not writable (no HOME, read-only, or owned by root). */
function substituteCache() {
  const usual = process.env.npm_config_cache ?? join(process.env.HOME || homeFromSystem(), '.npm');
  const folders = [usual, '_cacache', '_cacache/tmp', '_cacache/content-v2', '_cacache/index-v5'];
  try {
    mkdirSync(join(usual, '_cacache'), { recursive: true });
    for (const folder of folders.map((name, i) => (i === 0 ? name : join(usual, name)))) {
      if (existsSync(folder)) accessSync(folder, constants.W_OK | constants.X_OK);
    }
    return undefined;
  } catch {
    return mkdtempSync(join(tmpdir(), 'coresdk-npm-'));
  }
}

function homeFromSystem() {
  try {
    return homedir();
  } catch {
    // The user id has no entry in the user database, as in many containers.
    return '/nonexistent';
  }
}
