import { type ExampleWorld, itKeepsSessions } from '../support/session-example.suite';
import { startExampleWorld } from '../support/session-example-world';
import { nextExample } from '../support/started-examples';

let world: ExampleWorld;

beforeAll(async () => {
  world = await startExampleWorld();
});

afterAll(() => world?.installation.remove());

describe('the example with Next.js', () => {
  itKeepsSessions(() => world, nextExample);
});
