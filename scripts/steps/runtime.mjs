import { existsSync, readFileSync } from 'node:fs';
import { StepError } from './report.mjs';

/** Express and grpc-js serve up to three times as many requests on Node 24 as on Node 20 or 22. */
const wantedMajor = 24;

/** The oldest Node version that can install this lock file and run these scripts. */
const installMinimum = [20, 19];

const pinnedNode = 'node_modules/.bin/node';

/** Fails with a message if the Node version is too old to install the required version. */
export function assertAbleToInstall() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [minMajor, minMinor] = installMinimum;
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    throw new StepError(`Node ${minMajor}.${minMinor} or newer is required; this is ${process.version}.`);
  }
}

/**
 * Returns the Node binary for programs: the binary that the lock file pins (Linux on x64 and arm64), or else the current binary.
 * @returns an absolute path
 */
export function runtimeNode() {
  if (isPinnedUsable()) return `${process.cwd()}/${pinnedNode}`;
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  throw new StepError(
    `CoreSDK runs on Node ${wantedMajor} or newer; this is ${process.version}. npm installs a newer version only on ` +
      `Linux x64 and arm64 (this machine is ${process.platform} ${process.arch}).\n` +
      `Install Node ${wantedMajor} (https://nodejs.org/en/download, or "nvm install ${wantedMajor}") and try again.`,
  );
}

function isPinnedUsable() {
  const manifest = `node_modules/node-${process.platform}-${process.arch}/package.json`;
  if (!existsSync(pinnedNode) || !existsSync(manifest)) return false;
  return Number.parseInt(JSON.parse(readFileSync(manifest, 'utf8')).version, 10) >= wantedMajor;
}
