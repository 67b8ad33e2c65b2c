import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';

/** Leases, by name, for work that only one process at a time may do. They use the store's clock. */
@Injectable()
export class LeasesRepository {
  constructor(private readonly database: Database) {}

  /** Takes or renews a lease for this many seconds. @returns false while another holder has it. */
  async take(name: string, holder: string, seconds: number): Promise<boolean> {
    const sql = 'SELECT kernel.take_lease($1, $2, $3) AS taken';
    return (await this.database.platform().one<{ taken: boolean }>(sql, [name, holder, seconds])).taken;
  }

  /** Releases leases of this holder. */
  async release(names: readonly string[], holder: string): Promise<void> {
    if (names.length > 0) await this.database.platform().run('SELECT kernel.release_leases($1, $2)', [names, holder]);
  }
}
