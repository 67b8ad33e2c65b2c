import { type ExampleWorld, itKeepsSessions } from '../support/session-example.suite';
import { startExampleWorld } from '../support/session-example-world';
import { expressExample, nestExample } from '../support/started-examples';

let world: ExampleWorld;

beforeAll(async () => {
  world = await startExampleWorld();
});

afterAll(() => world?.installation.remove());

describe('the example with Express', () => {
  itKeepsSessions(() => world, expressExample);
});

describe('the example with NestJS', () => {
  itKeepsSessions(() => world, nestExample);
});
