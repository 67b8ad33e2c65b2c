import { newSlowWork } from '../../../test/support/slow-work';
import { systemContext } from '../../kernel/context/call-context';
import { DocumentWorkers } from '../../kernel/threads/document-workers';
import { definitionFaults } from './domain/check-definition';
import { DefinitionThreads } from './definition-threads';
import { readDefinition } from './read-definition';

jest.mock('./read-definition', () => {
  const actual = jest.requireActual<{ readDefinition: (text: string) => unknown }>('./read-definition');
  return { ...actual, readDefinition: jest.fn(actual.readDefinition) };
});
jest.mock('./domain/check-definition', () => {
  const actual = jest.requireActual<{ definitionFaults: () => unknown }>('./domain/check-definition');
  return { ...actual, definitionFaults: jest.fn(actual.definitionFaults) };
});

const context = systemContext('req-1', 'tnt-a');
const slowWork = newSlowWork();
const workers = new DocumentWorkers(slowWork);
const threads = new DefinitionThreads(workers, slowWork);
const around = { skills: new Map(), workflows: new Set<string>(), ring: null };
const urlRules = { mayBePrivate: false, mayBePlain: false };

/** The work that runs on the main thread. */
const read = jest.mocked(readDefinition);
const check = jest.mocked(definitionFaults);
beforeEach(() => {
  read.mockClear();
  check.mockClear();
});
afterAll(() => workers.close());

const step = (n: number): object => ({ id: `s${n}`, type: 'webhook', url: `http://10.0.0.1/${'x'.repeat(100)}` });
const definition = (steps: number): string =>
  JSON.stringify({ name: 'flow', steps: Array.from({ length: steps }, (_, n) => step(n)) });

describe('a definition', () => {
  it('that is small is read and checked on the main thread', async () => {
    const small = await threads.read(context, definition(2));
    const faults = await threads.check(context, { definition: small, around, urlRules });
    expect(faults.map(({ pointer }) => pointer)).toEqual(['/steps/0/url', '/steps/1/url']);
    expect([read.mock.calls.length, check.mock.calls.length, workers.size]).toEqual([1, 1, 0]);
  });

  it('that is large is read and checked in a thread', async () => {
    const large = await threads.read(context, definition(200));
    const faults = await threads.check(context, { definition: large, around, urlRules });
    expect(faults).toHaveLength(200);
    expect(faults[0]).toMatchObject({ pointer: '/steps/0/url', code: 'scheme_not_allowed' });
    expect([read.mock.calls.length, check.mock.calls.length]).toEqual([0, 0]);
    expect(workers.size).toBeGreaterThan(0);
  });

  it.each([
    ['JSON', `{${Array.from({ length: 20_000 }, (_, n) => `"m${n}":1`).join(',')}}`],
    ['YAML', Array.from({ length: 20_000 }, (_, n) => `m${n}: 1`).join('\n')],
  ])('in %s with thousands of unknown members is refused within a thread’s CPU time limit', async (_name, text) => {
    await expect(threads.read(context, text)).rejects.toMatchObject({
      code: 'invalid_request',
      fields: expect.arrayContaining([expect.objectContaining({ pointer: '/m0', code: 'unknown_member' })]) as unknown,
    });
    expect(read).not.toHaveBeenCalled();
  });

  it('that looks like JSON but is invalid is not parsed as YAML on the main thread', async () => {
    await expect(threads.read(context, `${definition(60)}}`)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(read).not.toHaveBeenCalled();
  });
});
