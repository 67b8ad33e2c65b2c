import { getSourceMapsSupport, setSourceMapsSupport } from 'node:module';

/**
 * With `--enable-source-maps`: only for this product's own code. The maps of a thousand files of packages would be read at
 * each start (a tenth of a second and 10 MB), and lead to sources that the packages do not ship.
 */
export function mapOwnCodeOnly(): void {
  if (getSourceMapsSupport().enabled) setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
}
