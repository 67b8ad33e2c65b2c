import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { sendError, sendJson, StandIn } from '../../sdk/test/stand-in.js';
import { webhookHeaders } from '../../src/kernel/network/webhook-signature';
import { builtPackage } from '../support/built-package';
import { findChromium, launchChromium } from '../support/chromium';

const executable = findChromium();

/** The program of a page that imports the modules unchanged, without a bundler. */
const PROGRAM = `(async ({ secret, signed }) => {
  const { CpodClient, ForbiddenError, LoginError } = await import('/sdk/main.js');
  const { verify } = await import('/sdk/webhooks.js');
  const baseUrl = location.origin;
  const order = { clientId: 'app-spa', redirectUri: baseUrl + '/callback', scope: 'openid' };
  const { url, pending } = await CpodClient.beginLogin(order, { baseUrl });
  const forged = baseUrl + '/callback?code=ac_1&state=other&iss=' + baseUrl;
  const refused = await CpodClient.exchangeCode(forged, pending, { baseUrl }).catch((fault) => fault instanceof LoginError);
  const user = CpodClient.fromToken('token', { baseUrl });
  const seqs = [];
  for await (const { seq } of user.jobs.watch('job-1')) seqs.push(seq);
  const written = await user.files.write('user', 'a b.txt', new Blob(['hello']));
  const read = await (await user.files.read('user', 'a b.txt')).text();
  const denied = await user.projects.get('prj-1').catch((fault) => fault instanceof ForbiddenError && fault.code);
  const aborted = await user.users.me({ signal: AbortSignal.timeout(30) }).catch(({ name }) => name);
  const { id } = await verify({ body: '{}', headers: signed, secret });
  return { challenge: new URL(url).searchParams.get('code_challenge').length, refused, seqs, written, read, denied, aborted, id };
})`;

(executable === null ? describe.skip : describe)('the SDK in a browser', () => {
  let browser: Browser;
  let backend: StandIn;

  beforeAll(async () => {
    const modules = path.join(builtPackage('sdk'), 'dist/esm');
    backend = await StandIn.open();
    backend.answer = ({ method, path: at, headers, body }, response) => {
      if (at === '/')
        return void response.setHeader('content-type', 'text/html').end('<!doctype html><title>SDK</title>');
      if (at.startsWith('/sdk/')) {
        return void response
          .setHeader('content-type', 'text/javascript')
          .end(readFileSync(path.join(modules, at.slice('/sdk/'.length))));
      }
      if (at === '/.well-known/openid-configuration') {
        return sendJson(response, 200, {
          issuer: backend.url,
          authorization_endpoint: `${backend.url}/oauth/authorize`,
        });
      }
      if (at === '/v1/jobs/job-1/events') {
        const seq = Number(headers['last-event-id'] ?? 0) + 1;
        const event = seq === 3 ? 'succeeded' : 'progress';
        const message = `retry: 10\n\nid: ${seq}\nevent: ${event}\ndata: {"seq":${seq}}\n\n`;
        // Each stream is cut after one message.
        return void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .write(message, () => response.destroy());
      }
      if (at === '/v1/files/user/a%20b.txt')
        return method === 'PUT' ? sendJson(response, 201, { body }) : void response.end('read');
      // Requests for /v1/users/me get no response.
      if (at === '/v1/projects/prj-1') sendError(response, 403, 'forbidden');
    };
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await backend?.close();
  });

  it('signs in, makes calls, resumes an interrupted stream, and aborts calls', async () => {
    const page = await browser.newPage();
    await page.goto(backend.url);
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const signed = webhookHeaders([secret], { id: 'evt-1', seconds: Math.floor(Date.now() / 1000), body: '{}' });
    expect(await page.evaluate(`${PROGRAM}(${JSON.stringify({ secret, signed })})`)).toEqual({
      challenge: 43,
      refused: true,
      seqs: [1, 2, 3],
      written: { body: 'hello' },
      read: 'read',
      denied: 'forbidden',
      aborted: 'TimeoutError',
      id: 'evt-1',
    });
  });
});
