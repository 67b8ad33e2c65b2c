import { Injectable } from '@nestjs/common';
import { FilesRepository } from './storage/files.repository';
import { QuotaRepository } from './storage/quota.repository';
import { SweepRepository } from './storage/sweep.repository';
import { UploadsRepository } from './storage/uploads.repository';

/** The repositories that the cleanup task uses. */
@Injectable()
export class SweepRepositories {
  constructor(
    readonly sweep: SweepRepository,
    readonly files: FilesRepository,
    readonly uploads: UploadsRepository,
    readonly counts: QuotaRepository,
  ) {}
}
