import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { freePorts } from '../support/free-ports';
import { Installation } from '../support/installation';
import { RoleProcess } from '../support/role-process';
import { OrdinaryWork, type WorkFigures } from './ordinary-work';

export interface UpgradeFigures extends WorkFigures {
  /** The number of migrations before and after. */
  readonly migrations: string;
  /** The number of failures of the old version while the new version migrated, and afterwards on the new tables. */
  readonly failures: number;
}

const ROOT = resolve(__dirname, '../..');
const ADDED_MIGRATIONS = ['log', '--reverse', '--diff-filter=A', '--format=%H'];
/** The first version, `v0.1.0`, by its commit hash, because a checkout might lack the tags. It is older than the baselines. */
export const FIRST_RELEASE = '72b583228e9bef86ebcf0c0aa73434ee351315c1';

/** A second checkout of the repository, which switches from commit to commit. */
export class EarlierCheckout {
  private constructor(readonly folder: string) {}

  /** @param folder must not exist yet. */
  static open(folder: string): EarlierCheckout {
    git('worktree', 'add', '--detach', folder, 'HEAD');
    return new EarlierCheckout(folder);
  }

  /** Builds the program from a commit. Installs the packages in its lock file if the lock file has changed. */
  build(commit: string): void {
    execFileSync('git', ['checkout', '--quiet', '--detach', commit], { cwd: this.folder });
    execFileSync(process.execPath, ['scripts/run.mjs', 'build'], { cwd: this.folder, stdio: 'ignore' });
  }

  remove(): void {
    git('worktree', 'remove', '--force', this.folder);
  }
}

/**
 * Returns the last commit of each state of `migrations/` from which this build upgrades, except the current one, oldest first: the commit
 * before the baselines, and the commits since.
 */
export function earlierStates(): readonly string[] {
  const [squash = 'HEAD'] = commits(...ADDED_MIGRATIONS, '--', 'migrations/*-kernel-baseline.ts').slice(-1);
  const since = commits(...ADDED_MIGRATIONS, `${squash}..HEAD`, '--', 'migrations');
  return [squash, ...since].map((commit) => git('rev-parse', `${commit}^`));
}

/**
 * Starts an installation from an earlier commit and adds a control plane from this checkout, which migrates while the earlier processes
 * keep serving. Then replaces each of them. Fails if acknowledged work is lost or duplicated, or if the earlier processes refuse a request
 * before they are replaced.
 * @param checkout the folder in which the earlier commit is compiled.
 */
export async function upgradeDrill(checkout: string): Promise<UpgradeFigures> {
  const installation = await Installation.start({ layout: 'split', worker: true, database: 'server', checkout });
  const { environment } = installation.process('control-plane');
  const [port, healthPort] = await freePorts(2);
  const ports = { CONTROL_PLANE_PORT: String(port), HEALTH_PORT: String(healthPort) };
  const newcomer = new RoleProcess('new control-plane', { ...environment, ...ports }, installation.folder);
  const work = await OrdinaryWork.prepare(installation);
  try {
    const working = work.begin();
    await work.untilMoved(work.done());
    const before = await migrationsOf(installation);
    newcomer.launch();
    await newcomer.untilReady();
    await work.untilMoved(work.done());
    const { failures } = work;
    for (const process of installation.processes) {
      await process.stop();
      process.checkout = ROOT;
      process.launch();
      await work.untilBack();
    }
    await work.end(working);
    const migrations = `${before} to ${await migrationsOf(installation)}`;
    return { ...(await work.proven()), migrations, failures };
  } finally {
    work.abandon();
    await newcomer.kill();
    await installation.remove();
  }
}

/**
 * Starts an installation from a commit that is too old and adds a control plane from this checkout. The control plane refuses to start, and
 * the earlier processes keep running with their schema.
 * @param checkout the folder in which the earlier commit is compiled.
 * @returns the control plane's message.
 */
export async function refusalDrill(checkout: string): Promise<string> {
  const installation = await Installation.start({ layout: 'split', database: 'server', checkout });
  const { environment } = installation.process('control-plane');
  const [port, healthPort] = await freePorts(2);
  const ports = { CONTROL_PLANE_PORT: String(port), HEALTH_PORT: String(healthPort) };
  const newcomer = new RoleProcess('new control-plane', { ...environment, ...ports }, installation.folder);
  try {
    const before = await migrationsOf(installation);
    newcomer.launch();
    const { code } = await newcomer.ending();
    if (code !== 1) throw new Error(`The control plane exited with ${code}:\n${newcomer.log}`);
    if ((await migrationsOf(installation)) !== before) throw new Error('The control plane changed the schema.');
    for (const process of installation.processes) await process.untilReady();
    return newcomer.log.trim().split('\n').at(-1) ?? '';
  } finally {
    await newcomer.kill();
    await installation.remove();
  }
}

async function migrationsOf(installation: Installation): Promise<number> {
  const [row] = await installation.query<{ count: string }>('SELECT count(*) FROM kernel.migrations');
  return Number(row?.count);
}

function commits(...args: readonly string[]): readonly string[] {
  return git(...args)
    .split('\n')
    .filter((commit) => commit !== '');
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}
