/** Reads an API report (`api/*.api.md`) as the TypeScript it is. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { root } from './paths.mjs';

/** @param {string} name of the report, for example `secure-meeting` */
export async function readApiReport(name) {
  const text = await readFile(path.join(root, 'api', `${name}.api.md`), 'utf8');
  const [, code] = /```ts\n([\s\S]*?)\n```/.exec(text);
  const source = ts.createSourceFile(`${name}.d.ts`, code, ts.ScriptTarget.Latest, true);
  /** Names of types and constants; of several declarations of one name, such as a class and its interface, the first. */
  const declared = new Map();
  for (const statement of source.statements)
    for (const node of statement.declarationList?.declarations ?? [statement])
      if (node.name && !declared.has(node.name.text)) declared.set(node.name.text, node);
  const words = (node) => {
    if (ts.isLiteralTypeNode(node)) return ts.isStringLiteral(node.literal) ? [node.literal.text] : undefined;
    if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return words(node.type);
    if (ts.isTypeQueryNode(node)) return named(node.exprName.text);
    if (ts.isIndexedAccessTypeNode(node)) return words(node.objectType);
    if (ts.isTypeReferenceNode(node)) return named(node.typeName.getText());
    const parts = ts.isUnionTypeNode(node) ? node.types : ts.isTupleTypeNode(node) ? node.elements : undefined;
    const all = parts?.map(words);
    return all?.every(Boolean) ? all.flat() : undefined;
  };
  const named = (name) => {
    const node = declared.get(name);
    return node?.type && words(node.type);
  };
  return {
    /** The words that a type or a list of them allows; undefined when it is not made of words. @param {string} name */
    words: named,
    /** Members of an interface: name, type, and, where the type is an object, its members. @param {string} name */
    members: (name) => (declared.get(name)?.members ?? []).map(member),
  };

  function member(node) {
    const { type } = node;
    const inner = type && ts.isTypeReferenceNode(type) ? declared.get(type.typeName.getText())?.members : type?.members;
    return {
      name: node.name?.text ?? '',
      optional: !!node.questionToken,
      /** As a reader of the page wants it: on one line, without `readonly`. */
      type: brief((type ?? node).getText()),
      signature: brief(node.getText()),
      members: inner?.map(member),
      words: type && words(type),
    };
  }
}

const brief = (text) =>
  text
    .replace(/\/\/[^\n]*\n/g, '')
    .replace(/\breadonly /g, '')
    .replace(/\s+/g, ' ')
    .replace(/; }/g, ' }')
    .replace(/;$/, '');
