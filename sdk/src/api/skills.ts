import type {
  RegisteredSkill,
  Skill,
  SkillDefinition,
  SkillRun,
  SkillRunOrder,
  SkillSigningRotation,
  SkillSigningSecret,
  ListSkillsQuery,
  ListSkillVersionsQuery,
  SkillVersion,
  WholeSkillVersion,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

export interface RunOptions extends WriteOptions, Omit<SkillRunOrder, 'input'> {
  /** The number of seconds that the backend waits for the result before it responds: at most 60, 0 by default. */
  readonly waitSeconds?: number | undefined;
}

/** The tenant's functions, which run in a sandbox. */
export class SkillsApi extends Api {
  /**
   * Runs a skill. @returns the run, including its output if it ends within `waitSeconds`. Pass its `id` to `jobs.watch` or
   * `jobs.wait`.
   */
  run(name: string, input?: unknown, options: RunOptions = {}): Promise<SkillRun> {
    const { waitSeconds, alias, version, priority, delaySeconds, maxAttempts, ...rest } = options;
    const order: SkillRunOrder = { input, alias, version, priority, delaySeconds, maxAttempts };
    return this.make(path`/v1/skills/${name}/run`, order, withWait(rest, waitSeconds), { wait: waitSeconds });
  }

  list(query?: ListSkillsQuery, options?: CallOptions): Pages<Skill> {
    return this.listOf('/v1/skills', query, options);
  }

  get(name: string, options?: CallOptions): Promise<Skill> {
    return this.load(path`/v1/skills/${name}`, options);
  }

  /** Registers a skill, or its next version. Registering the same definition again does not create a version. */
  register(name: string, definition: SkillDefinition, options?: ChangeOptions): Promise<RegisteredSkill> {
    return this.place(path`/v1/skills/${name}`, definition, options);
  }

  delete(name: string, options?: ChangeOptions): Promise<void> {
    return this.remove(path`/v1/skills/${name}`, options);
  }

  versions(name: string, query?: ListSkillVersionsQuery, options?: CallOptions): Pages<SkillVersion> {
    return this.listOf(path`/v1/skills/${name}/versions`, query, options);
  }

  version(name: string, version: number, options?: CallOptions): Promise<WholeSkillVersion> {
    return this.load(path`/v1/skills/${name}/versions/${version}`, options);
  }

  setAlias(name: string, alias: string, version: number, options?: ChangeOptions): Promise<Skill> {
    return this.place(path`/v1/skills/${name}/aliases/${alias}`, { version }, options);
  }

  deleteAlias(name: string, alias: string, options?: ChangeOptions): Promise<Skill> {
    return this.remove<Skill>(path`/v1/skills/${name}/aliases/${alias}`, options);
  }

  /** Points the alias back to its previous version. */
  rollbackAlias(name: string, alias: string, options?: WriteOptions): Promise<Skill> {
    return this.make(path`/v1/skills/${name}/aliases/${alias}/rollback`, undefined, options);
  }

  /** Rotates the signing secret of a skill that is called over HTTP. */
  rotateSecret(name: string, rotation: SkillSigningRotation = {}, options?: WriteOptions): Promise<SkillSigningSecret> {
    return this.make(path`/v1/skills/${name}/rotate-secret`, rotation, options);
  }

  /** Returns an OpenAPI document for this skill. */
  openApi(name: string, options?: CallOptions): Promise<Readonly<Record<string, unknown>>> {
    return this.load(path`/v1/skills/${name}/openapi.json`, options);
  }
}

const FOR_THE_ANSWER_MS = 15_000;

/** Extends the timeout by the time that the backend waits for the result. */
function withWait<T extends CallOptions>(options: T, waitSeconds = 0): T {
  if (waitSeconds === 0 || options.timeoutMs !== undefined) return options;
  return { ...options, timeoutMs: waitSeconds * 1000 + FOR_THE_ANSWER_MS };
}
