import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { ConnectionError, CpodError, GoneError } from '../src/errors.js';
import { EventStreamDecoder } from '../src/http/event-stream.js';
import { faultOf, sendError, StandIn } from './stand-in.js';

/** The longest silence that a stream may have, in tests that set it. */
let mockSilenceMs: number | null = null;

/** Removes the delays between attempts, which `retries.spec.ts` tests. */
jest.mock('../src/http/limit.js', () => {
  const actual = jest.requireActual<typeof import('../src/http/limit.js')>('../src/http/limit.js');
  const limited: typeof actual.limited = (outer, ms) =>
    actual.limited(outer, ms === 45_000 ? (mockSilenceMs ?? ms) : ms);
  return { ...actual, limited, pause: () => Promise.resolve() };
});

describe('the event stream decoder', () => {
  const text =
    'retry: 1500\n\n: hello\n\nid: 1\nevent: log\ndata: {"a":\ndata: "é"}\n\rid:2\r\n\r\ndata\r\rdata:x\nid: 3\n\nevent: none\n\ndata: cut';
  const messages = [
    { event: 'log', data: '{"a":\n"é"}', lastEventId: '1' },
    { event: 'message', data: null, lastEventId: '2' },
    { event: 'message', data: '', lastEventId: '2' },
    { event: 'message', data: 'x', lastEventId: '3' },
  ];

  it('decodes the same messages however the bytes are split', () => {
    const bytes = new TextEncoder().encode(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const decoder = new EventStreamDecoder(undefined);
        const at = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(pieces.flatMap((piece) => decoder.take(piece))).toEqual(messages);
        expect([decoder.retryMs, decoder.lastEventId]).toEqual([1500, '3']);
      }),
    );
  });

  it.each([
    ['an unterminated line', 'x'.repeat(512 * 1024)],
    ['lines of data', `data: ${'x'.repeat(1_000)}\n`.repeat(512)],
  ])('scans each character of %s only a few times, however small the chunks are', (_, text) => {
    const bytes = new TextEncoder().encode(text);
    const decoder = new EventStreamDecoder(undefined);
    const exec = jest.spyOn(RegExp.prototype, 'exec');
    for (let from = 0; from < bytes.length; from += 64) decoder.take(bytes.subarray(from, from + 64));
    const looked = exec.mock.calls.reduce((sum, [piece]) => sum + piece.length, 0);
    exec.mockRestore();
    expect(looked).toBeLessThanOrEqual(4 * text.length);
  });

  it('refuses a message that never ends', () => {
    const decoder = new EventStreamDecoder(undefined);
    const piece = new TextEncoder().encode('x'.repeat(1024 * 1024));
    expect(() => Array.from({ length: 20 }, () => decoder.take(piece))).toThrow(RangeError);
  });

  it.each([
    ['long lines', `data: ${'x'.repeat(1_000)}\n`],
    ['empty lines', 'data\n'],
  ])('refuses %s of data without a terminating blank line', (_, line) => {
    const decoder = new EventStreamDecoder(undefined);
    const piece = new TextEncoder().encode(line.repeat(Math.ceil((1024 * 1024) / line.length)));
    let taken = 0;
    const takeAll = (): void => {
      for (; taken < 100; taken++) decoder.take(piece);
    };
    expect(takeAll).toThrow(RangeError);
    // A complete message frees its buffer.
    const other = new EventStreamDecoder(undefined);
    const end = new TextEncoder().encode('\n');
    for (let i = 0; i < 30; i++) expect([...other.take(piece), ...other.take(end)]).toHaveLength(1);
  });
});

describe('a stream', () => {
  let backend: StandIn;

  beforeEach(async () => {
    backend = await StandIn.open();
  });

  afterEach(() => backend.close());

  const head = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 10\n\n');
  };
  const send = (response: ServerResponse, seq: number, type: string): void => {
    const data = JSON.stringify({ jobId: 'job-1', seq, type, at: '' });
    response.write(`id: ${seq}\nevent: ${type}\ndata: ${data}\n\n`);
  };
  const watched = async (): Promise<number[]> => {
    const seen: number[] = [];
    for await (const { seq } of backend.client().jobs.watch('job-1')) seen.push(seq);
    return seen;
  };

  it('fails on a message that is too large and does not reconnect', async () => {
    backend.answer = (_seen, response) => {
      head(response);
      const line = `data: ${'x'.repeat(1024 * 1024)}\n`;
      for (let i = 0; i < 20; i++) response.write(line);
    };
    const fault = await faultOf(watched());
    expect(fault).toBeInstanceOf(CpodError);
    expect(fault).not.toBeInstanceOf(ConnectionError);
    expect(backend.calls).toHaveLength(1);
  });

  it('reconnects after the last message until the job ends', async () => {
    backend.answer = ({ headers }, response) => {
      const after = Number(headers['last-event-id'] ?? 0);
      head(response);
      send(response, after + 1, 'progress');
      if (after === 3) send(response, after + 2, 'succeeded');
      // Half a message, then the connection closes.
      else response.write('id: 99\ndata: ha', () => response.destroy());
    };
    expect(await watched()).toEqual([1, 2, 3, 4, 5]);
    expect(backend.calls.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '2', '3']);
  });

  it('reconnects after stream.error and ends with 204', async () => {
    backend.answer = ({ headers }, response) => {
      if (headers['last-event-id'] === '1') return void response.writeHead(204).end();
      head(response);
      send(response, 1, 'progress');
      response.end('event: stream.error\ndata: {"error":"unavailable"}\n\n');
    };
    expect(await watched()).toEqual([1]);
  });

  it('fails after repeated connections without a message', async () => {
    backend.answer = (_seen, response) => {
      head(response);
      response.end();
    };
    expect(await faultOf(watched())).toBeInstanceOf(ConnectionError);
    expect(backend.calls).toHaveLength(9);
  });

  it('reconnects after the last message if it receives nothing in time', async () => {
    mockSilenceMs = 40;
    backend.answer = ({ headers }, response) => {
      head(response);
      if (headers['last-event-id'] === '1') send(response, 2, 'succeeded');
      else send(response, 1, 'progress');
    };
    expect(await watched()).toEqual([1, 2]);
    mockSilenceMs = null;
  });

  it('throws the error of the backend if it is refused', async () => {
    backend.answer = (_seen, response) => sendError(response, 410, 'gone');
    expect(await faultOf(watched())).toBeInstanceOf(GoneError);
  });

  it('closes the connection when the reader stops', async () => {
    const closed = new Promise<void>((resolve) => {
      backend.answer = (_seen, response) => {
        head(response);
        send(response, 1, 'progress');
        response.on('close', () => resolve());
      };
    });
    for await (const { seq } of backend.client().jobs.watch('job-1')) {
      expect(seq).toBe(1);
      break;
    }
    await closed;
  });

  it('fails with the abort reason when it is aborted', async () => {
    const over = new AbortController();
    backend.answer = (_seen, response) => {
      head(response);
      send(response, 1, 'progress');
    };
    const read = async (): Promise<void> => {
      for await (const _ of backend.client().jobs.watch('job-1', { signal: over.signal }))
        over.abort(new Error('enough'));
    };
    expect((await faultOf(read())).message).toBe('enough');
  });

  it('of events tracks the position, even at positions without an event', async () => {
    backend.answer = ({ headers, path }, response) => {
      head(response);
      if (headers['last-event-id'] === 'p0') {
        const event = { type: 'coresdk.project.created', subject: 'project/prj-1' };
        response.end(`id: p1\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      } else response.end('id: p0\n\n');
      expect(path).toBe('/v1/events?type=coresdk.project.*%2Ccoresdk.group.*&subject=project%2Fprj-1');
    };
    const options = { types: ['coresdk.project.*', 'coresdk.group.*'], subject: 'project/prj-1' };
    for await (const { event, lastEventId } of backend.client().events.subscribe(options)) {
      expect([event.subject, lastEventId]).toEqual(['project/prj-1', 'p1']);
      break;
    }
    expect(backend.calls.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'p0']);
  });
});
