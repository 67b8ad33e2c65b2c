import { existsSync, readFileSync } from 'node:fs';
import { findPlatform, platformsWithNode } from './platforms.mjs';
import { StepError } from './report.mjs';

/** Express and grpc-js serve up to three times as many requests on Node 24 as on Node 20 or 22. */
const wantedMajor = 24;

/** The oldest Node version that can install this lock file and run these scripts. */
const installMinimum = [20, 19];

const pinnedNode = 'node_modules/.bin/node';

/**
 * Fails with a message if the Node version is too old to install the required version, or if npm cannot install it on this platform.
 * @param platform the row in the table of platforms; undefined for a platform without packages
 */
export function assertAbleToInstall(version = process.versions.node, platform = findPlatform()) {
  const [major, minor] = version.split('.').map(Number);
  const [minMajor, minMinor] = installMinimum;
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    throw new StepError(`Node ${minMajor}.${minMinor} or newer is required; this is v${version}.`);
  }
  if (major < wantedMajor && (platform?.nodePackage ?? null) === null) throw missingNode(version);
}

/**
 * Returns the Node binary for programs: the binary that the lock file pins for this platform, or else the current binary.
 * @returns an absolute path
 */
export function runtimeNode() {
  if (isPinnedUsable()) return `${process.cwd()}/${pinnedNode}`;
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  throw missingNode(process.versions.node);
}

function missingNode(version) {
  return new StepError(
    `CoreSDK runs on Node ${wantedMajor} or newer; this is v${version}. npm installs a newer version only on ` +
      `${platformsWithNode()} (this machine is ${process.platform} ${process.arch}).\n` +
      `Install Node ${wantedMajor} (https://nodejs.org/en/download, or "nvm install ${wantedMajor}") and try again.`,
  );
}

function isPinnedUsable() {
  const manifest = `node_modules/${findPlatform()?.nodePackage}/package.json`;
  if (!existsSync(pinnedNode) || !existsSync(manifest)) return false;
  return Number.parseInt(JSON.parse(readFileSync(manifest, 'utf8')).version, 10) >= wantedMajor;
}
