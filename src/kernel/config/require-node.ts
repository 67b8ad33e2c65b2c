import { writeSync } from 'node:fs';

const NEEDED_MAJOR = 24;

/** Exits if this Node version is too old, with a message that explains how to get the required version. */
export function requireNode(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NEEDED_MAJOR) return;
  writeSync(
    2,
    `CoreSDK Platform needs Node ${NEEDED_MAJOR}; this is ${process.version}. Use "npm start", which includes Node, or install Node ${NEEDED_MAJOR}.\n`,
  );
  process.exit(1);
}
