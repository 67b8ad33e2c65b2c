import { Module } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ContentReader } from './content-reader';
import { KeptObjectsPort } from './contract/kept-objects.port';
import { filesConfig, type FilesConfig } from './files.config';
import { KeptObjectsService } from './kept-objects.service';
import { ObjectStorage } from './objects/object-storage';
import { openStorage } from './objects/open-storage';
import { KeptObjectsRepository } from './storage/kept-objects.repository';

/** The storage, and the objects that other modules keep in it, for every role that stores or serves bytes. */
@Module({
  imports: [KernelModule],
  providers: [
    {
      provide: ObjectStorage,
      inject: [filesConfig.token, Installation],
      useFactory: ({ FILES_URL }: FilesConfig, { dataDir }: Installation) => openStorage(FILES_URL, dataDir),
    },
    ContentReader,
    KeptObjectsRepository,
    { provide: KeptObjectsPort, useClass: KeptObjectsService },
  ],
  exports: [ObjectStorage, ContentReader, KeptObjectsPort],
})
export class KeptObjectsModule {}
