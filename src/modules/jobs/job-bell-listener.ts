import { Installation } from '../../kernel/config/installation';
import { Client } from 'pg';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECT_TIMEOUT_MS } from '../../kernel/database/bounded-connection';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import type { JobBell } from './job-bells';
import { listenForBells } from './storage/bells.repository';

const AGAIN_MS = 1_000;

/** Hears the bells of all processes, over a connection of its own from when somebody wants to hear one. */
@Injectable()
export class JobBellListener {
  private readonly ears = new Map<JobBell, Set<() => void>>();
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly installation: Installation,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param heard may be called for nothing, as after a lost connection. @returns what ends it. */
  on(bell: JobBell, heard: () => void): () => void {
    const ears = this.ears.get(bell) ?? new Set();
    this.ears.set(bell, ears.add(heard));
    if (this.client === null && this.timer === null) this.connect();
    return () => ears.delete(heard);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private connect(): void {
    const client = new Client({
      connectionString: this.installation.databaseUrl,
      application_name: 'coresdk-jobs-bell',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    this.client = client;
    const lost = (): void => {
      if (this.client !== client || this.isStopped) return;
      this.client = null;
      void client.end().catch(() => undefined);
      this.timer = setTimeout(() => {
        this.timer = null;
        this.connect();
      }, AGAIN_MS);
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => this.tell(payload as JobBell));
    client
      .connect()
      .then(() => listenForBells(client))
      // What rang meanwhile was not heard.
      .then(() => {
        for (const bell of this.ears.keys()) this.tell(bell);
      })
      .catch((err: unknown) => {
        this.logger.debug({ err }, 'The bells of the jobs cannot be heard; it is tried again');
        lost();
      });
  }

  private tell(bell: JobBell): void {
    for (const heard of this.ears.get(bell) ?? []) heard();
  }
}
