import type { BudgetLimits } from '../evaluate/budget.js';
import { fromJson } from '../values/json.js';
import type { ServerContext } from './api.js';
import { BundleLoader } from './bundles/bundle-loader.js';
import { ConfigError } from './config/section.js';
import { readServerConfig, type ServerConfig } from './config/server-config.js';
import { DecisionLogger } from './decision-logs/decision-logger.js';
import { DecisionUpload } from './decision-logs/decision-upload.js';
import { Decisions } from './decisions.js';
import { type AccessOptions, RequestHandler } from './handle-request.js';
import { HttpListener, type TlsOptions } from './http-listener.js';
import { type FileOptions, reloadStore } from './load-files.js';
import type { Logger } from './logger.js';
import { PluginStates } from './plugin-states.js';
import type { PolicyStore } from './policy-store.js';
import { Counters, RequestDurations } from './prometheus.js';
import { watchFiles } from './watch-files.js';

export interface ServerOptions {
  readonly store: PolicyStore;
  /** The configuration, as `loadConfig` returns it. */
  readonly config: unknown;
  readonly logger: Logger;
  /** Writes a line of the console decision log. */
  readonly print: (line: string) => void;
  /** `host:port` or `unix://path`. */
  readonly addresses: readonly string[];
  /** Addresses that serve only `/health` and `/metrics`. */
  readonly diagnosticAddresses: readonly string[];
  readonly tls: TlsOptions | null;
  readonly access: AccessOptions;
  /** The limits of one evaluation. */
  readonly limits: Partial<BudgetLimits>;
  readonly maxErrors: number;
  /** The version of this package. */
  readonly version: string;
  /** The time to wait for bundles before the server accepts requests; if 0, it does not wait. */
  readonly readyTimeoutMs: number;
  /** Files that are reloaded when they change; `null` if none are watched. */
  readonly watched: FileOptions | null;
}

/** A running server. */
export interface RunningServer {
  readonly urls: readonly string[];
  readonly diagnosticUrls: readonly string[];
  /** Completes active requests, sends queued decisions, and stops after at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Starts a server. Errors: `ConfigError`, including when bundles are not ready in time, and network errors. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const config = readServerConfig(options.config, options.version);
  for (const warning of config.warnings) options.logger.warn(warning);
  const { server, upload, loader } = assemble(options, config);
  await loader.start();
  upload?.start();
  const listeners: HttpListener[] = [];
  let unwatch = (): void => undefined;
  const end = async (graceMs: number): Promise<void> => {
    unwatch();
    await Promise.all([...listeners.map((listener) => listener.close(graceMs)), loader.stop()]);
    await upload?.stop(AbortSignal.timeout(graceMs));
  };
  try {
    await becomeReady(server.plugins, options.readyTimeoutMs);
    const open = async (addresses: readonly string[], kind: 'api' | 'diagnostic'): Promise<readonly string[]> => {
      const access = kind === 'api' ? options.access : ({ authentication: 'off', authorization: 'off' } as const);
      const { handle } = new RequestHandler(server, access, kind);
      const opened = [];
      for (const address of addresses) {
        const listener = await HttpListener.open(address, handle, options.tls);
        listeners.push(listener);
        opened.push(listener.url);
      }
      return opened;
    };
    const urls = await open(options.addresses, 'api');
    const diagnosticUrls = await open(options.diagnosticAddresses, 'diagnostic');
    unwatch = await watchFor(options);
    return { urls, diagnosticUrls, stop: end };
  } catch (error) {
    await end(0);
    throw error;
  }
}

interface Assembled {
  readonly server: ServerContext;
  readonly upload: DecisionUpload | null;
  readonly loader: BundleLoader;
}

function assemble(options: ServerOptions, config: ServerConfig): Assembled {
  const { store, logger, limits, version } = options;
  const plugins = new PluginStates();
  const counters = new Counters();
  const runtime = fromJson({ config: config.active, env: { ...process.env }, version, commit: '' });
  const print = (line: string): void => {
    logger.info(line);
  };
  const decisions = new Decisions(store, { limits, runtime, print });
  const logs = config.decisionLogs;
  const sends = logs?.upload ?? null;
  const upload = sends === null ? null : new DecisionUpload(sends, logger, counters);
  if (logs !== null) plugins.set('decision_logs', 'OK');
  if (config.hasStatus) plugins.set('status', 'OK');
  const directory = config.persistenceDirectory;
  const loader = new BundleLoader({ bundles: config.bundles, store, plugins, logger, directory });
  const decisionLogger =
    logs === null
      ? null
      : new DecisionLogger({
          config: logs,
          labels: config.labels,
          store,
          decisions,
          logger,
          upload,
          print: options.print,
        });
  const server: ServerContext = {
    store,
    decisions,
    config,
    logger,
    plugins,
    decisionLogger,
    bundleStatus: loader.status,
    durations: new RequestDurations(config.buckets),
    counters,
    version,
    maxErrors: options.maxErrors,
  };
  return { server, upload, loader };
}

async function becomeReady(plugins: PluginStates, timeoutMs: number): Promise<void> {
  if (timeoutMs <= 0 || plugins.isReady) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ConfigError(`plugins are not ready after ${timeoutMs / 1_000} s; see the errors in the log`));
    }, timeoutMs);
  });
  try {
    await Promise.race([plugins.whenReady(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function watchFor({ watched, store, logger }: ServerOptions): Promise<() => void> {
  if (watched === null) return () => undefined;
  return watchFiles(watched.paths, async () => {
    try {
      const changed = await reloadStore(store, watched);
      if (changed.ok) logger.info('Processed file watch event.');
      else
        logger.error('Processed file watch event: the policies do not compile.', {
          err: changed.errors.map(String).join('\n'),
        });
    } catch (error) {
      logger.error('Processed file watch event: the files cannot be read.', {
        err: error instanceof Error ? error.message : String(error),
      });
    }
  });
}
