import { request } from 'node:http';
import { SIGNED_IN } from './loopback-page';
import { LoopbackRedirect } from './loopback-redirect';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly policy: string;
}

let redirect: LoopbackRedirect;

beforeEach(async () => {
  redirect = await LoopbackRedirect.open();
});

afterEach(() => {
  redirect.close();
});

/** Sends a request with any `Host`, which `fetch` does not allow. */
function send(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(new URL(path, redirect.uri), { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => (text += more));
      response.on('end', () => {
        const policy = String(response.headers['content-security-policy']);
        resolve({ status: response.statusCode ?? 0, text, policy });
      });
    })
      .on('error', reject)
      .end();
  });
}

const never = new AbortController().signal;

it('receives one response, and shows its page when the command knows the result', async () => {
  const browser = send('/callback?code=1&state=2');
  expect(Object.fromEntries(await redirect.answer(never))).toEqual({ code: '1', state: '2' });
  expect((await send('/callback?code=3')).status).toBe(409);
  await redirect.show(SIGNED_IN);
  const { status, text, policy } = await browser;
  expect([status, text]).toEqual([200, expect.stringContaining('<h1>You are signed in</h1>')]);
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-/);
});

it('listens only on the loopback interface, on a port of its own', async () => {
  const other = await LoopbackRedirect.open();
  try {
    expect(redirect.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(other.uri).not.toBe(redirect.uri);
  } finally {
    other.close();
  }
});

it('ignores requests for other paths, methods and host names', async () => {
  const answers = [
    await send('/favicon.ico'),
    await send('/callback?code=1', {}, 'POST'),
    await send('/callback?code=1', { host: 'evil.example' }),
    await send('/callback?code=1', { host: 'localhost:80' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  const stopped = new AbortController();
  stopped.abort(new Error('stopped'));
  await expect(redirect.answer(stopped.signal)).rejects.toThrow('stopped');
});

it('escapes the reason on the page', async () => {
  const browser = send('/callback');
  await redirect.answer(never);
  await redirect.show({ title: 'No', text: '<script>alert(1)</script>' });
  expect((await browser).text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

it('stops waiting with the reason of the signal', async () => {
  const controller = new AbortController();
  const waiting = redirect.answer(controller.signal);
  controller.abort(new Error('The time is up.'));
  await expect(waiting).rejects.toThrow('The time is up.');
});
