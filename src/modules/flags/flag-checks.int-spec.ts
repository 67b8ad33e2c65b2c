import { newSlowWork } from '../../../test/support/slow-work';
import { systemContext } from '../../kernel/context/call-context';
import { DocumentWorkers } from '../../kernel/threads/document-workers';
import { FLAG_LIMITS } from './contract/flag-document.types';
import { validateDocument } from './domain/validate-document';
import { FlagChecks } from './flag-checks';

jest.mock('./domain/validate-document', () => {
  const actual = jest.requireActual<{ validateDocument: () => unknown }>('./domain/validate-document');
  return { ...actual, validateDocument: jest.fn(actual.validateDocument) };
});
/** The work on the main thread. */
const validated = jest.mocked(validateDocument);
beforeEach(() => validated.mockClear());

const context = systemContext('req-1', 'tnt-a');
const slowWork = newSlowWork();
const workers = new DocumentWorkers(slowWork);
const checks = new FlagChecks(workers, slowWork);
afterAll(() => workers.close());

const FLAG = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
const document = (flags: number, last: object = FLAG): string =>
  JSON.stringify({ flags: { ...Object.fromEntries(Array.from({ length: flags }, (_, n) => [`f${n}`, FLAG])), last } });

const faults = async (check: Parameters<FlagChecks['faults']>[1]): Promise<readonly string[]> =>
  (await checks.faults(context, check)).map(({ pointer, code }) => `${pointer} ${code}`);

describe('flags', () => {
  const bad = { ...FLAG, state: 'MAYBE' };
  const text = JSON.stringify(bad);

  it('are checked on the main thread if there are few', async () => {
    expect(await faults({ kind: 'document', text: document(2, bad) })).toEqual(['/flags/last/state bad_state']);
    expect(await faults({ kind: 'flag-in', text, key: 'new', document: document(2) })).toEqual(['/state bad_state']);
    expect(validated).toHaveBeenCalledTimes(2);
    expect(workers.size).toBe(0);
  });

  it('are checked in a thread if there are many, regardless of the form of the request', async () => {
    const large = document(1_500);
    expect(await faults({ kind: 'document', text: document(1_500, bad) })).toEqual(['/flags/last/state bad_state']);
    expect(await faults({ kind: 'document', text: large })).toEqual([]);
    expect(await faults({ kind: 'flag-in', text, key: 'new', document: large })).toEqual(['/state bad_state']);
    const change = JSON.stringify({ op: 'put', key: 'new', flag: bad });
    expect(await faults({ kind: 'change', text: change, document: large })).toEqual(['/flag/state bad_state']);
    expect(await faults({ kind: 'flag', text: `{"a":"${'x'.repeat(20_000)}","a":1}` })).toEqual([
      '/a duplicate_member',
    ]);
    expect(validated).not.toHaveBeenCalled();
  });

  it('are refused if they are too long', async () => {
    const long = `{"flags":{},"x":"${'x'.repeat(FLAG_LIMITS.maxBytes)}"}`;
    expect(await faults({ kind: 'document', text: long })).toEqual([' too_large']);
  });
});
