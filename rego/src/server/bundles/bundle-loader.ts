import type { BundleConfig } from '../config/bundle-config.js';
import type { Logger } from '../logger.js';
import type { PluginStates } from '../plugin-states.js';
import type { PolicyStore } from '../policy-store.js';
import { RepeatingTask } from '../repeating-task.js';
import { BundleStatus } from './bundle-status.js';
import { BundleHttpError, type Fetched, fetchBundle } from './fetch-bundle.js';
import { persistBundle, readPersistedBundle } from './persisted-bundle.js';
import { type Bundle, readBundleArchive } from './read-bundle.js';

/** The bundles to load, and the parts of the server that they affect. */
export interface BundleLoaderOptions {
  readonly bundles: readonly BundleConfig[];
  readonly store: PolicyStore;
  readonly plugins: PluginStates;
  readonly logger: Logger;
  /** The folder that stores bundles for the next start. */
  readonly directory: string;
}

interface Source {
  readonly config: BundleConfig;
  readonly status: BundleStatus;
  readonly task: RepeatingTask;
  /** The version of the active bundle. */
  version: string;
}

/** Fetches bundles periodically and activates new ones. While a fetch fails, the previous bundle stays active. */
export class BundleLoader {
  private readonly sources: readonly Source[];

  constructor(private readonly options: BundleLoaderOptions) {
    this.sources = options.bundles.map((config) => {
      const source: Source = {
        config,
        status: new BundleStatus(config.name),
        task: new RepeatingTask(config.delay, (signal) => this.update(source, signal)),
        version: '',
      };
      return source;
    });
    if (this.sources.length > 0) options.plugins.set('bundle', 'NOT_READY');
  }

  /** Activates the stored bundles and starts to fetch. */
  async start(): Promise<void> {
    await this.activatePersisted();
    for (const { task } of this.sources) task.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.sources.map(({ task }) => task.stop()));
  }

  /** Returns the status of each bundle, by name. */
  readonly status = (): Readonly<Record<string, unknown>> =>
    Object.fromEntries(this.sources.map(({ config, status }) => [config.name, status.data()] as const).sort());

  /**
   * Activates the stored bundles. Bundles can depend on each other in any order, so this method retries the remaining ones until a pass
   * does not activate any of them.
   */
  private async activatePersisted(): Promise<void> {
    let waiting: (readonly [Source, Bundle])[] = [];
    for (const source of this.sources.filter(({ config }) => config.persists)) {
      const bundle = await this.readPersisted(source);
      if (bundle !== null) waiting.push([source, bundle]);
    }
    for (let before = Number.POSITIVE_INFINITY; waiting.length < before;) {
      before = waiting.length;
      waiting = waiting.filter(([source, bundle]) => !this.activate(source, bundle));
    }
  }

  private async readPersisted({ config, status }: Source): Promise<Bundle | null> {
    try {
      const archive = await readPersistedBundle(this.options.directory, config.name);
      return archive === null ? null : await readBundleArchive(archive, config);
    } catch (error) {
      this.fail(config.name, status, error);
      return null;
    }
  }

  private async update(source: Source, signal: AbortSignal): Promise<boolean> {
    const { config, status } = source;
    status.requested();
    try {
      const fetched = await fetchBundle(config, source.version, signal);
      if (signal.aborted) return true;
      status.answered(fetched.kind === 'bundle' ? (fetched.archive?.length ?? 0) : null);
      return await this.use(source, fetched);
    } catch (error) {
      if (!signal.aborted) this.fail(config.name, status, error);
      return false;
    }
  }

  private async use(source: Source, fetched: Fetched): Promise<boolean> {
    if (fetched.kind === 'unchanged') {
      source.status.unchanged();
      return true;
    }
    const etag = source.config.source.kind === 'service' ? fetched.version : '';
    if (!this.activate(source, fetched.bundle, etag)) {
      // Otherwise the next response could be "not modified".
      source.version = '';
      return false;
    }
    source.version = fetched.version;
    if (source.config.persists && fetched.archive !== null) {
      await persistBundle(this.options.directory, source.config.name, fetched.archive);
    }
    // Immediately retries bundles that failed because this one was missing.
    for (const other of this.sources) {
      if (!this.options.store.state.bundles.has(other.config.name)) other.task.hurry();
    }
    return true;
  }

  private activate({ config: { name }, status }: Source, bundle: Bundle, etag = ''): boolean {
    const { store, plugins, logger } = this.options;
    const overlap = store.overlap(name, bundle.roots);
    if (overlap !== null) {
      this.fail(
        name,
        status,
        new Error(
          `detected overlapping roots in manifests for these bundles: [${name}, ${overlap.bundle}] (${overlap.root})`,
        ),
      );
      return false;
    }
    const changed = store.activateBundle(name, bundle, etag);
    if (!changed.ok) {
      status.failed('error(s) occurred while compiling module(s)', { errors: changed.errors });
      logger.error('Bundle activation failed.', { name, plugin: 'bundle', err: changed.errors.map(String).join('\n') });
      return false;
    }
    status.activated(bundle.revision);
    logger.info('Bundle loaded and activated successfully.', { name, plugin: 'bundle', revision: bundle.revision });
    if (this.sources.every(({ config }) => store.state.bundles.has(config.name))) plugins.set('bundle', 'OK');
    return true;
  }

  private fail(name: string, status: BundleStatus, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    const httpCode = error instanceof BundleHttpError ? error.httpCode : undefined;
    status.failed(`${message}${cause}`, httpCode === undefined ? {} : { httpCode });
    this.options.logger.error('Bundle load failed.', { name, plugin: 'bundle', err: `${message}${cause}` });
  }
}
