#!/usr/bin/env node
// `npx coresdk <command>`: in a checkout, first installs and builds anything missing. The image contains only the built program.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const runner = new URL('run.mjs', import.meta.url);
if (existsSync(fileURLToPath(runner))) {
  process.argv.splice(2, 0, 'cli');
  await import(runner.href);
} else {
  await import(new URL('../dist/bundle/src/cli/main.js', import.meta.url).href);
}
