import { type DynamicModule, Module } from '@nestjs/common';
import { ObjectUrlsPort } from './contract/object-urls.port';
import { type FilesOptions, PUBLIC_URL } from './files.options';
import { ObjectUrlsService } from './object-urls.service';

/** Signs URLs of objects: for every role that tells of them and holds `MASTER_KEY`. */
@Module({})
export class ObjectUrlsModule {
  static host({ publicUrl }: Pick<FilesOptions, 'publicUrl'>): DynamicModule {
    return {
      module: ObjectUrlsModule,
      global: true,
      providers: [
        { provide: PUBLIC_URL, useValue: publicUrl },
        { provide: ObjectUrlsPort, useClass: ObjectUrlsService },
      ],
      exports: [ObjectUrlsPort],
    };
  }
}
