import path from 'node:path';
import { ExampleApp } from './example-app';
import { installedExamplePackages } from './installed-packages';
import type { StartedExample } from './session-example.suite';
import { root } from './source-files';

const NEXT = 'node_modules/next/dist/bin/next';

/** Prepares the example with Express. */
export async function expressExample(): Promise<StartedExample> {
  return { example: await ExampleApp.open('express', {}), program: ['app.ts'], word: 'Open ' };
}

/** Prepares and compiles the example with NestJS. */
export async function nestExample(): Promise<StartedExample> {
  const example = await ExampleApp.open('nest', {});
  await example.run('node_modules/typescript/bin/tsc', {});
  return { example, program: ['dist/app.js'], word: 'Open ' };
}

/** Prepares and builds the example with Next.js. */
export async function nextExample(): Promise<StartedExample> {
  const environment = { NEXT_TELEMETRY_DISABLED: '1' };
  const inside = path.join(root, 'dist/examples');
  const example = await ExampleApp.open('next', environment, installedExamplePackages('next'), inside);
  await example.run(NEXT, {}, ['build']);
  return { example, program: [NEXT, 'start', '-H', '127.0.0.1', '-p', '{port}'], word: 'Ready in' };
}
