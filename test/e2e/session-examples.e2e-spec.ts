import { ExampleApp } from '../support/example-app';
import { type ExampleWorld, itKeepsSessions } from '../support/session-example.suite';
import { startExampleWorld } from '../support/session-example-world';

let world: ExampleWorld;

beforeAll(async () => {
  world = await startExampleWorld();
});

afterAll(() => world?.installation.remove());

describe('the example with Express', () => {
  itKeepsSessions(
    () => world,
    async () => {
      const example = await ExampleApp.open('express', {});
      return { example, program: ['app.ts'], word: 'Open ' };
    },
  );
});

describe('the example with NestJS', () => {
  itKeepsSessions(
    () => world,
    async () => {
      const example = await ExampleApp.open('nest', {});
      await example.run('node_modules/typescript/bin/tsc', {});
      return { example, program: ['dist/app.js'], word: 'Open ' };
    },
  );
});
