/** Custom data for VS Code and editors like it, from the manifest: the tag, its attributes and their values in HTML. */

/**
 * The format is https://github.com/microsoft/vscode-custom-data.
 * @param {object} manifest a custom elements manifest
 */
export function vscodeData(manifest) {
  const tags = manifest.modules
    .flatMap(({ declarations = [] }) => declarations)
    .filter(({ tagName, attributes }) => tagName && attributes?.length > 0)
    .map(({ tagName, description, attributes }) => ({
      name: tagName,
      description: description?.split('\n')[0] ?? '',
      attributes: attributes.map(attribute),
    }));
  return { version: 1.1, tags };
}

function attribute({ name, description, type }) {
  const values = [...(type?.text.matchAll(/'([\w-]+)'/g) ?? [])].map(([, value]) => ({ name: value }));
  return {
    name,
    ...(description && { description }),
    ...(type?.text === 'boolean' && { valueSet: 'v' }),
    ...(values.length > 0 && { values }),
  };
}
