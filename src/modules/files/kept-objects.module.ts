import { type DynamicModule, Module } from '@nestjs/common';
import { ContentReader } from './content-reader';
import { KeptObjectsPort } from './contract/kept-objects.port';
import { filesConfig, type FilesConfig } from './files.config';
import type { FilesOptions } from './files.options';
import { KeptObjectsService } from './kept-objects.service';
import { ObjectStorage } from './objects/object-storage';
import { openStorage } from './objects/open-storage';
import { KeptObjectsRepository } from './storage/kept-objects.repository';

/** The storage, and what other modules keep in it: for every role that has bytes to keep or to give. */
@Module({})
export class KeptObjectsModule {
  static host({ dataDir }: Pick<FilesOptions, 'dataDir'>): DynamicModule {
    const storage = {
      provide: ObjectStorage,
      inject: [filesConfig.token],
      useFactory: ({ FILES_URL }: FilesConfig) => openStorage(FILES_URL, dataDir),
    };
    return {
      module: KeptObjectsModule,
      global: true,
      providers: [
        storage,
        ContentReader,
        KeptObjectsRepository,
        { provide: KeptObjectsPort, useClass: KeptObjectsService },
      ],
      exports: [ObjectStorage, ContentReader, KeptObjectsPort],
    };
  }
}
