import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import type { Tx } from '../../kernel/database/sql';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import type { Conditions } from './contract/files.port';
import { assertWritable } from './preconditions';
import { filesConfig, type FilesConfig } from './files.config';
import { type FileRow, type Location, validatorsOf } from './storage/file.row';
import { FilesRepository, type LockedFile, type Retention } from './storage/files.repository';

const DAY_MS = 86_400_000;

/** Content that becomes the current version of a file. */
export interface Arrival {
  readonly contentId: string;
  readonly contentType: string;
  readonly actorId: string;
  readonly projectId: string | null | undefined;
}

/** A file after a version was added to it. */
export interface Added {
  readonly row: FileRow;
  readonly isNew: boolean;
  /** Quota bytes freed by dropped versions. */
  readonly freedBytes: number;
}

/** Makes stored content the current version of a file, in the caller's transaction. */
@Injectable()
export class FileCommits {
  constructor(
    private readonly files: FilesRepository,
    private readonly clock: Clock,
    @InjectConfig(filesConfig) private readonly config: FilesConfig,
  ) {}

  /** Locks the file at a location until the transaction ends. Errors: `precondition_failed`. */
  async claim(
    tx: Tx,
    tenantId: string,
    location: Location,
    actorId: string,
    conditions: Conditions,
  ): Promise<LockedFile> {
    const nowMs = this.clock.nowMs();
    const held = await this.files.claim(tx, tenantId, location, { id: newId('fil', nowMs), actorId, nowMs });
    assertWritable(conditions, held.current && validatorsOf(held.current));
    return held;
  }

  /** Adds a version to a locked file. */
  async add(tx: Tx, tenantId: string, location: Location, held: LockedFile, arrival: Arrival): Promise<Added> {
    const version = { ...arrival, nowMs: this.clock.nowMs() };
    const freedBytes = await this.files.addVersion(tx, tenantId, held.id, version, this.retention());
    const row = await this.files.pinned(tx, tenantId, location, null);
    if (!row) throw new Error('The version that was just added does not exist.');
    return { row, isNew: held.current === null, freedBytes };
  }

  /** Returns the retention of versions that are no longer current. */
  retention(): Retention {
    const { FILES_VERSIONS_KEPT, FILES_VERSION_DAYS } = this.config;
    return { kept: FILES_VERSIONS_KEPT, untilMs: this.clock.nowMs() + FILES_VERSION_DAYS * DAY_MS };
  }
}
