import http from 'node:http';
import { median } from '../lib/numbers.mjs';
import { postForm } from '../lib/http-load.mjs';
import { cpuMicroseconds, residentMb } from '../lib/proc.mjs';

export const title = 'A file of 1 GB up and down through the whole pipeline in ROLE=all, on disk; figures per MB';

const MB = 1_000_000;
const SIZE_MB = 1_000;
const QUICK_SIZE_MB = 200;
/** Targets on the loopback interface, for any disk. If they are missed, check "others %" and the CPU. */
const TARGETS = { up: 150, down: 300 };
const GROWTH_MB = 64;
const SAMPLE_MS = 50;
const SCOPES = ['files.read', 'files.write'];

export async function run(bench) {
  const installation = bench.install();
  const { pid, backendUrl } = await installation.all();
  const client = await installation.registerApp({ declared_scopes: SCOPES, default_scopes: SCOPES });
  const grant = { grant_type: 'client_credentials', scope: SCOPES.join(' ') };
  const { access_token: token } = await postForm(`${backendUrl}/v1/oauth/token`, client, grant);
  const sizeMb = bench.rounds > 1 ? SIZE_MB : QUICK_SIZE_MB;
  const file = { url: `${backendUrl}/v1/files/shared/bench`, token, bytes: sizeMb * MB };
  // Warm-up: the compilation and heap growth that the first file causes do not count.
  await upload({ ...file, bytes: 50 * MB });
  await download({ ...file, bytes: 50 * MB });
  const runs = { up: [], down: [] };
  for (let round = 0; round < Math.min(bench.rounds, 3); round++) {
    runs.up.push(await measured(pid, sizeMb, () => upload(file)));
    runs.down.push(await measured(pid, sizeMb, () => download(file)));
    await remove(file);
  }
  return Object.entries(runs).map(([contender, results]) => {
    const of = (name) => median(results.map((result) => result[name]));
    const [rate, growthMb] = [of('rate'), of('growthMb')];
    return {
      contender: `${contender}, memory + ${Math.round(growthMb)} MB`,
      rate,
      cpuUs: of('cpuUs'),
      rssMb: of('peakMb'),
      target: `≥ ${TARGETS[contender]} MB/s, ≤ ${GROWTH_MB} MB`,
      met: rate >= TARGETS[contender] && growthMb <= GROWTH_MB,
    };
  });
}

/** Returns MB/s, the processor time per MB, and the peak growth of the process's memory. */
async function measured(pid, sizeMb, transfer) {
  const beforeMb = residentMb(pid);
  let peakMb = beforeMb;
  const sampling = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(pid));
  }, SAMPLE_MS);
  const cpu = cpuMicroseconds([pid]);
  const began = performance.now();
  await transfer();
  const seconds = (performance.now() - began) / 1_000;
  const cpuUs = (cpuMicroseconds([pid]) - cpu) / sizeMb;
  clearInterval(sampling);
  return { rate: sizeMb / seconds, cpuUs, growthMb: peakMb - beforeMb, peakMb };
}

const PIECE = Buffer.alloc(256 * 1024, 'bench');

/** Sends the same chunk repeatedly: generating bytes costs the loader more than sending them. */
function upload({ url, token, bytes }) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      'content-length': bytes,
    };
    const request = http.request(url, { method: 'PUT', headers }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200 || response.statusCode === 201) resolve();
        else reject(new Error(`The upload was refused: ${response.statusCode}`));
      });
    });
    request.on('error', reject);
    let left = bytes;
    const send = () => {
      while (left > 0) {
        const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
        left -= piece.length;
        if (!request.write(piece)) return request.once('drain', send);
      }
      return request.end();
    };
    send();
  });
}

function download({ url, token, bytes }) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { headers: { authorization: `Bearer ${token}` } }, (response) => {
      let got = 0;
      response.on('data', (chunk) => {
        got += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200 && got === bytes) resolve();
        else reject(new Error(`The download has ${got} bytes: ${response.statusCode}`));
      });
    });
    request.on('error', reject);
    request.end();
  });
}

/** Deletes the file with its versions, to free the disk space and the quota. */
async function remove({ url, token }) {
  const answer = await fetch(`${url}?versions=drop`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 204) throw new Error(`The file was not deleted: ${answer.status}`);
}
