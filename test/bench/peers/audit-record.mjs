/**
 * Measures how fast this product records events in its own process: `node audit-record.mjs LOGS SECONDS`, with a
 * sidecar's settings in the environment, and its database server's process ID in STORE_PID. Each of 64 callers sends its next event when
 * its previous event has been acknowledged. Prints a row as JSON.
 */
import { quantiles } from '../lib/numbers.mjs';
import { cpuMicroseconds, processTree } from '../lib/proc.mjs';
import { openOwnCore, product } from '../lib/own-core.mjs';

const { systemContext } = product('kernel/context/call-context');
const { AuditPort } = product('modules/audit/contract/audit.port');
const { auditEvent } = product('modules/audit/contract/audit.types');

const CALLERS = 64;
/** The total number of users in all logs. */
const PERSONS = 1_024;

const [logs, seconds] = process.argv.slice(2).map(Number);
const core = await openOwnCore();
const audit = core.get(AuditPort);

let made = 0;
/** Creates an event like the event for a user's call, with an address, which is encrypted under that user's key. */
function nextEvent() {
  const number = made++;
  const context = {
    ...systemContext(`req-${number}`, `tnt-bench-${number % logs}`),
    actor: { type: 'user', id: `usr-01jd00000000000000000${String(number % PERSONS).padStart(5, '0')}` },
    appId: 'app-bench',
    ip: '192.0.2.7',
  };
  const metadata = { fields: ['name'] };
  const action = { action: 'project.update', resourceType: 'project', resourceId: `prj-${number}`, metadata };
  return [context, auditEvent(context, action, Date.now())];
}

const storeMicroseconds = () => cpuMicroseconds(processTree(Number(process.env['STORE_PID'])));

async function during(milliseconds) {
  const times = [];
  const store = storeMicroseconds();
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let now = performance.now(); now - began < milliseconds;) {
        const start = now;
        const receipt = await audit.record(...nextEvent());
        if (receipt.recordHash.length !== 64) throw new Error('An event was acknowledged without its hash.');
        now = performance.now();
        times.push(now - start);
      }
    }),
  );
  const rate = times.length / ((performance.now() - began) / 1000);
  const { user, system } = process.cpuUsage(cpu);
  const used = { cpuUs: (user + system) / times.length, storeUs: (storeMicroseconds() - store) / times.length };
  return { rate, ...quantiles(times), ...used, rssMb: process.memoryUsage().rss / 1e6 };
}

await during(Math.max(1_500, seconds * 400));
console.log(JSON.stringify(await during(seconds * 1000)));
await core.close();
process.exit(0);
