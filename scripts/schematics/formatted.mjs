import { format } from 'prettier';

const FORMATTED = /\.(?:[cm]?[jt]s|md)$/;
/** As its maker has written it. */
const GENERATED = /\/generated\//;

/** Writes all code and documents that the rules before have written or changed as `prettier` would. */
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
