import { getSourceMapsSupport, setSourceMapsSupport } from 'node:module';

/**
 * Limits `--enable-source-maps` to this product's own code. Otherwise, Node would read the maps of a thousand package files at each startup
 * (a tenth of a second and 10 MB), and these maps refer to sources that the packages do not include.
 */
export function mapOwnCodeOnly(): void {
  if (getSourceMapsSupport().enabled) setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
}
