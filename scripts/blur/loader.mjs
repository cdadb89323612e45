/** LiteRT's loader is written for `<script>`: it leaves a global behind. Here it is a module with a default export. */
const LOADER = /@litertjs\/core\/wasm\/litert_wasm_[a-z]+_internal\.js$/;

/** @returns {string | undefined} the module, when `file` is the loader */
export function withDefaultExport(file, code) {
  return LOADER.test(file.replaceAll('\\', '/')) ? `${code}\nexport default ModuleFactory;\n` : undefined;
}

/** @returns {import('rollup').Plugin} */
export function liteRtLoader() {
  return {
    name: 'lite-rt-loader',
    transform(code, id) {
      const module = withDefaultExport(id, code);
      return module === undefined ? null : { code: module, map: null };
    },
  };
}
