import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { BlobsModule } from './blobs.module';
import { ports } from '../../kernel/composition/ports';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { EntitlementsPort } from '../entitlements/contract/entitlements.port';
import { ProjectAccessPort } from '../projects/contract/project-access.port';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { SignedCalls } from '../../kernel/http/callers/signed-calls';
import { FileProjectsPort } from './contract/file-projects.port';
import { FilesPort } from './contract/files.port';
import { ResumableUploadsPort } from './contract/resumable-uploads.port';
import { SignedUrlsPort } from './contract/signed-urls.port';
import { DeletedUsersFiles } from './deleted-users';
import { DirectUploads } from './direct-uploads';
import { FileCommits } from './file-commits';
import { FileCopies } from './file-copies';
import { FileEvents } from './file-events';
import { FileListing } from './file-listing';
import { FileProjects } from './file-projects';
import { FileQuotas } from './file-quotas';
import { FilesService } from './files.service';
import { FilesCleanupTask } from './files-cleanup-task';
import { FileListRepository } from './storage/file-list.repository';
import { FilesRepository } from './storage/files.repository';
import { QuotaRepository } from './storage/quota.repository';
import { SweepRepository } from './storage/sweep.repository';
import { UploadsRepository } from './storage/uploads.repository';
import { UserFilesRepository } from './storage/user-files.repository';
import { SignedUrlsService } from './signed-urls.service';
import { SweepRepositories } from './sweep-repositories';
import { UploadCompletion } from './upload-completion';
import { QuotaReservations } from './quota-reservations';
import { WriteAuthorization } from './write-authorization';
import { ResumableSteps } from './uploads/resumable-steps';
import { ResumableUploadsService } from './uploads/resumable-uploads.service';

@Module({
  imports: [KernelModule, BlobsModule, ports(UserBelongingsPort, EntitlementsPort, ProjectAccessPort, RevocationsPort)],
  providers: [
    DeletedUsersFiles,
    DirectUploads,
    FileCommits,
    FileCopies,
    FileEvents,
    FileListing,
    FileListRepository,
    FileQuotas,
    FileProjects,
    { provide: FileProjectsPort, useExisting: FileProjects },
    FilesRepository,
    FilesCleanupTask,
    QuotaRepository,
    SweepRepositories,
    SweepRepository,
    UploadCompletion,
    QuotaReservations,
    UploadsRepository,
    UserFilesRepository,
    WriteAuthorization,
    SignedUrlsService,
    ResumableSteps,
    { provide: ResumableUploadsPort, useClass: ResumableUploadsService },

    { provide: SignedUrlsPort, useExisting: SignedUrlsService },
    { provide: SignedCalls, useExisting: SignedUrlsService },
    { provide: FilesPort, useClass: FilesService },
  ],
  exports: [FilesPort, FileProjectsPort, ResumableUploadsPort, SignedUrlsPort, SignedCalls],
})
export class FilesModule {}
