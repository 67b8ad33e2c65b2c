/** Measures how many RS256 signatures one core creates: `node crypto-sign.mjs SECONDS` prints a row as JSON. */
import { generateKeyPairSync, sign } from 'node:crypto';

const BATCH = 50;
const milliseconds = Number(process.argv[2]) * 1000;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const input = Buffer.alloc(600, 'a');

for (let i = 0; i < BATCH; i++) sign('RSA-SHA256', input, privateKey);
let count = 0;
const cpu = process.cpuUsage();
const began = performance.now();
while (performance.now() - began < milliseconds) {
  for (let i = 0; i < BATCH; i++) sign('RSA-SHA256', input, privateKey);
  count += BATCH;
}
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ rate: count / seconds, cpuUs: (user + system) / count }));
