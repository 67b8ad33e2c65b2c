import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import { KernelModule } from './kernel.module';
import { nameOf, type PortImport, type Token } from './ports';

type Import = NonNullable<ModuleMetadata['imports']>[number];

/**
 * Composes Nest modules for one process. Each module's `imports` stay as its file declares them, except for two things that only the
 * process knows: `KernelModule` becomes `kernel`, and `ports(…)` becomes the modules in `modules` that export them. Errors: a port that no
 * module exports, or that two modules export.
 * @param modules the modules that the process hosts. @param kernel the kernel services of this process.
 * @returns the modules to import at the root; they are new objects on each call, so that one test can compose several processes.
 */
export function compose(modules: readonly Type[], kernel: DynamicModule): readonly Import[] {
  return new Composition(modules, kernel).modules();
}

class Composition {
  private readonly exporters = new Map<Token, Type>();
  private readonly composed = new Map<Type, Type>();

  constructor(
    private readonly hosted: readonly Type[],
    private readonly kernel: DynamicModule,
  ) {
    for (const module of hosted) {
      for (const token of metadataOf(module, 'exports') as readonly Token[]) {
        const other = this.exporters.get(token);
        if (other !== undefined) throw new Error(`${other.name} and ${module.name} both export ${nameOf(token)}.`);
        this.exporters.set(token, module);
      }
    }
  }

  modules(): readonly Import[] {
    return [this.kernel, ...this.hosted.map((module) => this.of(module))];
  }

  /** Returns the module with this process's imports, as a new class, since Nest identifies modules by their classes. */
  private of(module: Type): Type {
    const known = this.composed.get(module);
    if (known !== undefined) return known;
    const own = metadataOf(module, 'imports') as readonly Import[];
    if (own.length === 0) return module;
    const { [module.name]: composed } = { [module.name]: class extends module {} };
    if (composed === undefined) throw new TypeError('Expected a class with a name.');
    this.composed.set(module, composed);
    const imports = own.flatMap((one) => this.imported(one, module));
    Reflect.defineMetadata('imports', [...new Set(imports)], composed);
    return composed;
  }

  private imported(one: Import, by: Type): readonly Import[] {
    if (one === KernelModule) return [this.kernel];
    if (isPortImport(one)) return one.ports.flatMap((token) => this.exporterOf(token, one, by));
    return typeof one === 'function' ? [this.of(one)] : [one];
  }

  private exporterOf(token: Token, { areOptional }: PortImport, by: Type): readonly Type[] {
    const exporter = this.exporters.get(token);
    if (exporter !== undefined) return [this.of(exporter)];
    if (areOptional) return [];
    throw new Error(`${by.name} imports ${nameOf(token)}, which no module of this process exports.`);
  }
}

/** Returns a list from a module's `@Module()` decorator. */
function metadataOf(module: Type, key: 'imports' | 'exports'): readonly unknown[] {
  return (Reflect.getMetadata(key, module) ?? []) as readonly unknown[];
}

function isPortImport(one: Import): one is PortImport {
  return 'ports' in one;
}
