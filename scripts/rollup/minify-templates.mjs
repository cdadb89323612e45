/**
 * Makes Lit's templates small: styles are minified as CSS and go through a smaller function, the white space between a
 * template's lines becomes one space. Of the others only the fixed pieces are touched; expressions stay where they are.
 */
import { transform } from 'esbuild';

const TEMPLATES = new Set(['html', 'svg', 'css']);

/** @returns {import('rollup').Plugin} */
export function minifyTemplates() {
  return {
    name: 'minify-templates',
    async transform(code, id) {
      if (!/src[\\/](elements|styles)[\\/]/.test(id) || !/\b(?:html|svg|css)`/.test(code)) return null;
      const pieces = [];
      const changes = [];
      visit(this.parse(code), (node) => {
        if (node.type === 'TaggedTemplateExpression' && TEMPLATES.has(node.tag.name)) pieces.push(node);
        // Styles have no expressions here, so Lit's `css` tag does no work: the function beside it is smaller.
        if (node.type === 'ImportSpecifier' && node.imported.name === 'css')
          changes.push([node.start, node.end, 'unsafeCSS as css']);
      });
      for (const { tag, quasi } of pieces) {
        if (tag.name === 'css') {
          if (quasi.expressions.length > 0) this.error('css`…` with an expression: unsafeCSS would take it unchecked');
          const { code: small } = await transform(quasi.quasis[0].value.cooked, { loader: 'css', minify: true });
          // esbuild leaves the space in front of a custom property's value, which is no part of it.
          const smaller = small.trim().replace(/(--[\w-]+:) (?=[^\s;}])/g, '$1');
          changes.push([tag.end, quasi.end, `(\`${escape(smaller)}\`)`]);
        } else {
          quasi.quasis.forEach(({ start, end, value }, index) => {
            let text = value.raw;
            if (index === 0) text = text.replace(/^\s*\n\s*/, '');
            if (index === quasi.quasis.length - 1) text = text.replace(/\s*\n\s*$/, '');
            // Between blocks, and before an end tag, white space shows nothing.
            text = text.replace(
              />\s*\n\s*(?=<(?:\/|(?:div|form|label|section|header|aside|ul|li|p|h[1-3]|svg)\b))/g,
              '>',
            );
            text = text.replace(/\s*\n\s*/g, ' ');
            // Space after a tag's attributes, and between tags that stand on lines of their own, says nothing.
            text = text.replace(/ (\/?>)/g, '$1');
            changes.push([start, end, text]);
          });
        }
      }
      let out = '';
      let at = 0;
      for (const [start, end, text] of changes.sort((a, b) => a[0] - b[0])) {
        out += code.slice(at, start) + text;
        at = end;
      }
      return { code: out + code.slice(at), map: null };
    },
  };
}

function escape(css) {
  return css.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
}

function visit(node, see) {
  if (!node || typeof node.type !== 'string') return;
  see(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) value.forEach((child) => visit(child, see));
    else if (value && typeof value === 'object') visit(value, see);
  }
}
