import { startTestServer, stopAll } from './test-support.js';

afterEach(stopAll);

/** A query whose result has 2ⁿ parts. */
const doubling = (levels: number): string =>
  `x0 := input.y; ${Array.from({ length: levels }, (_, at) => `x${at + 1} := [x${at}, x${at}]`).join('; ')}; x${levels} == input.q`;

describe('a server that receives hostile requests', () => {
  it('parses an invalid body in linear time', async () => {
    const { ask } = await startTestServer();
    // A million escaped quotation marks. A quadratic algorithm would take hours.
    const body = `["${'\\"'.repeat(1_000_000)}`;
    expect(await ask('POST', '/v1/data/a', body)).toMatchObject({ status: 400, json: { code: 'invalid_parameter' } });
  });

  it('formats long strings', async () => {
    const { ask } = await startTestServer({ data: { long: 'x'.repeat(12_000_000) } });
    const answer = await ask('GET', '/v1/data/long?pretty');
    expect([answer.status, answer.text.length]).toEqual([200, 12_000_000 + '{\n  "result": ""\n}\n'.length]);
  });

  it('stops a partial evaluation with an exponentially large result', async () => {
    const { ask } = await startTestServer();
    for (const query of [doubling(30), doubling(30).replace('input.y', '["aaaaaaaa"]')]) {
      expect(await ask('POST', '/v1/compile', { query })).toMatchObject({
        status: 500,
        json: { errors: [{ code: 'eval_cancel_error' }] },
      });
    }
    expect(await ask('POST', '/v1/compile', { query: doubling(3) })).toMatchObject({ status: 200 });
  });

  it('stops a query with an exponentially large result', async () => {
    const { ask } = await startTestServer();
    const query = doubling(30)
      .replace('input.y', '1')
      .replace(/; x30 ==.*/, '');
    expect(await ask('POST', '/v1/query', { query })).toMatchObject({
      status: 500,
      json: { errors: [{ code: 'eval_cancel_error' }] },
    });
  });

  it('refuses a write that no evaluation could read', async () => {
    const { ask } = await startTestServer();
    expect(await ask('PUT', `/v1/data${'/a'.repeat(1_500)}`, 1)).toMatchObject({ status: 400 });
    expect(await ask('GET', '/v1/data')).toMatchObject({ status: 200 });
  });

  it('never calls http.send from a query, under any name', async () => {
    const { ask } = await startTestServer();
    const request = '{"url": "http://127.0.0.1:1", "method": "get"}';
    for (const query of [`http.send(${request})`, `x := abs(${request}) with abs as http.send`]) {
      expect(await ask('POST', '/v1/query', { query })).toMatchObject({ status: 400 });
      const options = { nondeterministicBuiltins: true };
      expect(await ask('POST', '/v1/compile', { query, options })).toMatchObject({ status: 400 });
    }
  });
});
