import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../../../../test/support/eventually';
import { identityOfThisProcess, isAlive, isPostmasterOf, serverProcesses } from './process-identity';
import { processTableOf } from './process-table';

/** A process with this command line until its input closes. Its program is Node, under the name of the first argument. */
async function withProcess(args: readonly string[], work: (pid: number) => Promise<void>): Promise<void> {
  const program = 'process.stdin.resume()';
  const child = spawn(process.execPath, ['-e', program, '--', ...args.slice(1)], { argv0: args[0] ?? '' });
  await once(child, 'spawn');
  try {
    await work(child.pid ?? 0);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}

// Both read the real processes of this machine: macOS has no /proc, but Linux also has `ps`.
describe.each(['linux', 'darwin'])('processes on %s', (os) => {
  const table = processTableOf(os);

  it('are identified by their pid and start', async () => {
    const own = identityOfThisProcess(table);
    expect(own).toMatch(new RegExp(`^${process.pid}-[1-9]\\d*-\\w+$`));
    expect(identityOfThisProcess(table)).toBe(own);
    expect(await isAlive(own, table)).toBe(true);
    const [pid, start, boot] = own.split('-');
    for (const other of [`${pid}-${Number(start) + 5}-${boot}`, `${pid}-${start}-x`, `${pid}`, 'other', '']) {
      expect(await isAlive(other, table)).toBe(false);
    }
  });

  it('are not alive after their end, even as zombies', async () => {
    // The shell replaces itself with a program that does not reap its child, which has ended by then.
    const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [output] = (await once(child.stdout, 'data')) as [Buffer];
    await eventually(async () => expect(await table.startOf(Number(output.toString()))).toBeUndefined());
    child.stdin.end();
    await once(child, 'exit');
    expect(await table.startOf(child.pid ?? 0)).toBeUndefined();
    expect(await table.commandOf(child.pid ?? 0)).toBe('');
  });

  it('of a server are found by the data directory and the cluster name', async () => {
    const folder = '/data of the/postgres';
    const args = ['/opt/a b/bin/postgres', '-D', folder, '-c', 'cluster_name=coresdk-0123', '-c', 'port=1'];
    await withProcess(args, async (pid) => {
      await eventually(async () => expect(await isPostmasterOf(pid, folder, table)).toBe(true));
      for (const other of ['/data of the', `${folder}-control`, '/postgres']) {
        expect(await isPostmasterOf(pid, other, table)).toBe(false);
      }
      expect(await serverProcesses('coresdk-0123', table)).toEqual([pid]);
      expect(await serverProcesses('coresdk-012', table)).toEqual([]);
    });
    await withProcess(['postgres: coresdk-0456: walwriter'], async (pid) => {
      await eventually(async () => expect(await serverProcesses('coresdk-0456', table)).toEqual([pid]));
    });
    await withProcess(['/opt/other', folder], async (pid) => {
      expect(await isPostmasterOf(pid, folder, table)).toBe(false);
    });
  });
});
