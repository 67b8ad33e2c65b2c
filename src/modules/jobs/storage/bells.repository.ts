import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** Channel of the bells; the payload is the bell's name. */
const JOBS_CHANNEL = 'coresdk_jobs';

/** Rings bells that other processes hear. */
@Injectable()
export class BellsRepository {
  constructor(private readonly database: Database) {}

  async ring(bells: readonly string[]): Promise<void> {
    await this.database.query('SELECT pg_notify($1, bell) FROM unnest($2::text[]) AS bell', [JOBS_CHANNEL, [...bells]]);
  }
}
