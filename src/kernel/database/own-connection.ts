import { Client, type Notification, type Submittable } from 'pg';
import { CONNECT_TIMEOUT_MS } from './bounded-connection';
import { askOn, Sql } from './sql';

export interface OwnConnectionOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Longest wait for the connection; 5 s when left out. */
  readonly connectsWithinMs?: number;
  /** Longest wait for the answer to a statement; without end when left out. */
  readonly answersWithinMs?: number;
  /** Settings of the session, as `-c row_security=off`. */
  readonly settings?: string;
}

/**
 * A connection outside the pool, for what needs a session of its own: to listen, to hold a lock from statement to statement,
 * to copy, or to be another role. When it is lost, the next statement fails.
 */
export class OwnConnection extends Sql {
  private constructor(private readonly client: Client) {
    super((statement, values) => askOn(client, statement, values));
  }

  /** Errors: the driver's, when the server does not let anybody in. */
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
    // The next statement tells.
    client.on('error', () => undefined);
    await client.connect();
    return new OwnConnection(client);
  }

  /** Listens on channels. @param heard is called with the channel and the payload of each notification. */
  async listen(channels: readonly string[], heard: (channel: string, payload: string) => void): Promise<void> {
    this.client.on('notification', ({ channel, payload = '' }: Notification) => heard(channel, payload));
    for (const channel of channels) await this.run(`LISTEN ${channel}`);
  }

  /** Calls back when the connection has ended, by {@link close} too. */
  onEnd(ended: () => void): void {
    this.client.on('error', ended);
    this.client.on('end', ended);
  }

  /** Begins a statement that is a stream, such as a `COPY` of pg-copy-streams. */
  stream<Stream extends Submittable>(statement: Stream): Stream {
    return this.client.query(statement);
  }

  /** Ends the connection, and with it what the session holds. Never fails. */
  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
