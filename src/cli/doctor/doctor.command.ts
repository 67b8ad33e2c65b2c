import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault } from '../command';
import { parseOptions } from '../options';
import { jsonText } from '../operations/show';

/** A connection that does not respond even when closed must not keep the command running. */
const LINGER_MS = 1_000;

/** `coresdk doctor` */
export const doctor: Command = {
  usage: `Usage: coresdk doctor [--strict] [--json]

Reads the settings as the platform does (the environment, and .env in this folder) and checks the configuration, the
process that runs here, the database, tenant isolation, migrations, keys, policies, the clock, ports, TLS, the
change feed, the audit log, the disk, Redis and, for a backend, the control plane and the sidecar. Run it where the platform
runs, in the same folder and as the same user. It does not start or change anything, does not show secrets, and ends
within 15 s.

  --strict  warnings count as failures
  --json    the findings as JSON: status (ok, warn or fail), summary, and groups of findings, each with its status
            (which can also be skip: not checked), subject, detail and remedy

Exits 0 when no check fails, 1 when a check fails (with --strict, also when a check warns) or an option is invalid.`,
  async run(args, terminal) {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { strict: flag, json: flag });
    if (positionals.length > 0) throw new CommandFault('The doctor accepts only options.', true);
    const environment = readEnvironment();
    // Loaded late: it imports the whole product, and other commands start faster without it.
    const [{ examineInstallation }, { renderText }] = await Promise.all([
      import('../../roles/doctor/doctor.js'),
      import('../../roles/doctor/report.js'),
    ]);
    const report = await examineInstallation(environment);
    const isColored = process.stdout.isTTY && (environment['NO_COLOR'] ?? '') === '';
    terminal.out(values.json ? jsonText(report) : renderText(report, isColored));
    setTimeout(() => process.exit(), LINGER_MS).unref();
    return report.status === 'fail' || (values.strict && report.status === 'warn') ? 1 : 0;
  },
};
