import { type CanActivate, type ExecutionContext, Injectable, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Request } from 'express';
import { newSlowWork } from '../../../../test/support/slow-work';
import { openTestSurface, type TestSurface } from '../../../../test/support/test-surface';
import { systemContext } from '../../../kernel/context/call-context';
import { DocumentWorkers } from '../../../kernel/threads/document-workers';
import { TaskStopped } from '../../../kernel/threads/task-stopped';
import { setCallContext } from '../../../kernel/http/request-state';
import { MaskingPort } from '../contract/masking.port';
import { INSTALLATION_RULES } from '../domain/compiled-rules';
import { Masker } from '../domain/masker';
import { MaskingPublicController } from './masking.public.controller';

/** Masks according to the installation's rules; responds to the text `wait` only when the caller stops waiting. */
const masking: Pick<MaskingPort, 'mask' | 'maskString'> = {
  mask: (_context, json, wish) => Promise.resolve(new Masker(INSTALLATION_RULES, wish, null).json(json)),
  maskString: (_context, text, wish, over) => {
    if (text !== 'wait') return Promise.resolve(new Masker(INSTALLATION_RULES, wish, null).text(text));
    started.resolve();
    return new Promise((_resolve, reject) => {
      over?.addEventListener('abort', () => {
        gone.resolve();
        reject(new Error('nobody waits'));
      });
    });
  },
};
const started = Promise.withResolvers<void>();
const gone = Promise.withResolvers<void>();

const workers = new DocumentWorkers(newSlowWork());

@Injectable()
class AnybodyGuard implements CanActivate {
  canActivate(host: ExecutionContext): boolean {
    setCallContext(host.switchToHttp().getRequest<Request>(), systemContext('req-1', 'tnt-a'));
    return true;
  }
}

@Module({
  controllers: [MaskingPublicController],
  providers: [
    { provide: MaskingPort, useValue: masking },
    { provide: DocumentWorkers, useValue: workers },
    { provide: APP_GUARD, useClass: AnybodyGuard },
  ],
})
class MaskingModule {}

let surface: TestSurface;

beforeAll(async () => {
  surface = await openTestSurface(MaskingModule);
});

afterAll(() => surface.close());

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  type = 'application/json',
  signal?: AbortSignal,
) {
  const answer = await fetch(`${surface.url}/v1/masking/${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
    ...(signal && { signal }),
  });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

describe('POST /v1/masking/mask', () => {
  it('reads and returns numbers as they are written', async () => {
    const value = '{"card":6304000000000000000,"exponent":4111111111111111e0,"id":12345678901234567891,"n":1.50}';
    expect(await post('mask', `{"value":${value}}`)).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
      text: '{"maskedValue":{"card":"[REDACTED]","exponent":"[REDACTED]","id":12345678901234567891,"n":1.50},"refusedPatterns":[]}',
    });
  });

  it('reads a long value in a thread, charged to the tenant', async () => {
    const run = jest.spyOn(workers, 'run');
    const value = `[6304000000000000000,${'0,'.repeat(20_000)}1.50]`;
    try {
      const { status, text } = await post('mask', `{"value":${value}}`);
      expect([status, text.slice(0, 32), text.slice(-28)]).toEqual([
        200,
        '{"maskedValue":["[REDACTED]",0,0',
        ',1.50],"refusedPatterns":[]}',
      ]);
      expect(run).toHaveBeenCalledTimes(1);
      expect(run).toHaveBeenCalledWith(expect.objectContaining({ kind: 'masking.value', tenantId: 'tnt-a' }));
      run.mockRejectedValueOnce(new TaskStopped('cpu'));
      expect((await post('mask', `{"value":${value}}`)).status).toBe(422);
    } finally {
      run.mockRestore();
    }
  });

  it('accepts the same charsets as other routes', async () => {
    const text = Buffer.from('{"value":["é",6304000000000000000]}', 'utf16le');
    const answer = await post('mask', new Uint8Array(text), 'application/json; charset=utf-16le');
    expect(answer).toMatchObject({ status: 200, text: '{"maskedValue":["é","[REDACTED]"],"refusedPatterns":[]}' });
  });

  it.each([
    ['nothing', '', ''],
    ['no value', '{}', '/value'],
    ['a different member', '{"value":1,"values":2}', '/values'],
    ['a value nested too deeply for the stack', `{"value":${'['.repeat(90_000)}1e5${']'.repeat(90_000)}}`, '/value'],
  ])('refuses %s', async (_what, body, pointer) => {
    const { status, text } = await post('mask', body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: 'invalid_request', errors: [{ pointer }] });
  });

  it('names the right route for values that mask-string does not accept', async () => {
    const { status, text } = await post('mask-string', '{"value":5}');
    expect(status).toBe(400);
    expect(text).toContain('POST /v1/masking/mask accepts any JSON value');
  });

  it('stops when the caller disconnects', async () => {
    const caller = new AbortController();
    const answer = post('mask-string', '{"value":"wait"}', 'application/json', caller.signal);
    await started.promise;
    caller.abort();
    await expect(answer).rejects.toThrow();
    await gone.promise;
  });
});
