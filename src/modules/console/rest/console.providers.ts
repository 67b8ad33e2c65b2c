import type { Type } from '@nestjs/common';
import { RateLimitPort } from '../../rate-limit/contract/rate-limit.port';
import { JobLogsPort } from '../../jobs/contract/job-logs.port';
import { JobsPort } from '../../jobs/contract/jobs.port';
import { RevocationsPort } from '../../revocation/contract/revocations.port';
import { SessionsPort } from '../../users/contract/sessions.port';
import { UserLookupPort } from '../../users/contract/user-lookup.port';
import { ConsoleAccess } from './console-access';
import { ConsoleAssetsBackendController } from './console-assets.backend.controller';
import { ConsoleLimits } from './console-limits';
import { ConsoleSurface } from './console-surface';
import { ConsoleTrail } from './console-trail';
import { JobStreamsConsoleBackendController } from './job-streams-console.backend.controller';
import { JobsConsole } from './jobs-console';
import { JobsConsoleBackendController } from './jobs-console.backend.controller';
import { RunConsole } from './run-console';

/**
 * What a surface mounts to show the console. It also provides `PageSettings`, `OpenStreams`, `Clock`, `ValueMask`,
 * `WorkflowRunsPort` and the ports below.
 */
export const CONSOLE_CONTROLLERS: Type[] = [
  ConsoleAssetsBackendController,
  JobStreamsConsoleBackendController,
  JobsConsoleBackendController,
];

export const CONSOLE_PROVIDERS: Type[] = [
  ConsoleAccess,
  ConsoleLimits,
  ConsoleTrail,
  ConsoleSurface,
  RunConsole,
  JobsConsole,
];

/** Ports of the core that only the console is drawn from; it also asks `AuthPort` and `AuditPort`. */
export const CONSOLE_PORTS = [JobsPort, JobLogsPort, SessionsPort, UserLookupPort, RateLimitPort, RevocationsPort];
