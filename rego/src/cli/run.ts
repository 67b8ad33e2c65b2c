import { BundleError } from '../server/bundles/read-bundle.js';
import { loadConfig } from '../server/config/load-config.js';
import { ConfigError } from '../server/config/section.js';
import { loadStore } from '../server/load-files.js';
import { Logger } from '../server/logger.js';
import type { PolicyStore } from '../server/policy-store.js';
import { type RunningServer, startServer } from '../server/start-server.js';
import { type RegoCommand, RegoCommandFault, type Terminal } from './command.js';
import { printErrors } from './load-policy.js';
import { packageVersion } from './package-version.js';
import { readRunOptions, RUN_USAGE, type RunOptions } from './run-options.js';

/** `rego run --server [<path>…]`, like `opa run --server`. */
export const runCommand: RegoCommand = {
  name: 'run',
  summary: "Serve OPA's REST API",
  usage: RUN_USAGE,
  async run(args, terminal) {
    const options = readRunOptions(args);
    const store = await load(options, terminal);
    if (store === null) return 1;
    const logger = new Logger(options.logLevel, options.logFormat, terminal.err);
    const server = await start(options, store, logger, terminal);
    const { urls: addrs, diagnosticUrls } = server;
    logger.info('Initializing server.', {
      addrs,
      ...(diagnosticUrls.length > 0 ? { 'diagnostic-addrs': diagnosticUrls } : {}),
    });
    await untilSignal();
    logger.info('Shutting down...');
    if (options.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, options.waitMs));
    await server.stop(options.graceMs);
    logger.info('Server shutdown.');
    return 0;
  },
};

async function load({ paths, asBundles, verification }: RunOptions, terminal: Terminal): Promise<PolicyStore | null> {
  const loaded = await asFault(() => loadStore({ paths, asBundles, verification }));
  if (loaded.ok) return loaded.store;
  printErrors(loaded.errors, terminal, false);
  return null;
}

function start(options: RunOptions, store: PolicyStore, logger: Logger, terminal: Terminal): Promise<RunningServer> {
  const { paths, asBundles, verification, authentication, authorization } = options;
  return asFault(() =>
    startServer({
      store,
      config: loadConfig(options.configFile, options.set, options.setFiles),
      logger,
      // The decision log goes to the console log, as in OPA.
      print: terminal.err,
      addresses: options.addresses,
      diagnosticAddresses: options.diagnosticAddresses,
      tls: options.tls,
      access: { authentication, authorization },
      limits: options.limits,
      maxErrors: options.maxErrors,
      version: packageVersion(),
      readyTimeoutMs: options.readyTimeoutMs,
      watched: options.watches ? { paths, asBundles, verification } : null,
    }),
  );
}

/** Converts errors in files, the configuration or the addresses to a command-line error. */
async function asFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isExpected =
      error instanceof ConfigError ||
      error instanceof BundleError ||
      error instanceof RangeError ||
      isSystemError(error);
    if (isExpected) throw new RegoCommandFault(error.message);
    throw error;
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

/** Resolves at the first signal, which stops the server. The second signal terminates the process. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}
