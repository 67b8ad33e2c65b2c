import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { Database } from '../../../kernel/database/database';

/** Channel of the bells; the payload is the bell's name. */
const CHANNEL = 'coresdk_jobs';

/** Rings bells that other processes hear. */
@Injectable()
export class BellsRepository {
  constructor(private readonly database: Database) {}

  async ring(bells: readonly string[]): Promise<void> {
    await this.database.query('SELECT pg_notify($1, bell) FROM unnest($2::text[]) AS bell', [CHANNEL, [...bells]]);
  }
}

/** Has a connection hear the bells. */
export async function listenForBells(client: Client): Promise<void> {
  await client.query(`LISTEN ${CHANNEL}`);
}
