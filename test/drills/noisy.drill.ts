import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { Installation } from '../support/installation';
import { ATTACKS, type Attack } from './noisy/attacks';
import { TenantOfDrill } from './noisy/tenant';
import { Victim, type VictimFigures } from './noisy/victim';

/**
 * A machine whose responses take this many times as long as before is busy with other work. The drill waits for a limited number of checks.
 */
const MUCH_SLOWER = 1.5;
const MOST_LOOKS = 10;

const FLOOD = resolve(__dirname, 'noisy/flood.mjs');

export interface NoisyRow extends VictimFigures {
  readonly attack: string;
  /** 99th percentile of the victim's response times right before the attack. */
  readonly quietP99Ms: number;
  /** 99th percentile of the event loop's delay in the process, in milliseconds. */
  readonly loopP99Ms: number;
  /** Responses to the attacker, by status. */
  readonly answers: Readonly<Record<string, number>>;
}

/**
 * One tenant runs one attack after another, while a second tenant does ordinary work in the same process (`ROLE=all`). Before each attack,
 * the second tenant works undisturbed for a third of the time; this is repeated while the machine is much slower than before.
 * @param onRow called after each row.
 */
export async function noisyDrill(
  seconds: number,
  attacks: readonly Attack[] = ATTACKS,
  onRow: (row: NoisyRow) => void = () => undefined,
): Promise<readonly NoisyRow[]> {
  const installation = await Installation.start({ layout: 'all', environment: { LOG_LEVEL: 'warn' } });
  const rows: NoisyRow[] = [];
  try {
    const victim = await Victim.prepare(await TenantOfDrill.make(installation, 'victim'));
    // A program that has just started spends more time on compilation than on responses.
    await victim.work(Math.min(seconds, 30));
    for (const attack of attacks) {
      const quietP99Ms = await quietP99(
        victim,
        Math.max(5, seconds / 3),
        Math.min(...rows.map((row) => row.quietP99Ms)),
      );
      const row = { quietP99Ms, ...(await attackedRow(installation, victim, attack, seconds)) };
      rows.push(row);
      onRow(row);
    }
    victim.close();
    return rows;
  } finally {
    await installation.remove();
  }
}

/**
 * Measures the victim's undisturbed response times, once the machine is about as fast as before, because the machine's other load varies.
 */
async function quietP99(victim: Victim, seconds: number, bestMs: number): Promise<number> {
  for (let looks = 1; ; looks += 1) {
    const { p99Ms } = await victim.work(seconds);
    if (p99Ms <= MUCH_SLOWER * bestMs || looks === MOST_LOOKS) return p99Ms;
  }
}

/** Each attack has its own tenant, so that the previous attack has not used up any of its limits. */
async function attackedRow(
  installation: Installation,
  victim: Victim,
  attack: Attack,
  seconds: number,
): Promise<Omit<NoisyRow, 'quietP99Ms'>> {
  const flood = await startFlood(installation, attack);
  // Reading the metrics starts a new period for the event loop's delay.
  await loopP99Ms(installation);
  const figures = await victim.work(seconds);
  const loop = await loopP99Ms(installation);
  return { attack: attack.name, ...figures, loopP99Ms: loop, answers: await flood.stop() };
}

async function startFlood(
  installation: Installation,
  attack: Attack,
): Promise<{ stop(): Promise<Readonly<Record<string, number>>> }> {
  const slug = `attacker-${ATTACKS.indexOf(attack)}`;
  const attacker = await TenantOfDrill.make(installation, slug);
  const file = join(installation.folder, `${slug}.json`);
  const requests = await attack.prepare(attacker);
  writeFileSync(file, JSON.stringify({ requests, concurrency: attack.concurrency }));
  const child = spawn(process.execPath, [FLOOD, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  // In production, the flood would come from a different machine. Here, it gets the CPU time that the server leaves unused: the less work
  // the server has, the larger the flood becomes.
  if (child.pid !== undefined) setPriority(child.pid, getPriority() + constants.priority.PRIORITY_BELOW_NORMAL);
  const closed = once(child, 'close');
  // A different machine would have started the flood earlier.
  await once(child.stdout, 'data');
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.write('go\n');
  return {
    async stop() {
      child.stdin.end();
      await closed;
      await attacker.end();
      return JSON.parse(output) as Readonly<Record<string, number>>;
    },
  };
}

async function loopP99Ms(installation: Installation): Promise<number> {
  const answer = await fetch(`${installation.process('all').healthUrl}/metrics`);
  const seconds = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(await answer.text())?.[1];
  return Number(seconds) * 1_000;
}
