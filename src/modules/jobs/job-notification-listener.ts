import { Inject, Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { CONNECT_TIMEOUT_MS } from '../../kernel/database/bounded-connection';
import { OwnConnection } from '../../kernel/database/own-connection';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import type { JobNotification } from './job-notifier';
import { listenForNotifications } from './storage/notifications.repository';

const AGAIN_MS = 1_000;

/** Receives the job notifications of all processes over a dedicated connection, which opens when the first listener is added. */
@Injectable()
export class JobNotificationListener {
  private readonly listeners = new Map<JobNotification, Set<() => void>>();
  private connection: Promise<OwnConnection> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly installation: Installation,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @param heard called for each notification, and sometimes without one, for example after a lost connection.
   * @returns a function that removes the listener.
   */
  on(bell: JobNotification, heard: () => void): () => void {
    const ears = this.listeners.get(bell) ?? new Set();
    this.listeners.set(bell, ears.add(heard));
    if (this.connection === null && this.timer === null) this.connect();
    return () => ears.delete(heard);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    const { connection } = this;
    this.connection = null;
    if (connection) await closed(connection);
  }

  private connect(): void {
    const connection = OwnConnection.open(this.installation.databaseUrl, {
      applicationName: 'coresdk-jobs-bell',
      answersWithinMs: CONNECT_TIMEOUT_MS,
    });
    this.connection = connection;
    const lost = (): void => {
      if (this.connection !== connection || this.isStopped) return;
      this.connection = null;
      void closed(connection);
      this.timer = setTimeout(() => {
        this.timer = null;
        this.connect();
      }, AGAIN_MS);
    };
    this.follow(connection, lost).catch((err: unknown) => {
      this.logger.debug({ err }, 'This process cannot listen for job notifications; it will retry');
      lost();
    });
  }

  private async follow(connecting: Promise<OwnConnection>, lost: () => void): Promise<void> {
    const connection = await connecting;
    connection.onEnd(lost);
    await listenForNotifications(connection, (bell) => this.dispatch(bell as JobNotification));
    // A notification might have been sent in the meantime.
    for (const bell of this.listeners.keys()) this.dispatch(bell);
  }

  private dispatch(bell: JobNotification): void {
    for (const heard of this.listeners.get(bell) ?? []) heard();
  }
}

async function closed(connecting: Promise<OwnConnection>): Promise<void> {
  const connection = await connecting.catch(() => null);
  await connection?.close();
}
