import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * Serves `POST /` with `{ work, count, inFlight }`: performs the named work `count` times, `inFlight` at a time, and returns the duration
 * of each run in milliseconds. `GET /` responds once the process is ready.
 * @param works functions by name, each of which does the work once; called with the number of the run.
 */
export function serveRuns(port, works) {
  const server = createServer(async (request, response) => {
    try {
      const answer = request.method === 'POST' ? await timesOf(works, await json(request)) : [];
      response.end(JSON.stringify(answer));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error?.stack ?? error));
    }
  });
  server.listen(Number(port), '127.0.0.1');
}

async function timesOf(works, { work, count, inFlight }) {
  const run = works[work];
  const times = [];
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const n = next++;
      const start = performance.now();
      await run(n);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return times;
}
