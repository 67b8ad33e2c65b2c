import 'reflect-metadata';
import path from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { ROUTE_ACCESS, type RouteAccess } from '../../src/kernel/http/routes/route-access';
import { handlersOf } from '../../src/kernel/http/routes/declared-routes';
import { root, sourceFiles } from '../support/source-files';

export type Surface = 'public' | 'internal' | 'every';

type ControllerClass = new (...args: never[]) => object;

export interface RestController {
  readonly file: string;
  readonly surface: Surface;
  readonly controller: ControllerClass;
}

/** One handler of a REST surface. */
export interface Route {
  /** Such as `AppsInternalController.register`. */
  readonly handler: string;
  readonly file: string;
  readonly method: string;
  readonly access: RouteAccess | 'public' | undefined;
}

/** Every REST controller in the tree, found by file name, so that the list cannot miss a new controller. */
export function restControllers(): readonly RestController[] {
  return sourceFiles()
    .filter(({ path: file }) => file.endsWith('.controller.ts') && !file.includes('/grpc/'))
    .flatMap(({ path: file }) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by name
      const exported = require(path.join(root, file)) as Record<string, unknown>;
      return Object.values(exported)
        .filter(isController)
        .map((controller) => ({ file, surface: surfaceOf(file), controller }));
    });
}

/** The handlers of a controller. */
export function routesOf({ file, controller }: RestController): readonly Route[] {
  return handlersOf(controller).map(({ name, handler, method }) => {
    const access = Reflect.getMetadata(ROUTE_ACCESS, handler) as Route['access'];
    return { handler: `${controller.name}.${name}`, file, method: RequestMethod[method], access };
  });
}

function isController(exported: unknown): exported is ControllerClass {
  return typeof exported === 'function' && Reflect.getMetadata('path', exported) !== undefined;
}

/** Returns the surface, based on the kind in the file's name or on the folder of its role. */
function surfaceOf(file: string): Surface {
  if (/\.public\.|\/roles\/backend\//.test(file)) return 'public';
  if (/\.internal\.|\/roles\/control-plane\//.test(file)) return 'internal';
  return 'every';
}
