import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { AppError } from '../../errors/app-error';
import { eventStreamText, type ServerSentEvent } from './event-stream';

async function textOf(source: AsyncIterable<ServerSentEvent>, heartbeatMs = 1_000): Promise<string> {
  let text = '';
  for await (const part of eventStreamText(source, { heartbeatMs, retryMs: 7 })) text += part;
  return text;
}

describe('an event stream', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(['error']);
  });

  it('sends the retry delay first, then each message', async () => {
    async function* source(): AsyncIterable<ServerSentEvent> {
      yield { id: '1', event: 'made', data: { text: 'two\nlines' } };
      yield { id: '2' };
      yield { data: null };
    }
    expect(await textOf(source())).toBe(
      'retry: 7\n\nid: 1\nevent: made\ndata: {"text":"two\\nlines"}\n\nid: 2\n\ndata: null\n\n',
    );
  });

  it('sends comments while there are no events', async () => {
    async function* source(): AsyncIterable<ServerSentEvent> {
      await sleep(70);
      yield { data: 1 };
    }
    expect(await textOf(source(), 20)).toMatch(/^retry: 7\n\n(:\n\n)+data: 1\n\n$/);
  });

  it('sends a fault as a message without internal details, then ends', async () => {
    async function* gone(): AsyncIterable<ServerSentEvent> {
      yield { data: 1 };
      throw new AppError('gone', 'It is over.');
    }
    expect(await textOf(gone())).toBe(
      'retry: 7\n\ndata: 1\n\nevent: stream.error\ndata: {"error":"gone","error_description":"It is over."}\n\n',
    );
    async function* broken(): AsyncIterable<ServerSentEvent> {
      throw new Error('SELECT * FROM secrets');
    }
    const text = await textOf(broken());
    expect(text).toContain('"error":"internal"');
    expect(text).not.toContain('SELECT');
  });

  it('requests a message only when the last message has been read, and ends its source when the reader disconnects', async () => {
    let asked = 0;
    let ended = false;
    async function* source(): AsyncIterable<ServerSentEvent> {
      try {
        for (;;) yield { data: (asked += 1) };
      } finally {
        ended = true;
      }
    }
    const parts = eventStreamText(source())[Symbol.asyncIterator]();
    for (let part = 0; part < 3; part += 1) await parts.next();
    await sleep(20);
    expect(asked).toBeLessThanOrEqual(3);
    await parts.return?.();
    await sleep(0);
    expect(ended).toBe(true);
  });
});
