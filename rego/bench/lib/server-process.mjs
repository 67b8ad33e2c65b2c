/** A server in a separate process, and the resources that the process uses, as Linux reports them in /proc. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const START_MS = 30_000;

/** Returns a port that was free a moment ago. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server and waits until it reports that it is healthy. `argv(port)` returns its command line. */
export async function startServer(argv) {
  const port = await freePort();
  const [program, ...args] = argv(port);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2_000)));
  let ended = false;
  child.on('error', (error) => {
    ended = true;
    said = error.message;
  });
  child.on('exit', () => (ended = true));
  const until = performance.now() + START_MS;
  while (!(await isHealthy(port))) {
    if (ended || performance.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`${program} is not healthy: ${said.trim()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    port,
    cpuSeconds: () => cpuSeconds(child.pid),
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1_000,
    stop: () =>
      new Promise((resolve) => {
        if (ended) resolve();
        child.on('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
}

/** Returns the processor time of all threads so far, with nanosecond resolution. */
function cpuSeconds(pid) {
  let nanos = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanos += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanos / 1e9;
}

async function isHealthy(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    await answer.text();
    return answer.ok;
  } catch {
    return false;
  }
}
