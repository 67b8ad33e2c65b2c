import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * Serves `POST /` with `{ work, count, inFlight }`: does that work so often, so many at a time, and answers the milliseconds
 * that each took, as a list. `GET /` answers when this is ready.
 *
 * @param works name to what is done once; gets the number of the run.
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
