import { Module } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ContentReader } from './content-reader';
import { BlobsPort } from './contract/blobs.port';
import { filesConfig, type FilesConfig } from './files.config';
import { BlobsService } from './blobs.service';
import { ObjectStorage } from './objects/object-storage';
import { openStorage } from './objects/open-storage';
import { BlobsRepository } from './storage/blobs.repository';

/** Provides the storage, and the objects that other modules keep in it, to every role that stores or serves bytes. */
@Module({
  imports: [KernelModule],
  providers: [
    {
      provide: ObjectStorage,
      inject: [filesConfig.token, Installation],
      useFactory: ({ FILES_URL }: FilesConfig, { dataDir }: Installation) => openStorage(FILES_URL, dataDir),
    },
    ContentReader,
    BlobsRepository,
    { provide: BlobsPort, useClass: BlobsService },
  ],
  exports: [ObjectStorage, ContentReader, BlobsPort],
})
export class BlobsModule {}
