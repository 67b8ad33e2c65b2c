import { SKILL_LIMITS } from '../../contract/skill-limits';
import type { ThreadMessage } from '../thread-job';
import { HostEvents } from './host-events';

/** A string from guest code. It records the number of characters that each read operation requests. */
function text(value: string): { readonly asked: number[]; readonly read: (mostChars: number) => string | null } {
  const asked: number[] = [];
  const read = (mostChars: number): string | null => {
    asked.push(mostChars);
    return value.length > mostChars ? null : value;
  };
  return { asked, read };
}

describe('the output of code in a sandbox', () => {
  let posted: ThreadMessage[];
  let events: HostEvents;

  beforeEach(() => {
    posted = [];
    events = new HostEvents((message) => posted.push(message));
  });

  it('is not read when the log is full', async () => {
    const line = 'x'.repeat(SKILL_LIMITS.maxLogLineChars);
    const texts = Array.from({ length: Math.ceil(SKILL_LIMITS.maxLogBytes / line.length) + 5 }, () => text(line));
    for (const { read } of texts) events.take('log', 'stdout', read);
    await events.close();

    expect(texts[0]?.asked).toHaveLength(1);
    expect(texts.slice(-4).map(({ asked }) => asked.length)).toEqual([0, 0, 0, 0]);
    expect(JSON.stringify(posted.at(-1))).toContain('The log has reached its limit');
  });

  it('is read only up to the limit of the capability that is called', async () => {
    const long = text(JSON.stringify(['private', 'x'.repeat(1_048_576)]));
    events.take('call', '7 files.read', long.read);

    expect(long.asked).toEqual([8_192]);
    expect(await events.next(0)).toMatchObject({ what: 'refusal', id: 7, text: expect.stringContaining('too_large') });
    expect(posted).toEqual([]);
  });

  it('is not read for a capability that does not exist', async () => {
    const some = text('[]');
    events.take('call', '1 nothing.there', some.read);

    expect(some.asked).toEqual([]);
    expect(await events.next(0)).toMatchObject({ what: 'refusal', text: expect.stringContaining('not_granted') });
  });
});
