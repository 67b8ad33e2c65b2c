import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { freePorts } from '../support/free-ports';
import { Installation } from '../support/installation';
import { RoleProcess } from '../support/role-process';
import { OrdinaryWork, type WorkFigures } from './ordinary-work';

export interface UpgradeFigures extends WorkFigures {
  /** How many migrations had run before, and have now. */
  readonly migrations: string;
  /** How often the old version did not do something while the new one migrated, and afterwards on the new tables. */
  readonly failures: number;
}

const ROOT = resolve(__dirname, '../..');
/** The commit of the first version, `v0.1.0`, by its hash: a checkout need not have the tags. */
const FIRST = '72b583228e9bef86ebcf0c0aa73434ee351315c1';

/** A checkout of the repository beside this one, which goes from commit to commit. */
export class EarlierCheckout {
  private constructor(readonly folder: string) {}

  /** @param folder does not exist yet. */
  static open(folder: string): EarlierCheckout {
    git('worktree', 'add', '--detach', folder, 'HEAD');
    return new EarlierCheckout(folder);
  }

  /** Has the compiled program of a commit; installs what its lock file names, where that has changed. */
  build(commit: string): void {
    execFileSync('git', ['checkout', '--quiet', '--detach', commit], { cwd: this.folder });
    execFileSync(process.execPath, ['scripts/run.mjs', 'build'], { cwd: this.folder, stdio: 'ignore' });
  }

  remove(): void {
    git('worktree', 'remove', '--force', this.folder);
  }
}

/** The last commit of each state of `migrations/` since the first release but the present one, the oldest first. */
export function earlierStates(): readonly string[] {
  const range = ['--reverse', `${FIRST}..HEAD`, '--', 'migrations'];
  const changes = git('log', '--diff-filter=A', '--format=%H', ...range).split('\n');
  return changes.filter((commit) => commit !== '').map((commit) => git('rev-parse', `${commit}^`));
}

/**
 * An installation of an earlier commit whose control plane is joined by one of this checkout, which migrates, while the earlier
 * processes go on serving; then each of them is replaced. Fails when something that was acknowledged is lost or there twice, or
 * when the earlier processes refuse anything before they are replaced.
 * @param checkout in which the earlier commit is compiled.
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

async function migrationsOf(installation: Installation): Promise<number> {
  const [row] = await installation.query<{ count: string }>('SELECT count(*) FROM kernel.migrations');
  return Number(row?.count);
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}
