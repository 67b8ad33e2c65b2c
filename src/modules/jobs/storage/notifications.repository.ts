import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { OwnConnection } from '../../../kernel/database/own-connection';

/** The notification channel; the payload is the name of the notification. */
const CHANNEL = 'coresdk_jobs';

/** Sends notifications to other processes. */
@Injectable()
export class NotificationsRepository {
  constructor(private readonly database: Database) {}

  async notify(bells: readonly string[]): Promise<void> {
    await this.database
      .platform()
      .run('SELECT pg_notify($1, bell) FROM unnest($2::text[]) AS bell', [CHANNEL, [...bells]]);
  }
}

/** Subscribes a connection to the notifications. @param heard called with the name of each notification. */
export async function listenForNotifications(connection: OwnConnection, heard: (bell: string) => void): Promise<void> {
  await connection.listen([CHANNEL], (_channel, bell) => heard(bell));
}
