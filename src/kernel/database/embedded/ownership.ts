import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOfThisProcess, isAlive } from './process-identity';
import { makeFolder, readIfPresent, writePrivateFile } from './private-files';

/**
 * The users and the owner of one installation's server. Every handle has a file in `users/` that is named after its process, and `owner`
 * names one of these files. A handle whose process is gone (kill -9) does not count.
 *
 * The owner supervises: it restarts a crashed server. If the owner leaves while other processes are still using the server, the server
 * keeps running without an owner until one of these processes checks it and takes over. The last process to leave is therefore the owner,
 * and stops the server.
 *
 * Call every method that writes under the startup lock.
 */
export class Ownership {
  private readonly handle = `${identityOfThisProcess()}-${randomBytes(4).toString('hex')}`;
  private readonly usersFolder: string;
  private readonly ownerFile: string;

  constructor(controlFolder: string) {
    this.usersFolder = join(controlFolder, 'users');
    this.ownerFile = join(controlFolder, 'owner');
  }

  /** Registers this handle as a user of the server. */
  async join(): Promise<void> {
    await makeFolder(this.usersFolder, 0o700);
    await writePrivateFile(join(this.usersFolder, this.handle), '');
  }

  /** Returns whether other live handles use the server. */
  async isShared(): Promise<boolean> {
    return (await this.otherUsers()) > 0;
  }

  /** Takes over the server if it has no live owner; returns true if this handle is the owner afterward. */
  async claim(): Promise<boolean> {
    if (!(await this.hasLivingOwner())) await writePrivateFile(this.ownerFile, this.handle);
    return this.isOwner();
  }

  async isOwner(): Promise<boolean> {
    return (await readIfPresent(this.ownerFile)) === this.handle;
  }

  /** Returns whether a live handle, this one included, owns the server. */
  async hasLivingOwner(): Promise<boolean> {
    const owner = await readIfPresent(this.ownerFile);
    if (owner === undefined || !(await isAlive(owner))) return false;
    return (await readIfPresent(join(this.usersFolder, owner))) !== undefined;
  }

  /** Unregisters this handle; returns true if there are no other users, so the caller must stop the server. */
  async leave(): Promise<boolean> {
    if (await this.isOwner()) await rm(this.ownerFile, { force: true });
    await rm(join(this.usersFolder, this.handle), { force: true });
    return (await this.otherUsers()) === 0;
  }

  /** Returns the number of other users, and removes the handles of dead processes. */
  private async otherUsers(): Promise<number> {
    const handles = await readdir(this.usersFolder).catch(() => []);
    let living = 0;
    for (const handle of handles.filter((name) => name !== this.handle)) {
      if (await isAlive(handle)) living += 1;
      else await rm(join(this.usersFolder, handle), { force: true });
    }
    return living;
  }
}
