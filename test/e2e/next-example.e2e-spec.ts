import { ExampleApp } from '../support/example-app';
import { installedExamplePackages } from '../support/installed-packages';
import { type ExampleWorld, itKeepsSessions } from '../support/session-example.suite';
import { startExampleWorld } from '../support/session-example-world';

const NEXT = 'node_modules/next/dist/bin/next';

let world: ExampleWorld;

beforeAll(async () => {
  world = await startExampleWorld();
});

afterAll(() => world?.installation.remove());

describe('the example with Next.js', () => {
  itKeepsSessions(
    () => world,
    async () => {
      const modules = installedExamplePackages('next');
      const example = await ExampleApp.open('next', { NEXT_TELEMETRY_DISABLED: '1' }, modules);
      await example.run(NEXT, {}, ['build', '--webpack']);
      return { example, program: [NEXT, 'start', '-H', '127.0.0.1', '-p', '{port}'], word: 'Ready in' };
    },
  );
});
