import { Client, type Notification, type Submittable } from 'pg';
import { CONNECT_TIMEOUT_MS } from './bounded-connection';
import { askOn, Sql } from './sql';

export interface OwnConnectionOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Maximum wait for the connection; 5 s by default. */
  readonly connectsWithinMs?: number;
  /** Maximum wait for the result of a statement; unlimited by default. */
  readonly answersWithinMs?: number;
  /** Session settings, such as `-c row_security=off`. */
  readonly settings?: string;
}

/**
 * A connection outside the pool, for work that needs a separate session: listening, holding a lock across statements, copying, or using a
 * different role. If the connection is lost, the next statement fails.
 */
export class OwnConnection extends Sql {
  private constructor(private readonly client: Client) {
    super((statement, values) => askOn(client, statement, values));
  }

  /** Opens a connection. Errors: the driver's error, if the server rejects the connection. */
  static async open(url: string, options: OwnConnectionOptions): Promise<OwnConnection> {
    const { applicationName, connectsWithinMs = CONNECT_TIMEOUT_MS, answersWithinMs, settings } = options;
    const client = new Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: connectsWithinMs,
      ...(answersWithinMs === undefined ? {} : { query_timeout: answersWithinMs }),
      ...(settings === undefined ? {} : { options: settings }),
      keepAlive: true,
    });
    // The next statement reports the error.
    client.on('error', () => undefined);
    await client.connect();
    return new OwnConnection(client);
  }

  /** Listens on channels. @param heard receives the channel and the payload of each notification. */
  async listen(channels: readonly string[], heard: (channel: string, payload: string) => void): Promise<void> {
    this.client.on('notification', ({ channel, payload = '' }: Notification) => heard(channel, payload));
    for (const channel of channels) await this.run(`LISTEN ${channel}`);
  }

  /** Calls `ended` when the connection has ended, including after a call to {@link close}. */
  onEnd(ended: () => void): void {
    this.client.on('error', ended);
    this.client.on('end', ended);
  }

  /** Begins a streaming statement, such as a `COPY` with pg-copy-streams. */
  stream<Stream extends Submittable>(statement: Stream): Stream {
    return this.client.query(statement);
  }

  /** Closes the connection and releases the session's locks. Never fails. */
  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
