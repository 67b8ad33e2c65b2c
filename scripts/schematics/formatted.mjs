import { format } from 'prettier';

const FORMATTED = /\.(?:[cm]?[jt]s|md)$/;
/** Files that keep the format of their generator. */
const GENERATED = /\/generated\//;

/** Uses `prettier` to format all code and documents that earlier rules created or changed. */
export const formatted = () => async (tree) => {
  const style = JSON.parse(tree.readText('.prettierrc.json'));
  const paths = new Set(
    tree.actions
      .filter(({ kind, path }) => kind !== 'd' && FORMATTED.test(path) && !GENERATED.test(path))
      .map(({ path }) => path),
  );
  for (const path of paths) {
    tree.overwrite(path, await format(tree.readText(path), { ...style, filepath: path }));
  }
};
