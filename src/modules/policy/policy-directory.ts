import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { ConfigError } from '../../kernel/config/config-section';
import { projectRoot } from '../../kernel/config/project-root';
import { ScheduledTask } from '../../kernel/tasks/scheduled-task';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { type BasePolicy, compileLayers, compileWall } from './base-policy';
import { type PolicyFolder, readPolicyFolder } from './bundle/read-policy-folder';
import { folderFingerprint } from './folder-fingerprint';
import { policyConfig, type PolicyConfig } from './policy.config';
import type { TenantWall } from './tenant-wall';
import { type PortableBase, portableBase } from './threads/portable-policy';

const DEFAULT_FOLDER = path.join(projectRoot(), 'policies/default');
const POLL_MS = 1_000;

/** The base policy, with the sources from which threads compile their own copies. */
export interface InstalledBase extends BasePolicy {
  readonly portable: PortableBase;
}

/**
 * The base policy: `policies/default`, overlaid with the packages of `CORESDK_POLICY_DIR`. At startup, an unusable folder stops the
 * process; later, the previous policy stays in force, and the fault is logged once per state of the folder.
 */
@Injectable()
export class PolicyDirectory {
  /** The files of `policies/default`. */
  private shipped: PolicyFolder | null = null;
  private current: InstalledBase | null = null;
  private reads = 0;
  private compiledWall: TenantWall | null = null;
  /** The fingerprint of the folder at the last attempt to read it, successful or not. */
  private fingerprint = '';
  /** The last logged fault, so that a persistent fault is logged only once. */
  private fault = '';
  private polls: ScheduledTask | null = null;
  private readonly listeners: (() => void)[] = [];

  constructor(
    @InjectConfig(policyConfig) private readonly config: PolicyConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Returns the current base policy. */
  base(): InstalledBase {
    if (!this.current) throw new Error('The base policy has not been read yet.');
    return this.current;
  }

  /** Returns the tenant wall, which comes only from `policies/default`. */
  wall(): TenantWall {
    if (!this.compiledWall) throw new Error('The base policy has not been read yet.');
    return this.compiledWall;
  }

  /** Calls `listener` after each reload, when {@link base} returns the new policy. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  async onModuleInit(): Promise<void> {
    this.shipped = await readPolicyFolder(DEFAULT_FOLDER);
    this.compiledWall = compileWall(this.shipped.sources);
    const folder = this.config.CORESDK_POLICY_DIR;
    if (folder === null) {
      this.current = this.compiled([this.shipped]);
      return;
    }
    try {
      this.fingerprint = await folderFingerprint(folder);
      this.current = await this.read(folder);
    } catch (error) {
      throw new ConfigError([`CORESDK_POLICY_DIR cannot be used. ${messageOf(error)}`]);
    }
    this.polls = new ScheduledTask({ everyMs: POLL_MS, turn: () => this.poll(folder), failed: () => undefined });
    this.polls.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.polls?.stop();
  }

  private async poll(folder: string): Promise<void> {
    try {
      const fingerprint = await folderFingerprint(folder);
      if (fingerprint === this.fingerprint) return;
      this.fingerprint = fingerprint;
      const read = await this.read(folder);
      // A folder that changed while it was read is read again next time.
      if ((await folderFingerprint(folder)) !== fingerprint) return;
      this.current = read;
      this.fault = '';
      this.logger.info({ folder }, 'Reloaded the policy folder');
      for (const listener of this.listeners) listener();
    } catch (error) {
      const message = messageOf(error);
      if (message === this.fault) return;
      this.fault = message;
      this.logger.error({ folder }, `The policy folder cannot be used; the previous policy stays active. ${message}`);
    }
  }

  private async read(folder: string): Promise<InstalledBase> {
    const own = await readPolicyFolder(folder, { refuseReserved: true });
    return this.compiled(this.shipped === null ? [own] : [this.shipped, own]);
  }

  private compiled(folders: readonly PolicyFolder[]): InstalledBase {
    const portable = portableBase(
      ++this.reads,
      folders.map(({ files }) => files),
    );
    return { ...compileLayers(folders), portable };
  }
}

/** Returns the message that an operator needs to repair a folder: the locations in its files, or the file system's error. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
