import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';

/** Leases of what one process at a time does, by name. They go by the store's clock. */
@Injectable()
export class LeasesRepository {
  constructor(private readonly database: Database) {}

  /** Takes a lease, or keeps it, for so many seconds. @returns false while another holder has it. */
  async take(name: string, holder: string, seconds: number): Promise<boolean> {
    const sql = 'SELECT kernel.take_lease($1, $2, $3) AS taken';
    return (await this.database.platform().one<{ taken: boolean }>(sql, [name, holder, seconds])).taken;
  }

  /** Lets others have what this holder has. */
  async release(names: readonly string[], holder: string): Promise<void> {
    if (names.length > 0) await this.database.platform().run('SELECT kernel.release_leases($1, $2)', [names, holder]);
  }
}
